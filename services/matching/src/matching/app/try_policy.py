"""Trying a policy on a past period, beside everything else and a day at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from common.clearance import cleared, system
from common.clock import Clock
from common.grants import OutsideYourScope
from common.places import AreaRef
from matching.app.permissions import TRY_POLICIES
from matching.app.policy_ports import Policies
from matching.app.territory import reaches
from matching.domain.errors import PeriodNotOver, PeriodTooLarge, PeriodTooLong, WhatIfNotFound
from matching.domain.local_policies import LocalPolicies
from matching.domain.what_if import (
    Compared,
    Kernel,
    Outcome,
    Past,
    Simulation,
    WhatIfState,
    days_between,
    not_played,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from common.grants import Scope
    from matching.app.ports import Areas
    from matching.domain.identity import PoolId

MOST_DAYS: Final = 93
MOST_LINES: Final = 20_000
MOST_ATTEMPTS: Final = 3
LEASE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPolicy:
    """Play a period that is over in an area, under this version and under what is in force."""

    version: int
    area: AreaRef
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A policy being tried, how far that has come, and what came of it."""

    id: UUID
    command: TryPolicy
    state: WhatIfState
    asked_by: str
    asked_at: datetime
    done: int = 0
    steps: int = 0
    attempts: int = 0
    compared: Compared | None = None


class WhatIfs(Protocol):
    """Policies that are tried, and the past that they are tried on."""

    async def add(self, what_if: WhatIf) -> None:
        """Let a try wait for its turn."""
        ...

    async def find(self, what_if_id: UUID) -> WhatIf | None:
        """Return a try that the caller may see."""
        ...

    async def count_lines(self, command: TryPolicy) -> int:
        """Return how many lines were asked for in the period."""
        ...

    async def claim(self, *, at: datetime, until: datetime) -> WhatIf | None:
        """Return the try that has waited longest, for nobody else to work on until then."""
        ...

    async def pools(self, command: TryPolicy) -> Sequence[PoolId]:
        """Return the pools in which something was asked for in the period."""
        ...

    async def past(self, pool_id: PoolId, command: TryPolicy) -> Past:
        """Return what was asked for and offered in one pool during the period."""
        ...

    async def note(self, what_if: WhatIf, *, claimed_until: datetime | None) -> None:
        """Keep how far a try has come."""
        ...


async def try_policy(
    command: TryPolicy,
    within: Scope,
    *,
    what_ifs: WhatIfs,
    policies: Policies,
    areas: Areas,
    clock: Clock,
    new_id: Callable[[], UUID],
) -> WhatIf:
    """Let a policy be tried; the answer comes later.

    Raises:
        UnknownArea: The list in force has no such code.
        OutsideYourScope: The area is beyond the caller's reach.
        PolicyNotFound: There is no such version.
        PeriodNotOver: It ends in the future, or before it begins.
        PeriodTooLong: It has too many days.
        PeriodTooLarge: More was asked for than can be tried at once.
    """
    at = clock.now()
    await areas.find(command.area)
    if not await reaches(within, command.area, areas=areas):
        raise OutsideYourScope(permission=TRY_POLICIES.name)
    if not command.since < command.until <= at:
        raise PeriodNotOver(since=command.since, until=command.until)
    if days_between(command.since, command.until) > MOST_DAYS:
        raise PeriodTooLong(days=days_between(command.since, command.until), most=MOST_DAYS)
    # Policies are no secret; which periods are played under them is judged by area.
    with cleared(system("policy to be tried")):
        await policies.with_version(command.version)
    lines = await what_ifs.count_lines(command)
    if lines > MOST_LINES:
        raise PeriodTooLarge(lines=lines, most=MOST_LINES)
    what_if = WhatIf(
        id=new_id(),
        command=command,
        state=WhatIfState.WAITING,
        asked_by=within.sub,
        asked_at=at,
    )
    await what_ifs.add(what_if)
    return what_if


async def find_what_if(
    what_if_id: UUID, within: Scope, *, what_ifs: WhatIfs, areas: Areas
) -> WhatIf:
    """Return a try with what has come of it so far.

    Raises:
        WhatIfNotFound: There is none, or none for this caller.
    """
    what_if = await what_ifs.find(what_if_id)
    if what_if is None or not await reaches(within, what_if.command.area, areas=areas):
        raise WhatIfNotFound(what_if_id=what_if_id)
    return what_if


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPolicies:
    """Works on tries, one at a time.

    To be killed costs time: when the lease has ended, somebody begins the try again.
    """

    what_ifs: WhatIfs
    policies: Policies
    kernel: Kernel
    clock: Clock

    async def work_once(self) -> bool:
        """Work on the try that has waited longest; tell whether there was one."""
        at = self.clock.now()
        what_if = await self.what_ifs.claim(at=at, until=at + LEASE)
        if what_if is None:
            return False
        if what_if.attempts > MOST_ATTEMPTS:
            failed = replace(what_if, state=WhatIfState.FAILED)
            await self.what_ifs.note(failed, claimed_until=None)
            return True
        done = await self._played(what_if)
        await self.what_ifs.note(done, claimed_until=None)
        return True

    async def _played(self, what_if: WhatIf) -> WhatIf:
        command = what_if.command
        tried = (await self.policies.with_version(command.version)).policy
        pools = await self.what_ifs.pools(command)
        steps = 2 * len(pools) * days_between(command.since, command.until)
        progress = _Progress(self, what_if, steps)
        base_outcome, tried_outcome = Outcome(), Outcome()
        unplayed: frozenset[str] = frozenset()
        for pool_id in pools:
            past = await self.what_ifs.past(pool_id, command)
            base = await self.policies.within_pool(pool_id, at=what_if.asked_at)
            base_outcome += await self._play(past, base, command, progress)
            tried_outcome += await self._play(past, LocalPolicies(tried), command, progress)
            for each in (base.of_pool, *base.of_areas.values()):
                unplayed |= not_played(each, tried)
        compared = Compared(
            base=base_outcome.figures(),
            tried=tried_outcome.figures(),
            not_played=tuple(sorted(unplayed)),
        )
        return replace(what_if, state=WhatIfState.DONE, done=steps, steps=steps, compared=compared)

    async def _play(
        self, past: Past, policies: LocalPolicies, command: TryPolicy, progress: _Progress
    ) -> Outcome:
        simulation = Simulation(
            past, policies, self.kernel, since=command.since, until=command.until
        )
        for day in range(days_between(command.since, command.until)):
            # Numbers are crunched beside the event loop, which has people to answer.
            await asyncio.to_thread(simulation.play, day)
            await progress.step()
        return simulation.outcome()


class _Progress:
    """Tells how far a try has come, and keeps the claim meanwhile."""

    def __init__(self, work: TryPolicies, what_if: WhatIf, steps: int) -> None:
        self._work: Final = work
        self._what_if: Final = what_if
        self._steps: Final = steps
        self._done = 0

    async def step(self) -> None:
        self._done += 1
        noted = replace(
            self._what_if, state=WhatIfState.RUNNING, done=self._done, steps=self._steps
        )
        now = self._work.clock.now()
        await self._work.what_ifs.note(noted, claimed_until=now + LEASE)
