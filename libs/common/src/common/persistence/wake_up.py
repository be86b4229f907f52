"""Hearing that events were staged, without asking all the time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Self

import asyncpg
import structlog
from sqlalchemy import make_url

from common.persistence.outbox import CHANNEL
from common.waiting import any_of, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

RECONNECT_SECONDS: Final = 1.0
CONNECT_SECONDS: Final = 5
COMMAND_SECONDS: Final = 10.0
PING_SECONDS: Final = 5.0

AWAY: Final = (
    *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
    *(OSError, TimeoutError),
)
"""What the driver raises when the database cannot be reached or sends us away."""

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


async def connect(url: SecretStr, settings: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Open a connection of our own, apart from any pool."""
    dsn = make_url(url.get_secret_value()).set(drivername="postgresql")
    return await asyncpg.connect(
        dsn.render_as_string(hide_password=False),
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings=dict(settings),
    )


class WakeUp:
    """Listens as long as its block; a lost connection costs only the wait for the next poll."""

    def __init__(self, url: SecretStr, application_name: str, *, channel: str = CHANNEL) -> None:
        self._url: Final = url
        self._application_name: Final = application_name
        self._channel: Final = channel
        self._heard: Final = asyncio.Event()
        self._ended: Final = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._listening is not None:
            self._ended.set()
            await finish([self._listening], seconds=CONNECT_SECONDS)

    def clear(self) -> None:
        """Forget what was heard; to be done before looking, not after."""
        self._heard.clear()

    async def wait(self, stop: asyncio.Event, *, seconds: float) -> None:
        """Return when something was staged, at the end of the time, or when told to stop."""
        await any_of(self._heard, stop, seconds=seconds)

    async def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                await self._listen_once()
            except AWAY as error:
                log.info("not_listening", error=type(error).__name__)
            await any_of(self._ended, seconds=RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        connection = await connect(self._url, {"application_name": self._application_name})
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(_setter(lost))
            await connection.add_listener(self._channel, _setter(self._heard))
            # What was staged before we listened went unheard.
            self._heard.set()
            while not (lost.is_set() or self._ended.is_set()):
                await any_of(lost, self._ended, seconds=PING_SECONDS)
                # A link that swallows everything leaves us listening to nobody.
                await connection.execute("select")
        finally:
            connection.terminate()


def _setter(event: asyncio.Event) -> Callable[..., None]:
    def set_event(*_: object) -> None:
        event.set()

    return set_event
