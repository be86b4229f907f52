"""The records of one partition, while it is ours: in order, in batches, whatever happens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import structlog

from common import metrics
from common.messaging.breaker import Breaker
from common.messaging.fates import is_infrastructure
from common.messaging.intake import Enough, NotTakenIn, Taking
from common.spans import taking_in
from common.waiting import any_of, ever_longer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

    from common.messaging.intake import Intake, Taken
    from common.messaging.kafka import Partition, Record

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 5.0

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class PartitionWork:
    """Takes in the records of a partition until it is ours no longer."""

    def __init__(
        self,
        partition: Partition,
        intake: Intake,
        take: Callable[[Taking], Awaitable[Taken]],
        turn: asyncio.Lock,
        leaving: asyncio.Event,
        committed: Callable[[Partition, int, Taken], Awaitable[None]],
    ) -> None:
        self._partition: Final = partition
        self._intake: Final = intake
        self._take_in: Final = take
        self._turn: Final = turn
        self._leaving: Final = leaving
        self._committed: Final = committed
        self._breaker = Breaker()
        self.last_sign = time.monotonic()

    async def run(self, records: Sequence[Record]) -> None:
        """Take records in and commit how far it came; stop early only when we leave."""
        rest = records
        waits = ever_longer(FIRST_WAIT, LONGEST_WAIT)
        while rest and not self._leaving.is_set():
            self.last_sign = time.monotonic()
            try:
                timed = metrics.EVENTS_DURATION.labels(self._intake.group, self._partition.topic)
                with timed.time(), taking_in(self._intake.group, self._partition, len(rest)):
                    taken = await self._take(rest)
            except Exception as error:  # noqa: BLE001 - nothing may be skipped
                await self._wait_for_better(error, next(waits))
                continue
            waits = ever_longer(FIRST_WAIT, LONGEST_WAIT)
            await self._committed(self._partition, rest[taken.count - 1].offset + 1, taken)
            rest = rest[taken.count :]
            if self._breaker.is_open:
                await self._hold_back()

    async def _take(self, records: Sequence[Record]) -> Taken:
        """Take in as many of the records as possible, at least one.

        What cannot be taken in is found and isolated: first what comes before it is taken in, then
        it alone is set aside, and the rest is for the next call.
        """
        try:
            taken = await self._take_in(Taking(records, self._breaker))
        except Enough as enough:
            return await self._take(records[: enough.count])
        except NotTakenIn as failure:
            error = failure.__cause__
            assert isinstance(error, Exception), "it is raised from what happened"
            if is_infrastructure(error):
                raise error from None
            return await self._isolate(records, failure.place, error)
        except Exception as error:
            if is_infrastructure(error):
                raise
            # The transaction failed as a whole, and does not say because of which record.
            if len(records) > 1:
                return await self._take(records[: len(records) // 2])
            return await self._set_aside(records[0], error)
        self._breaker = taken.breaker
        return taken

    async def _isolate(self, records: Sequence[Record], place: int, error: Exception) -> Taken:
        if place == 0:
            return await self._set_aside(records[0], error)
        before = await self._take(records[:place])
        if before.count < place or self._breaker.is_open:
            return before
        return before.and_then(await self._set_aside(records[place], error))

    async def _set_aside(self, record: Record, error: Exception) -> Taken:
        async with self._turn:
            taken = await self._intake.set_aside(record, error, self._breaker)
        self._breaker = taken.breaker
        return taken

    async def _wait_for_better(self, error: Exception, seconds: float) -> None:
        if is_infrastructure(error):
            log.warning(
                "partition_waits", partition=self._partition, seconds=seconds, error=repr(error)
            )
        else:
            log.error("partition_stuck", partition=self._partition, exc_info=error)
        await any_of(self._leaving, seconds=seconds)

    async def _hold_back(self) -> None:
        pause = self._breaker.pause
        log.error("breaker_opened", partition=self._partition, seconds=pause)
        gauge = metrics.BREAKER_OPEN.labels(self._intake.group, *map(str, self._partition))
        gauge.set(1)
        ends = time.monotonic() + pause
        while not self._leaving.is_set() and (left := ends - time.monotonic()) > 0:
            self.last_sign = time.monotonic()
            await any_of(self._leaving, seconds=min(left, LONGEST_WAIT))
        self._breaker.half_open()
        gauge.set(0)
