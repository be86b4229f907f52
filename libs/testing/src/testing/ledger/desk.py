"""A consumer without a broker: records are put before it as if they came from one partition."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from common.clock import SystemClock
from common.messaging.event import Message
from common.messaging.fates import Patience
from common.messaging.intake import Intake
from common.messaging.kafka import Partition, Record
from common.messaging.partition_work import PartitionWork
from common.messaging.sweep import Sweep
from common.messaging.tenure import Tenure
from common.persistence.unit_of_work import UnitOfWork
from testing.ledger.book import TOPIC, outgoing

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from common.messaging.handlers import Handlers
    from common.messaging.intake import Taken
    from common.messaging.sender import Outgoing

GROUP: Final = "ledger"
PARTITION: Final = Partition(TOPIC, 0)


class Desk:
    """Takes records in and sweeps, when told to."""

    def __init__(
        self,
        engine: AsyncEngine,
        handlers: Handlers,
        patience: Patience | None = None,
        *,
        group: str = GROUP,
        partition: Partition = PARTITION,
    ) -> None:
        patience = patience or Patience(first_retry=0.0)
        self._partition: Final = partition
        self.intake: Final = Intake(group, handlers, UnitOfWork(engine), SystemClock(), patience)
        self.committed: list[int] = []
        self._tenure: Final = Tenure(self.intake, None, self._note, finish_seconds=1.0)
        self._offsets: Final = count()
        self._sweep: Final = Sweep(self.intake, self._tenure)
        self._leaving: Final = asyncio.Event()
        self._work: Final = PartitionWork(
            partition,
            self.intake,
            self._tenure.take,
            self._tenure.turn,
            self._leaving,
            self._note,
        )

    async def open(self) -> Desk:
        """Begin to be responsible for the partition."""
        await self._tenure.assigned(frozenset({self._partition}))
        return self

    def record(self, sent: Message | Outgoing) -> Record:
        """Return a message as the next record of the partition."""
        written = outgoing(sent) if isinstance(sent, Message) else sent
        return Record(
            partition=self._partition,
            offset=next(self._offsets),
            cluster_id="one",
            logged_at=datetime.now(UTC),
            key=written.key,
            value=written.value,
            headers=written.headers,
        )

    async def take(self, *records: Record | Message) -> None:
        """Take in what came together."""
        await self._work.run(
            [found if isinstance(found, Record) else self.record(found) for found in records]
        )

    def leave(self) -> None:
        """Be told that the partition is ours no longer."""
        self._leaving.set()

    async def sweep(self, times: int = 1) -> None:
        """Go on with what is held."""
        for _ in range(times):
            await self._sweep.run()

    async def _note(self, _partition: Partition, next_offset: int, _taken: Taken) -> None:
        self.committed.append(next_offset)
