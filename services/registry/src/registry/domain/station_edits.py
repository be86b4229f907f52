"""What can be made otherwise about a station without it becoming another one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from common.change import Change
from common.places import Area
from registry.domain.days import refuse_future
from registry.domain.hours import OpeningHours
from registry.domain.station import StationId
from registry.domain.station_facts import StationWasEdited
from registry.domain.station_plan import is_sole, refuse_misfit
from registry.domain.station_profile import Operating, Premises, Project, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from registry.domain.station import Station, StationFact


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name."""

    name: str

    def of(self, station: Station) -> Station:
        """Return the station with it."""
        return replace(station, name=self.name)


@dataclass(frozen=True, slots=True)
class Move:
    """Another door, or another code of its area; what is not given stays."""

    area: Area | None = None
    whereabouts: Whereabouts | None = None

    def of(self, station: Station) -> Station:
        """Return the station there.

        Raises:
            TierDoesNotFitArea: The area is not of a level that it can serve.
        """
        moved = replace(station, whereabouts=self.whereabouts or station.whereabouts)
        if self.area is None:
            return moved
        refuse_misfit(station.tier, station.kind, self.area)
        sole = is_sole(station.tier, station.kind, self.area)
        return replace(moved, area=self.area.ref, is_sole=sole)


@dataclass(frozen=True, slots=True)
class AssignParent:
    """Another station above it, or none; ``refuse_parent`` has said that it may be."""

    parent: StationId | None

    def of(self, station: Station) -> Station:
        """Return the station under it."""
        return replace(station, parent=self.parent)


@dataclass(frozen=True, slots=True)
class Furnish:
    """Other premises: floor area, rooms, and who shares them."""

    premises: Premises

    def of(self, station: Station) -> Station:
        """Return the station with them."""
        return replace(station, premises=self.premises)


@dataclass(frozen=True, slots=True)
class Operate:
    """Another way of running it."""

    operating: Operating | None

    def of(self, station: Station) -> Station:
        """Return the station run so."""
        return replace(station, operating=self.operating)


@dataclass(frozen=True, slots=True)
class KeepHours:
    """Other hours."""

    hours: OpeningHours

    def of(self, station: Station) -> Station:
        """Return the station with them."""
        return replace(station, hours=self.hours)


@dataclass(frozen=True, slots=True)
class RunProjects:
    """Other projects and brands."""

    projects: tuple[Project, ...]

    def of(self, station: Station) -> Station:
        """Return the station with them."""
        return replace(station, projects=self.projects)


Edit: TypeAlias = Rename | Move | AssignParent | Furnish | Operate | KeepHours | RunProjects


def edit_station(
    station: Station, edits: Iterable[Edit], *, since: date, at: datetime
) -> Change[Station, StationFact]:
    """Make things otherwise from a day on; what is so already is no fact.

    Raises:
        StationAlreadyClosed: Nothing changes about a station that has ended.
        DayInTheFuture: The day has not come.
        TierDoesNotFitArea: It was to move to an area that it cannot serve.
    """
    station.refuse_ended()
    refuse_future(since, at=at)
    facts: list[StationFact] = []
    for edit in edits:
        edited = edit.of(station)
        if edited != station:
            station = replace(edited, version=station.version + 1)
            facts.append(StationWasEdited(station=station, edit=edit, since=since, at=at))
    return Change(station, tuple(facts))
