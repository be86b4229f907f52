"""Keeping talent stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.places import AreaRef
from registry.app.permissions import WRITE_TALENTS
from registry.app.places import area_within
from registry.domain.kinds import is_body
from registry.domain.talent_station import TalentStationId, begin_talent_station
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.creations import Made
    from registry.app.end_early import EndEarly
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.areas import Areas
    from registry.app.ports.talents import TalentStationFilter
    from registry.app.ports.tenures import Inner
    from registry.app.references import References
    from registry.domain.talent_station import TalentStation, TalentStationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTalentStation:
    """Have a body run a talent station in an area, for a term."""

    id: UUID | None
    name: str
    host: UUID
    area: AreaRef
    term: Term


class KeepingTalentStations:
    """What is done with talent stations."""

    def __init__(
        self,
        keeping: RecordKeeping[TalentStation, TalentStationFact, TalentStationFilter],
        *,
        plans: Inner,
        references: References,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._plans: Final = plans
        self._references: Final = references
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def begin(self, command: BeginTalentStation, scope: Scope) -> Made[TalentStation]:
        """Note that a body runs a talent station."""

        async def propose() -> Change[TalentStation, TalentStationFact]:
            area = await area_within(
                scope, command.area, areas=self._areas, permission=WRITE_TALENTS
            )
            await self._references.check([command.host], is_body, wanted="organisation")
            return begin_talent_station(
                TalentStationId(command.id or self._new_id()),
                name=command.name,
                host=command.host,
                area=area,
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndEarly, scope: Scope) -> TalentStation:
        """End it before its time."""

        async def decide(station: TalentStation) -> Change[TalentStation, TalentStationFact]:
            return station.end(
                ended_on=command.ended_on,
                used_until=await self._plans.last_within(station.id),
                at=self._clock.now(),
            )

        return await self._keeping.change_held(command.id, scope, decide, seen=command.seen)
