"""The partitions that are ours, and the work that goes on for each."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from common import metrics
from common.messaging.fates import is_infrastructure
from common.messaging.partition_work import PartitionWork
from common.together import Together
from common.waiting import any_of, finish

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

    from common.messaging.handlers import PartitionListener
    from common.messaging.intake import Intake, Taken, Taking
    from common.messaging.kafka import Partition, Record

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Tenure:
    """What one member of the group is responsible for, from joining to leaving.

    The group calls ``revoked`` before every change and ``assigned`` after it; in between a gate
    is closed, and nothing is taken in. When ``revoked`` returns, no handler runs any more for what
    was ours.
    """

    def __init__(
        self,
        intake: Intake,
        listener: PartitionListener | None,
        committed: Callable[[Partition, int, Taken], Awaitable[None]],
        *,
        finish_seconds: float,
    ) -> None:
        self.turn: Final = asyncio.Lock()
        """Held by whoever works in a transaction: handlers never run side by side."""
        self.broken: Final = asyncio.Event()
        """Set when records were fetched that could not be taken in: they must be read again."""
        self.idle: Final = asyncio.Event()
        """Set while no partition is busy."""
        self.idle.set()
        self._intake: Final = intake
        self._listener: Final = listener
        self._committed: Final = committed
        self._finish_seconds: Final = finish_seconds
        self._gate: Final = asyncio.Event()
        self._closing: Final = asyncio.Event()
        self._leaving = asyncio.Event()
        self._unowned_since = time.monotonic()
        self._works: dict[Partition, PartitionWork] = {}
        self._takings: Final[defaultdict[str, Together[Taking, Taken]]] = defaultdict(
            lambda: Together(self._take, is_common=is_infrastructure)
        )
        self._tasks: Final[dict[Partition, asyncio.Task[None]]] = {}

    @property
    def partitions(self) -> frozenset[Partition]:
        """What is ours now."""
        return frozenset(self._works)

    @property
    def busy(self) -> frozenset[Partition]:
        """The partitions whose records are being taken in."""
        return frozenset(self._tasks)

    def signs(self) -> Iterable[float]:
        """When each busy partition last gave a sign of life, on the monotonic clock."""
        return [work.last_sign for where, work in self._works.items() if where in self._tasks]

    def begin(
        self, partition: Partition, records: Sequence[Record], done: Callable[[Partition], None]
    ) -> None:
        """Start to take in what was fetched of a partition that is not busy."""
        assert partition not in self._tasks, "a busy partition is paused"
        task = asyncio.create_task(self._work(partition, records))
        self._tasks[partition] = task
        self.idle.clear()
        task.add_done_callback(lambda ended: self._end(partition, ended, done))

    async def assigned(self, partitions: frozenset[Partition]) -> None:
        """Begin to be responsible for these, and for nothing else."""
        if self._closing.is_set():
            return
        self._leaving = asyncio.Event()
        self._works = {
            where: PartitionWork(
                where, self._intake, self.take, self.turn, self._leaving, self._committed
            )
            for where in partitions
        }
        metrics.REBALANCES.labels(self._intake.group).inc()
        metrics.UNOWNED_DURATION.labels(self._intake.group).observe(
            time.monotonic() - self._unowned_since
        )
        log.info("partitions_assigned", group=self._intake.group, partitions=sorted(partitions))
        if self._listener is not None:
            await guarded(self._listener.assigned(partitions))
        self._gate.set()

    async def take(self, taking: Taking) -> Taken:
        """Take in records of one partition, together with what waits in others of its topic."""
        return await self._takings[taking.topic].one(taking)

    async def _take(self, takings: Sequence[Taking]) -> Sequence[Taken]:
        async with self.turn:
            return await self._intake.take(takings)

    async def revoked(self, partitions: Collection[Partition]) -> None:
        """Finish what was begun, and be responsible for nothing."""
        self._gate.clear()
        self._leaving.set()
        await self._finish()
        # A sweep may be in a transaction; it looks at what is ours before each.
        works, self._works = self._works, {}
        if works:
            self._unowned_since = time.monotonic()
        async with self.turn:
            pass
        for partition in works:
            forget_lag(self._intake.group, partition)
        if self._listener is not None and partitions:
            await guarded(self._listener.revoked(frozenset(partitions)))

    async def end(self) -> None:
        """Leave everything, before the group is left."""
        self._closing.set()
        await self.revoked(self.partitions)

    async def _finish(self) -> None:
        tasks = list(self._tasks.values())
        # What does not end is cancelled: its transaction is rolled back, and whoever is next takes
        # the records in.
        await finish(tasks, seconds=self._finish_seconds)

    async def _work(self, partition: Partition, records: Sequence[Record]) -> None:
        await any_of(self._gate, self._closing, seconds=self._finish_seconds * 100)
        if (work := self._works.get(partition)) is not None:
            await work.run(records)
        elif not self._closing.is_set():
            self.broken.set()

    def _end(
        self, partition: Partition, task: asyncio.Task[None], done: Callable[[Partition], None]
    ) -> None:
        del self._tasks[partition]
        if not self._tasks:
            self.idle.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("partition_failed", partition=partition, exc_info=error)
            self.broken.set()
        done(partition)


def forget_lag(group: str, partition: Partition) -> None:
    """Let whoever owns a partition measure its lag."""
    with suppress(KeyError):
        metrics.CONSUMER_LAG.remove(group, *map(str, partition))


async def guarded(call: Awaitable[None]) -> None:
    """Let a listener's trouble be its own."""
    try:
        await call
    except Exception:
        log.exception("listener_failed")
