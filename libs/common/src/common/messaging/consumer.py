"""Taking events in: at least once from the log, and once in effect.

Each process is one member of its service's group. What was fetched of a partition is taken in by
one transaction, then the offset is committed; a death in between means reading again, and the
inbox knows what was there before. While a partition is busy for long, or waits for the database,
it is paused and the others go on; polling never stops, so the group does not think we died.

A log with another cluster id is another log: then the member is thrown away and a new one begins
where the group stands in the new log, which is its beginning.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from common import metrics
from common.clearance import cleared, system
from common.clock import SystemClock
from common.failpoints import Step, failpoint
from common.messaging.fates import INFRASTRUCTURE, Patience, is_infrastructure
from common.messaging.handlers import Handler, Handlers, PartitionListener
from common.messaging.illegible import Illegible
from common.messaging.intake import Intake
from common.messaging.kafka import Cluster
from common.messaging.reader import GroupMember, Membership
from common.messaging.sweep import Sweep
from common.messaging.tenure import Tenure, guarded
from common.persistence.unit_of_work import UnitOfWork
from common.waiting import any_of, ever_longer, finish

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from sqlalchemy.ext.asyncio import AsyncEngine

    from common.clock import Clock
    from common.messaging.intake import Taken
    from common.messaging.kafka import KafkaSettings, Partition

__all__ = ["Consumer", "Handler", "Handlers", "PartitionListener"]

Result = TypeVar("Result")

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much at once, and how often; in seconds."""

    batch: int = 500
    poll: float = 0.5
    settle: float = 90.0
    """How long a group may share out its partitions before we begin anew."""
    farewell: float = 3.5
    """How long we wait for the group to settle before we leave it."""
    busy: float = 1.0
    """A partition that takes longer is paused while the others go on."""
    finish: float = 4.0
    """What a batch may take to end when its partition goes to somebody else."""
    watch: float = 4.0
    sweep: float = 2.0
    hurry: float = 0.1
    prune: float = 300.0


class Consumer:
    """Takes part in a consumer group and gives its partitions' events to the handlers."""

    def __init__(
        self,
        group: str,
        handlers: Handlers,
        engine: AsyncEngine,
        settings: KafkaSettings,
        listener: PartitionListener | None = None,
        *,
        clock: Clock | None = None,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._topics: Final = handlers.topics
        self._settings: Final = settings
        self._listener: Final = listener
        self._pace: Final = pace or Pace()
        self._intake: Final = Intake(
            group, handlers, UnitOfWork(engine), clock or SystemClock(), patience or Patience()
        )
        self._illegible: set[Partition] | None = None
        self._sweep_now: Final = asyncio.Event()
        self._tenure: Tenure | None = None
        self._member: GroupMember | None = None
        self._last_turn = time.monotonic()

    @property
    def last_progress(self) -> float:
        """When it last did something, on the monotonic clock; old means that it is stuck.

        To wait for the database or the broker is to do something.
        """
        return min((self._last_turn, *(self._tenure.signs() if self._tenure else ())))

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until told to stop; then finish what was begun and leave the group."""
        with cleared(system(f"consumer {self._intake.group}")):
            await self._run(stop)

    async def _run(self, stop: asyncio.Event) -> None:
        pauses = ever_longer(0.2, 5.0)
        while not stop.is_set():
            self._last_turn = time.monotonic()
            try:
                await self._consume(stop)
                pauses = ever_longer(0.2, 5.0)
            except INFRASTRUCTURE as error:
                log.warning("log_unreachable", group=self._intake.group, error=repr(error))
                await any_of(stop, seconds=next(pauses))
            except Illegible:
                log.exception("log_illegible", group=self._intake.group)
                self._illegible = self._illegible or set()

    async def _consume(self, stop: asyncio.Event) -> None:
        """Be one member of the group, in one cluster."""
        tenure = Tenure(
            self._intake, self._listener, self._committed, finish_seconds=self._pace.finish
        )
        async with Cluster(self._settings) as cluster:
            await cluster.ensure_topics(self._topics)
            cluster_id = await cluster.id()
            membership = Membership(
                group=self._intake.group,
                topics=self._topics,
                cluster_id=cluster_id,
                assigned=tenure.assigned,
                revoked=tenure.revoked,
                illegible=self._illegible,
            )
            self._tenure, self._member = tenure, GroupMember(membership, self._settings)
            ended = asyncio.Event()
            beside = [
                asyncio.create_task(self._watch(cluster, cluster_id, tenure, ended)),
                asyncio.create_task(self._sweep(tenure, ended)),
            ]
            try:
                await self._poll(self._member, tenure, stop)
            finally:
                ended.set()
                resting = asyncio.create_task(finish(beside, seconds=self._pace.finish))
                # A partition may be given to us while we end: then it is left with the rest.
                await asyncio.gather(tenure.end(), self._member.settle(seconds=self._pace.farewell))
                await self._member.leave()
                await resting
                self._tenure = self._member = None

    async def _poll(self, member: GroupMember, tenure: Tenure, stop: asyncio.Event) -> None:
        over = stop, tenure.broken
        await self._settled(member.join(), *over)
        while not any(event.is_set() for event in over):
            polling = member.poll(seconds=self._pace.poll, most=self._pace.batch)
            for partition, records in (await self._settled(polling, *over) or {}).items():
                failpoint(Step.RECORDS_POLLED)
                tenure.begin(partition, records, self._resume)
            await any_of(tenure.idle, *over, seconds=self._pace.busy)
            member.pause(tenure.busy)
            self._measure(member, tenure)

    def _measure(self, member: GroupMember, tenure: Tenure) -> None:
        for partition in tenure.partitions:
            if (lag := member.lag(partition)) is not None:
                where = map(str, partition)
                metrics.CONSUMER_LAG.labels(self._intake.group, *where).set(lag)

    async def _settled(
        self, work: Coroutine[Any, Any, Result], *over: asyncio.Event
    ) -> Result | None:
        """Do what waits as long as the group settles who has which partition; none if it is over.

        It is cancelled only when the member is thrown away: one cancelled poll would switch
        aiokafka's own watch over a stuck consumer off.

        Raises:
            TimeoutError: The group does not settle.
        """
        task = asyncio.create_task(work)
        give_up = time.monotonic() + self._pace.settle
        try:
            while not (task.done() or any(event.is_set() for event in over)):
                if time.monotonic() > give_up:
                    message = "the group does not settle"
                    raise TimeoutError(message)
                self._last_turn = time.monotonic()
                await any_of(*over, task=task, seconds=self._pace.poll)
            return task.result() if task.done() else None
        finally:
            await finish([task], seconds=0)

    def _resume(self, partition: Partition) -> None:
        if self._member is not None:
            self._member.resume([partition])

    async def _committed(self, partition: Partition, next_offset: int, taken: Taken) -> None:
        """Tell the group, the metrics, the sweep and the listener that records were taken in."""
        if taken.concerns_held:
            self._sweep_now.set()
        # The effects are committed: what comes of them need not wait for the broker.
        if taken.has_effects:
            await self._tell(partition)
        if (member := self._member) is not None:
            await member.commit(partition, next_offset)
            failpoint(Step.OFFSET_COMMITTED)

    async def _tell(self, partition: Partition) -> None:
        if self._listener is not None:
            await guarded(self._listener.handled(*partition))

    async def _watch(
        self, cluster: Cluster, cluster_id: str, tenure: Tenure, ended: asyncio.Event
    ) -> None:
        """Notice that the log is another one."""
        while not ended.is_set():
            await any_of(ended, seconds=self._pace.watch)
            try:
                found = await cluster.id()
            except INFRASTRUCTURE:
                continue
            if found != cluster_id:
                log.warning("log_was_replaced", group=self._intake.group, cluster_id=found)
                tenure.broken.set()
                return

    async def _sweep(self, tenure: Tenure, ended: asyncio.Event) -> None:
        """Go on with what is held, and forget what was taken in long ago."""
        sweep = Sweep(self._intake, tenure)
        prune_at = time.monotonic() + self._pace.prune
        pause = self._pace.sweep
        while not ended.is_set():
            await any_of(self._sweep_now, ended, seconds=pause)
            self._sweep_now.clear()
            try:
                swept = await sweep.run()
                if time.monotonic() >= prune_at:
                    prune_at = time.monotonic() + self._pace.prune
                    await sweep.forget()
            except Exception as error:
                level = logging.WARNING if is_infrastructure(error) else logging.ERROR
                log.log(level, "sweep_failed", group=self._intake.group, exc_info=error)
                pause = self._pace.sweep
                continue
            pause = self._pace.hurry if swept.is_hurried else self._pace.sweep
            for partition in swept.effects:
                await self._tell(partition)
