"""Planning stations, one or many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.clock import Clock
from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import StationTier
from registry.app.creations import create_each
from registry.app.permissions import WRITE_STATIONS
from registry.app.places import area_within
from registry.app.ports.areas import Areas
from registry.app.station_dependants import Lineages, hold_lineages, parent_among
from registry.domain.errors.stations import StationIdTaken
from registry.domain.station import StationId
from registry.domain.station_plan import plan_station

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.change import Change
    from registry.app.creations import Outcome
    from registry.app.ports.stations import Stations
    from registry.app.ports.work import UnitOfWork
    from registry.domain.station import Station, StationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStation:
    """Plan a station for an area; with ``opened_on`` it serves already."""

    id: UUID | None
    tier: StationTier
    name: str
    area: AreaRef
    planned_on: date
    kind: StationKind = StationKind.COMMUNITY
    building_on: date | None = None
    opened_on: date | None = None
    parent: StationId | None = None


async def plan_stations(
    commands: Sequence[PlanStation],
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    stations: Stations,
    areas: Areas,
    clock: Clock,
    new_id: Callable[[], UUID],
) -> list[Outcome[Station]]:
    """Plan stations; what is wrong with one of them stops none of the others."""
    async with unit_of_work.transaction():
        parents = [command.parent for command in commands if command.parent is not None]
        planner = _Planner(
            scope=scope,
            lineages=await hold_lineages(parents, stations=stations) if parents else {},
            areas=areas,
            clock=clock,
            new_id=new_id,
        )
        return await create_each(
            [await planner.propose(command) for command in commands],
            shelf=stations,
            differs=lambda station: StationIdTaken(station_id=station.id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    scope: Scope
    lineages: Lineages
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def propose(self, command: PlanStation) -> Change[Station, StationFact] | DomainError:
        try:
            area = await area_within(
                self.scope, command.area, areas=self.areas, permission=WRITE_STATIONS
            )
            station_id = StationId(command.id or self.new_id())
            parent = parent_among(
                self.lineages, command.parent, child=station_id, tier=command.tier, area=area
            )
            return plan_station(
                station_id,
                tier=command.tier,
                kind=command.kind,
                name=command.name,
                area=area,
                planned_on=command.planned_on,
                building_on=command.building_on,
                opened_on=command.opened_on,
                parent=parent,
                at=self.clock.now(),
            )
        except DomainError as refusal:
            return refusal
