"""Making something otherwise about a station: its name, place, parent, premises and the like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import Clock
from common.places import AreaRef
from registry.app.find_stations import find_station, hold_station
from registry.app.permissions import WRITE_STATIONS
from registry.app.places import area_within
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.stations import Stations
from registry.app.ports.work import UnitOfWork
from registry.app.station_dependants import hold_lineages, parent_among
from registry.app.versions import refuse_stale
from registry.domain.errors.station_profile import UnknownOperator
from registry.domain.errors.stations import StationChangedMeanwhile
from registry.domain.station import StationId
from registry.domain.station_edits import AssignParent, Edit, Move, Operate, edit_station
from registry.domain.station_profile import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from common.places import Area
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class EditStation:
    """Make things otherwise from a day on; ``seen`` is the version that the caller decided upon.

    ``area`` and ``whereabouts`` are where it moves, if it does; all else is among the edits.
    """

    station_id: StationId
    since: date
    edits: tuple[Edit, ...] = ()
    area: AreaRef | None = None
    whereabouts: Whereabouts | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditingStations:
    """Edits stations, each together with what has to be true of others."""

    unit_of_work: UnitOfWork
    stations: Stations
    parties: Parties
    areas: Areas
    clock: Clock

    async def edit(self, command: EditStation, scope: Scope) -> Station:
        """Edit a station and tell the other services.

        Raises:
            OutsideYourScope: It was to move to where the caller may not decide.
            UnknownOperator: The agency is not registered, or is a person.
        """
        async with self.unit_of_work.transaction():
            before = await find_station(
                command.station_id,
                scope,
                unit_of_work=self.unit_of_work,
                stations=self.stations,
                areas=self.areas,
            )
            refuse_stale(before, command.seen)
            edits = await self._judged(command, before, scope)
            station = await hold_station(
                command.station_id, scope, stations=self.stations, areas=self.areas
            )
            if station.version != before.version:
                raise StationChangedMeanwhile(station_id=station.id)
            change = edit_station(station, edits, since=command.since, at=self.clock.now())
            await self.stations.save(change)
        return change.state

    async def _judged(self, command: EditStation, station: Station, scope: Scope) -> Sequence[Edit]:
        """Return the edits after whatever they name has been found and, if above, held."""
        area = await self._area_after(command, scope)
        await self._judge_parent(command, station, area)
        for edit in command.edits:
            if isinstance(edit, Operate) and edit.operating is not None:
                await self._judge_operator(edit)
        if area is None and command.whereabouts is None:
            return command.edits
        return (Move(area=area, whereabouts=command.whereabouts), *command.edits)

    async def _area_after(self, command: EditStation, scope: Scope) -> Area | None:
        if command.area is None:
            return None
        return await area_within(scope, command.area, areas=self.areas, permission=WRITE_STATIONS)

    async def _judge_parent(
        self, command: EditStation, station: Station, moved_to: Area | None
    ) -> None:
        wanted = [edit.parent for edit in command.edits if isinstance(edit, AssignParent)]
        if not wanted and moved_to is None:
            return
        parent = wanted[-1] if wanted else station.parent
        parent_among(
            await hold_lineages([parent] if parent else [], stations=self.stations),
            parent,
            child=station.id,
            tier=station.tier,
            area=moved_to or await self.areas.find(station.area),
        )

    async def _judge_operator(self, edit: Operate) -> None:
        operator = edit.operating.operator if edit.operating else None
        if operator is None:
            return
        # An agency often has its seat where the caller has no say.
        with cleared(system("who runs a station")):
            party = (await self.parties.find_many([operator])).get(operator)
        if party is None or party.is_person:
            raise UnknownOperator(operator_id=operator)
