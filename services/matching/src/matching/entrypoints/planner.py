"""The planner: plans the pools of the partitions that this process owns.

It is woken by every handled batch of events, and looks by itself once in a while: for pools that
were marked by a process which then died, and for what the calendar changes. All marks are durable,
so to be killed at any moment costs time and nothing else.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client import Counter, Gauge, Histogram

from common.contracts.cases import NeedSubmitted
from common.errors import DomainError
from common.outages import is_outage
from common.waiting import any_of
from matching.app.planning_ports import Epoch, EpochOver, PlanOutdated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matching.app.application import Application
    from matching.app.plan_pool import Planning
    from matching.domain.identity import PoolId

PLANNING_DURATION: Final = Histogram(
    "matching_planning_duration_seconds",
    "Time from reading a pool to its written plan.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
PLANNED_CHANGES: Final = Counter(
    "matching_planned_changes_total", "Matches that plans have proposed, asked or superseded."
)
PLAN_GAP: Final = Gauge(
    "matching_plan_gap", "How much better the last plan could at most have been; 0 is proved best."
)
PLANS_DROPPED: Final = Counter(
    "matching_plans_dropped_total", "Plans that were not written.", ("reason",)
)

AT_A_TIME: Final = 16
"""So many pools are planned side by side by one process, and read and written together."""

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class Planner:
    """Keeps the plans of its partitions up to what has happened.

    It is told of its partitions by the consumer, and runs beside it. ``get_ready`` takes long and
    is called once, in a thread, before the first plan.
    """

    def __init__(
        self,
        application: Application,
        *,
        get_ready: Callable[[], None],
        sweep_seconds: float,
        expiry_seconds: float,
    ) -> None:
        self._application: Final = application
        self._get_ready: Final = get_ready
        self._sweep_seconds: Final = sweep_seconds
        self._expiry_seconds: Final = expiry_seconds
        self._epochs: Final[dict[int, Epoch]] = {}
        self._owning: Final = asyncio.Lock()
        self._assigned: frozenset[int] = frozenset()
        self._wake: Final = asyncio.Event()
        self._next_expiry = 0.0
        self._next_policies = 0.0

    async def assigned(self, partitions: frozenset[tuple[str, int]]) -> None:
        """Begin a new epoch for each partition; somebody else may have had it in between."""
        async with self._owning:
            self._assigned = _of_needs(partitions)
            self._epochs.clear()
            # Only now is it certain what has gone: between two assignments most comes back.
            self._application.forget_pools_but(self._assigned)
            await self._own_what_is_assigned()

    async def revoked(self, partitions: frozenset[tuple[str, int]]) -> None:
        """Plan no more for these partitions; what is being planned fails by its epoch."""
        gone = _of_needs(partitions)
        self._assigned -= gone
        for partition in gone:
            self._epochs.pop(partition, None)

    async def handled(self, topic: str, partition: int) -> None:
        """Plan soon; the consumer goes on meanwhile, and its next marks join in."""
        del topic, partition
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Plan until told to stop; what is being written is finished."""
        # To load what is compiled takes seconds, which no need should wait for.
        await asyncio.to_thread(self._get_ready)
        await self._until_done(stop)
        while not stop.is_set():
            self._wake.clear()
            try:
                await self.sweep(stop)
            except Exception as error:
                if not is_outage(error):
                    log.exception("sweep_failed")
                else:
                    log.warning("planning_waits", error=type(error).__name__)
                await any_of(stop, seconds=self._sweep_seconds)
            else:
                await any_of(self._wake, stop, seconds=self._sweep_seconds)

    async def sweep(self, stop: asyncio.Event) -> None:
        """Plan every marked pool of this process once."""
        async with self._owning:
            await self._own_what_is_assigned()
        if not self._epochs:
            return
        await self._begin_policies()
        dirty = await self._application.dirty_pools(frozenset(self._epochs))
        await self._plan_all(dirty, stop)
        await self._expire()

    async def _begin_policies(self) -> None:
        if time.monotonic() >= self._next_policies:
            self._next_policies = time.monotonic() + self._sweep_seconds
            await self._application.begin_policies()

    async def _plan_all(self, pool_ids: Iterable[PoolId], stop: asyncio.Event) -> None:
        """Plan several pools at a time: each mostly waits for the database."""
        waiting = iter(pool_ids)

        async def plan_one_by_one() -> None:
            for pool_id in waiting:
                if stop.is_set():
                    return
                await self._plan(pool_id)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(plan_one_by_one())

    async def _plan(self, pool_id: PoolId) -> None:
        epoch = self._epochs.get(self._application.partition_of(pool_id))
        if epoch is None:
            return
        started = time.monotonic()
        try:
            planning = await self._application.plan_pool(pool_id, epoch)
        except EpochOver:
            PLANS_DROPPED.labels("epoch_over").inc()
            log.warning("epoch_over", partition=epoch.partition, epoch=epoch.number)
            # To take it back here would be a fight with the new owner; the group will tell.
            self._assigned -= {epoch.partition}
            self._epochs.pop(epoch.partition, None)
        except PlanOutdated:
            PLANS_DROPPED.labels("outdated").inc()
            self._wake.set()
        except Exception as error:
            if is_outage(error):
                raise
            # The pool stays marked, and the next look may find it in another state.
            log.exception("planning_failed", pool_id=str(pool_id))
        else:
            _note(planning, time.monotonic() - started)

    async def _own_what_is_assigned(self) -> None:
        missing = self._assigned - self._epochs.keys()
        if not missing:
            return
        for epoch in await self._application.own_partitions(missing):
            if epoch.partition in self._assigned:
                self._epochs[epoch.partition] = epoch
        self._wake.set()

    async def _expire(self) -> None:
        if time.monotonic() < self._next_expiry:
            return
        self._next_expiry = time.monotonic() + self._expiry_seconds
        try:
            ended = await self._application.expire_asks(frozenset(self._epochs))
        except DomainError as refusal:
            # A person decided at the same moment; the rest has time until the next look.
            log.info("expiry_overtaken", refusal=refusal.code)
        else:
            if ended:
                log.info("asks_expired", count=ended)
        await self._nag()
        await self._ask_confirmations()

    async def _nag(self) -> None:
        """Remind parties and stations of what they have not answered or decided."""
        reminded = await self._application.remind_asks(frozenset(self._epochs))
        told = await self._application.tell_undecided(frozenset(self._epochs))
        if reminded or told:
            log.info("stalls_told", reminded=reminded, told=told)

    async def _ask_confirmations(self) -> None:
        try:
            asked = await self._application.ask_confirmations(frozenset(self._epochs))
        except DomainError as refusal:
            log.info("confirmations_overtaken", refusal=refusal.code)
        else:
            if asked:
                log.info("confirmations_asked", count=asked)
        await self._extend_sessions()

    async def _extend_sessions(self) -> None:
        try:
            extended = await self._application.extend_sessions(frozenset(self._epochs))
        except DomainError as refusal:
            log.info("calendars_overtaken", refusal=refusal.code)
        else:
            if extended:
                log.info("sessions_extended", offers=extended)
        await self._return_allotments()

    async def _return_allotments(self) -> None:
        try:
            returned = await self._application.return_allotments(frozenset(self._epochs))
        except DomainError as refusal:
            log.info("returns_overtaken", refusal=refusal.code)
        else:
            if returned:
                log.info("allotments_returned", count=returned)

    async def _until_done(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._application.remember_policy()
            except Exception as error:
                if not is_outage(error):
                    raise
                await any_of(stop, seconds=self._sweep_seconds)
            else:
                return


def _of_needs(partitions: frozenset[tuple[str, int]]) -> frozenset[int]:
    # All topics keyed by pool have equal partitions and one owner; the needs' stands for them.
    topic = NeedSubmitted.topic()
    return frozenset(number for name, number in partitions if name == topic)


def _note(planning: Planning, seconds: float) -> None:
    PLANNING_DURATION.observe(seconds)
    PLANNED_CHANGES.inc(planning.changes)
    PLAN_GAP.set(planning.gap)
    log.info(
        "pool_planned",
        pool_id=str(planning.pool_id),
        sequence=planning.sequence,
        value=planning.value,
        gap=planning.gap,
        is_from_scratch=planning.is_from_scratch,
        changes=planning.changes,
        attempts=planning.attempts,
        milliseconds=round(seconds * 1000),
    )
