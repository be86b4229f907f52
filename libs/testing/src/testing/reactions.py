"""What a service does when it is told something, without a consumer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event
    from common.messaging.handlers import Handlers


async def react(handlers: Handlers, envelope: Envelope[Event], session: AsyncSession) -> None:
    """Give one event its whole effect; somebody must react to it."""
    assert handlers.concern(type(envelope.data)), f"nobody reacts to {envelope.type}"
    for handler in handlers.of(type(envelope.data)):
        await handler(envelope, session)
    for handle, events in handlers.batches([envelope]):
        await handle(events, session)
