"""Sending what the outbox holds: at least once, and in order for each subject.

A relay owns slots, and only the owner of a slot sends its rows. It sends a batch, waits for all
acknowledgements, and notes them over the connection that holds the locks. Dying anywhere in
between means that rows are sent again; readers know an event by its id.

The log itself may be lost: the embedded broker keeps it in memory, and clusters are restored from
backups. A relay sees it by another cluster id, or by an end before what was acknowledged, and then
sends again whatever was not confirmed as read by all groups that matter.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import structlog

from common.clearance import Width
from common.messaging.kafka import Cluster
from common.messaging.sender import Sender
from common.persistence.outbox_rows import OutboxRows
from common.persistence.relay_work import Pace, RelayWork
from common.persistence.slots import Slots
from common.persistence.wake_up import AWAY, WakeUp, connect
from common.waiting import any_of, ever_longer, finish

if TYPE_CHECKING:
    from pydantic import SecretStr

    from common.messaging.kafka import KafkaSettings

__all__ = ["Pace", "Relay"]

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Relay:
    """Sends the staged events of one service; any number of relays share the work."""

    def __init__(
        self, service: str, url: SecretStr, settings: KafkaSettings, pace: Pace | None = None
    ) -> None:
        self._service: Final = service
        self._url: Final = url
        self._settings: Final = settings
        self._pace: Final = pace or Pace()
        self._last_progress = time.monotonic()

    @property
    def last_progress(self) -> float:
        """When it last did something, on the monotonic clock; old means that it is stuck."""
        return self._last_progress

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until told to stop; then finish the batch and give the slots back."""
        pauses = ever_longer(0.2, 5.0)
        while not stop.is_set():
            self._progress()
            started = time.monotonic()
            try:
                await self._relay(stop)
            except AWAY as error:
                log.warning("relay_interrupted", service=self._service, error=repr(error))
                if time.monotonic() - started > self._pace.prune:
                    pauses = ever_longer(0.2, 5.0)
                await any_of(stop, seconds=next(pauses))

    async def _relay(self, stop: asyncio.Event) -> None:
        connection = await connect(self._url, _session(f"{self._service}-relay"))
        sender = Sender(self._settings)
        cluster, watched = Cluster(self._settings), Cluster(self._settings)
        slots = Slots(connection, self._service)
        rows = OutboxRows(connection)
        work = RelayWork(self._service, self._pace, rows, slots, sender, cluster)
        ended = asyncio.Event()
        watching = asyncio.create_task(work.watch(watched, ended))
        try:
            async with WakeUp(self._url, f"{self._service}-relay-wake-up") as wake_up:
                while not stop.is_set():
                    wake_up.clear()
                    has_more = await work.once()
                    self._progress()
                    if work.is_cut_off:
                        await any_of(stop, seconds=self._pace.poll)
                    elif not has_more:
                        await wake_up.wait(stop, seconds=self._pace.poll)
            await slots.give_back()
        finally:
            # The locks end with the connection. A producer must not outlive them.
            connection.terminate()
            ended.set()
            await finish([watching], seconds=self._pace.deadline)
            await sender.discard()
            await cluster.close()
            await watched.close()

    def _progress(self) -> None:
        self._last_progress = time.monotonic()


def _session(application_name: str) -> dict[str, str]:
    return {
        "application_name": application_name,
        "lock_timeout": "2s",
        "statement_timeout": "9s",
        # A relay that is frozen, or behind a link that is cut, must not keep its slots from others.
        "idle_session_timeout": "15s",
        # Its connection is its own from beginning to end, and never serves a caller.
        "wushe.width": Width.SYSTEM.value,
        "timezone": "UTC",
        "jit": "off",
    }
