"""Keeping the plans of talent stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from registry.domain.talent_plan import TalentPlanId, begin_talent_plan
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.creations import Made
    from registry.app.end_early import EndEarly
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.talents import TalentPlanFilter, TalentStationFilter
    from registry.app.ports.tenures import Inner
    from registry.domain.talent_plan import TalentPlan, TalentPlanFact
    from registry.domain.talent_station import TalentStation, TalentStationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTalentPlan:
    """Give a talent station a plan, for a term."""

    id: UUID | None
    name: str
    station: UUID
    term: Term


class KeepingTalentPlans:
    """What is done with talent plans."""

    def __init__(
        self,
        keeping: RecordKeeping[TalentPlan, TalentPlanFact, TalentPlanFilter],
        *,
        stations: RecordKeeping[TalentStation, TalentStationFact, TalentStationFilter],
        talents: Inner,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._stations: Final = stations
        self._talents: Final = talents
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def begin(self, command: BeginTalentPlan, scope: Scope) -> Made[TalentPlan]:
        """Give a talent station a plan."""

        async def propose() -> Change[TalentPlan, TalentPlanFact]:
            station = await self._stations.find_held(command.station, scope)
            return begin_talent_plan(
                TalentPlanId(command.id or self._new_id()),
                name=command.name,
                station=station,
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndEarly, scope: Scope) -> TalentPlan:
        """End it before its time."""

        async def decide(plan: TalentPlan) -> Change[TalentPlan, TalentPlanFact]:
            return plan.end(
                ended_on=command.ended_on,
                used_until=await self._talents.last_within(plan.id),
                at=self._clock.now(),
            )

        return await self._keeping.change_held(command.id, scope, decide, seen=command.seen)
