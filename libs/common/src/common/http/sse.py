"""Streams of events to a caller who listens: they end with the right to hear them.

A route is an async generator with ``response_class=EventSourceResponse``; the framework sends a
comment every 15 s while nothing happens. A stream ends when the process drains, when the token
lapses, and when the caller's grants change; the client connects again and resumes.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from fastapi import Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from common.errors import DomainError
from common.http.permissions import admission_of
from common.http.refusals import Flaw, InputInvalid
from common.outages import is_outage

if TYPE_CHECKING:
    from common.http.route import Edge, WusheRoute

CHECK_SECONDS: Final = 2.0
_MOST_DIGITS: Final = 18

E = TypeVar("E")


async def resume_after(
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="The id of the last event seen.")
    ] = None,
) -> int | None:
    """Return the number of the last event that the caller has seen.

    Raises:
        InputInvalid: The header is not an id that a stream of ours has sent.
    """
    if not last_event_id:
        return None
    if not last_event_id.isdecimal() or len(last_event_id) > _MOST_DIGITS:
        flaw = Flaw(pointer="/header/last-event-id", code="id-invalid", detail="As sent in `id`")
        raise InputInvalid(errors=[flaw])
    return int(last_event_id)


ResumeAfter = Annotated[int | None, Depends(resume_after)]
"""What a stream declares to be told where to go on."""


async def while_admitted(request: Request, events: AsyncIterator[E]) -> AsyncGenerator[E]:
    """Pass events on for as long as the caller may hear them and the process stays."""
    over = asyncio.ensure_future(_over(request))
    try:
        async for event in _until(over, events):
            yield event
    finally:
        over.cancel()
        with suppress(asyncio.CancelledError):
            await over


async def _until(over: asyncio.Future[None], events: AsyncIterator[E]) -> AsyncIterator[E]:
    while True:
        step = asyncio.ensure_future(_next(events))
        try:
            await asyncio.wait((step, over), return_when=asyncio.FIRST_COMPLETED)
            if over.done() or (found := step.result()) is None:
                return
        finally:
            await _abandon(step)
        yield found[0]


async def _next(events: AsyncIterator[E]) -> tuple[E] | None:
    try:
        return (await anext(events),)
    except StopAsyncIteration:
        return None


async def _abandon(step: asyncio.Future[tuple[E] | None]) -> None:
    if not step.done():
        step.cancel()
        with suppress(asyncio.CancelledError):
            await step


async def _over(request: Request) -> None:
    draining: asyncio.Event = request.app.state.draining
    while not draining.is_set() and await _is_unchanged(request):
        with suppress(TimeoutError):
            await asyncio.wait_for(draining.wait(), CHECK_SECONDS)


async def _is_unchanged(request: Request) -> bool:
    edge: Edge = request.app.state.edge
    route: WusheRoute = request.scope["route"]
    try:
        now = await edge.admit(request, route.declaration)
    except DomainError:
        return False
    except Exception as error:
        if is_outage(error):
            # Nobody can say now whether the caller still may: they come again and are told.
            return False
        raise
    return now.scope == admission_of(request).scope


__all__ = ["EventSourceResponse", "ResumeAfter", "ServerSentEvent", "while_admitted"]
