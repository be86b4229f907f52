"""A station of one of the four tiers: planned, then open, then closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import AreaLevel, Labelled, StationTier
from registry.domain.days import refuse_future
from registry.domain.errors.stations import (
    StationAlreadyClosed,
    StationAlreadyOpen,
    StationDaysOutOfOrder,
    StationNotOpen,
    TierDoesNotFitArea,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.places import Area

StationId = NewType("StationId", UUID)

LEVELS_OF_TIER: Final[Mapping[StationTier, frozenset[AreaLevel]]] = MappingProxyType(
    {
        StationTier.CITY_CENTRE: frozenset({AreaLevel.PREFECTURE}),
        StationTier.GENERAL_STATION: frozenset({AreaLevel.COUNTY}),
        StationTier.STATION: frozenset({AreaLevel.TOWNSHIP}),
        StationTier.ROOM: frozenset({AreaLevel.TOWNSHIP, AreaLevel.VILLAGE}),
    }
)


class StationStatus(Labelled):
    """Where a station stands in its life."""

    PLANNED = "planned", "筹建", "Planned"
    OPEN = "open", "启用", "Open"
    CLOSED = "closed", "关闭", "Closed"


class ClosureReason(Labelled):
    """Why a station ended; a list, so that no free text about anybody is kept."""

    MERGED = "merged", "并入其他站点", "Merged into another station"
    AREA_ABOLISHED = "area_abolished", "区划撤并", "Its area was abolished"
    CONTRACT_ENDED = "contract_ended", "项目到期", "The contract ended"
    PREMISES_LOST = "premises_lost", "场地收回", "The premises were lost"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The end of a station's service."""

    closed_on: date
    reason: ClosureReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The time in which a station serves: it has a first day and, at last, a closure."""

    opened_on: date
    closure: Closure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A place from which social workers serve one area.

    A station opens once and closes once; one that returns is a new station, so that the days on
    which an area was covered stay what they were.
    """

    id: StationId
    version: int
    tier: StationTier
    name: str
    area: AreaRef
    planned_on: date
    operation: Operation | None = None

    @property
    def status(self) -> StationStatus:
        """Return where the station stands in its life."""
        if self.operation is None:
            return StationStatus.PLANNED
        return StationStatus.OPEN if self.operation.closure is None else StationStatus.CLOSED

    def open(self, *, opened_on: date, at: datetime) -> Change[Station, StationFact]:
        """Begin service.

        Raises:
            StationAlreadyOpen: It serves, or has served.
            StationAlreadyClosed: It has a closure.
            DayInTheFuture: The day has not come; a plan is no opening.
            StationDaysOutOfOrder: The day lies before the plan.
        """
        if self.operation is not None:
            self._refuse_second_opening(self.operation)
        refuse_future(opened_on, at=at)
        _refuse_disorder(self.planned_on, opened_on)
        operation = Operation(opened_on=opened_on)
        opened = replace(self, version=self.version + 1, operation=operation)
        return Change(opened, (StationWasOpened(station=opened, operation=operation, at=at),))

    def close(
        self, *, closed_on: date, reason: ClosureReason, at: datetime
    ) -> Change[Station, StationFact]:
        """End service for good.

        Raises:
            StationNotOpen: It never opened.
            StationAlreadyClosed: It has a closure.
            DayInTheFuture: The day has not come.
            StationDaysOutOfOrder: The day lies before the opening.
        """
        if self.operation is None:
            raise StationNotOpen(station_id=self.id)
        if self.operation.closure is not None:
            raise StationAlreadyClosed(
                station_id=self.id, closed_on=self.operation.closure.closed_on
            )
        refuse_future(closed_on, at=at)
        _refuse_disorder(self.operation.opened_on, closed_on)
        closure = Closure(closed_on=closed_on, reason=reason)
        closed = replace(
            self, version=self.version + 1, operation=replace(self.operation, closure=closure)
        )
        return Change(closed, (StationWasClosed(station=closed, closure=closure, at=at),))

    def has_content_of(self, other: Station) -> bool:
        """Tell whether both were planned alike, whatever has happened to either since."""
        alike = (self.tier, self.name, self.area, self.planned_on)
        if alike != (other.tier, other.name, other.area, other.planned_on):
            return False
        if other.operation is None:
            return True
        return self.operation is not None and self.operation.opened_on == other.operation.opened_on

    def _refuse_second_opening(self, operation: Operation) -> None:
        if operation.closure is not None:
            raise StationAlreadyClosed(station_id=self.id, closed_on=operation.closure.closed_on)
        raise StationAlreadyOpen(station_id=self.id, opened_on=operation.opened_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasPlanned:
    """A station is to be built."""

    station: Station
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasOpened:
    """A station began to serve."""

    station: Station
    operation: Operation
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StationWasClosed:
    """A station serves no longer."""

    station: Station
    closure: Closure
    at: datetime


StationFact = StationWasPlanned | StationWasOpened | StationWasClosed


def plan_station(
    station_id: StationId,
    *,
    tier: StationTier,
    name: str,
    area: Area,
    planned_on: date,
    opened_on: date | None = None,
    at: datetime,
) -> Change[Station, StationFact]:
    """Plan a station for an area; one that already serves is planned and opened at once.

    Raises:
        TierDoesNotFitArea: A township's station cannot serve a county, and the like.
        DayInTheFuture: It is said to have opened on a day that has not come.
        StationDaysOutOfOrder: It is said to have opened before it was planned.
    """
    if area.level not in LEVELS_OF_TIER[tier]:
        raise TierDoesNotFitArea(tier=tier, level=area.level)
    planned = Station(
        id=station_id, version=1, tier=tier, name=name, area=area.ref, planned_on=planned_on
    )
    facts: tuple[StationFact, ...] = (StationWasPlanned(station=planned, at=at),)
    if opened_on is None:
        return Change(planned, facts)
    opening = planned.open(opened_on=opened_on, at=at)
    return Change(opening.state, facts + opening.facts)


def _refuse_disorder(earlier: date, later: date) -> None:
    if later < earlier:
        raise StationDaysOutOfOrder(earlier=earlier, later=later)
