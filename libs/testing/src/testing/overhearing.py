"""Many listen to one stream at a time: who hears of a thing, and who must not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from testing.api import Api

HEARD_WITHIN_SECONDS: Final = 60.0
AT_A_TIME: Final = 20
HTTP_OK: Final = 200


class Listener:
    """A caller of the application whose answer need not end."""

    def __init__(self, api: Api, path: str, headers: Mapping[str, str]) -> None:
        self.heard: Final = bytearray()
        self.status = 0
        self._gone: Final = asyncio.Event()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            # From the first event that there ever was.
            "headers": [
                (b"host", b"service.test"),
                (b"last-event-id", b"0"),
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("service.test", 80),
        }
        self._answering: Final = asyncio.ensure_future(api.app(scope, self._receive, self._send))

    @property
    def is_answered(self) -> bool:
        """Whether the answer has ended, so that nothing more will be heard."""
        return self._answering.done()

    async def leave(self) -> None:
        """Stop listening."""
        self._gone.set()
        await self._answering

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401 - whatever ASGI sends
        self.status = message.get("status", self.status)
        self.heard.extend(message.get("body", b""))


async def overheard(
    api: Api,
    path: str,
    mention: str,
    told: Sequence[Mapping[str, str]],
    others: Sequence[Mapping[str, str]],
) -> tuple[int, int]:
    """Return how many who should hear of something did not, and how many others did."""
    missed = leaked = 0
    # Not all at a time: each has its right looked up now and then, and connections are few.
    for at in range(0, max(len(told), len(others)), AT_A_TIME):
        # When a witness has heard it, the others of the group have had the time to.
        witnesses = told[at : at + AT_A_TIME] or told[:1]
        counts = await _overheard(api, path, mention, witnesses, others[at : at + AT_A_TIME])
        missed, leaked = missed + counts[0], leaked + counts[1]
    return missed, leaked


async def _overheard(
    api: Api,
    path: str,
    mention: str,
    told: Sequence[Mapping[str, str]],
    others: Sequence[Mapping[str, str]],
) -> tuple[int, int]:
    inside = [Listener(api, path, headers) for headers in told]
    outside = [Listener(api, path, headers) for headers in others]
    sought = mention.encode()

    def have_all_heard() -> bool:
        return all(sought in each.heard or each.is_answered for each in inside)

    try:
        await until(have_all_heard, seconds=HEARD_WITHIN_SECONDS, what="all have heard")
    finally:
        # Whoever still hears something hears it before their stream ends.
        api.app.state.draining.set()
        for each in (*inside, *outside):
            await each.leave()
        api.app.state.draining.clear()
    missed = sum(sought not in each.heard for each in inside)
    return missed, sum(sought in each.heard or each.status != HTTP_OK for each in outside)
