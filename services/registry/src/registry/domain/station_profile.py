"""What a station houses, who runs it, and what it runs: values without a life of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from common.stations import CentreKind, OperatingMode, ProjectKind, RoomKind
from registry.domain.datum import StatedPosition
from registry.domain.errors.station_profile import (
    OperatorMissing,
    ProjectDaysOutOfOrder,
    RoomsExceedFloorArea,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a station's door is; without a position nobody measures a distance to it."""

    address: str | None = None
    stated: StatedPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room by what it is for; areas are in square metres."""

    kind: RoomKind
    floor_area: Decimal | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCentre:
    """Another centre under the same roof (一站双中心)."""

    kind: CentreKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What a station has to work in, and who else does; areas are in square metres."""

    floor_area: Decimal | None = None
    rooms: tuple[Room, ...] = ()
    shared_with: tuple[SharedCentre, ...] = ()

    def __post_init__(self) -> None:
        """Take only rooms that fit in.

        Raises:
            RoomsExceedFloorArea: Together they are larger than the station.
        """
        rooms = sum((room.floor_area or Decimal(0) for room in self.rooms), Decimal(0))
        if self.floor_area is not None and rooms > self.floor_area:
            raise RoomsExceedFloorArea(rooms=rooms, floor_area=self.floor_area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operating:
    """How a station is run, and how many posts are whose (县统招1+自招2)."""

    mode: OperatingMode
    operator: UUID | None = None
    county_hired: int | None = None
    own_hired: int | None = None

    def __post_init__(self) -> None:
        """Take an agency just where a station is entrusted to one.

        Raises:
            OperatorMissing: An entrusted station names none, or another one does.
        """
        may_have_operator = self.mode in {OperatingMode.ENTRUSTED, OperatingMode.PROJECT}
        is_missing = self.mode is OperatingMode.ENTRUSTED and self.operator is None
        if is_missing or (self.operator is not None and not may_have_operator):
            raise OperatorMissing(mode=self.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project or a brand of a station."""

    kind: ProjectKind
    title: str
    began_on: date
    ended_on: date | None = None

    def __post_init__(self) -> None:
        """Take only days in order.

        Raises:
            ProjectDaysOutOfOrder: It would end before it began.
        """
        if self.ended_on is not None and self.ended_on < self.began_on:
            raise ProjectDaysOutOfOrder(began_on=self.began_on, ended_on=self.ended_on)


def pattern_of(projects: Iterable[Project]) -> str:
    """Return how many projects run, as Ningbo counts them: difficulty + own profile + talent.

    ``1+3+1`` is one for people in difficulty, three of the station's own profile, one for talent;
    what has ended does not count, and a brand is no project.
    """
    running = [project.kind for project in projects if project.ended_on is None]
    counted = (ProjectKind.VULNERABLE, ProjectKind.FEATURE, ProjectKind.TALENT)
    return "+".join(str(running.count(kind)) for kind in counted)
