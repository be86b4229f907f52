"""A station of one of the four tiers: planned, built, open, then closed or merged into another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import Labelled, StationTier
from registry.domain.days import refuse_future
from registry.domain.errors.station_tree import StationHasOpenStations
from registry.domain.errors.stations import (
    StationAlreadyClosed,
    StationAlreadyOpen,
    StationDaysOutOfOrder,
    StationHasOpenPostings,
    StationIsBeingBuilt,
    StationNotOpen,
    StationStillStaffed,
)
from registry.domain.hours import OpeningHours
from registry.domain.station_facts import (
    FundingWasCancelled,
    HeadcountWasStated,
    StationBuildingBegan,
    StationFact,
    StationWasClosed,
    StationWasFunded,
    StationWasOpened,
)
from registry.domain.station_profile import Operating, Premises, Project, Whereabouts

if TYPE_CHECKING:
    from registry.domain.staffing import Headcount
    from registry.domain.station_money import Cancellation, Funding

__all__ = [
    "NOBODY",
    "Closure",
    "ClosureReason",
    "Dependants",
    "Operation",
    "Station",
    "StationFact",
    "StationId",
    "StationStatus",
    "refuse_disorder",
]

StationId = NewType("StationId", UUID)


class StationStatus(Labelled):
    """Where a station stands in its life."""

    PLANNED = "planned", "筹建", "Planned"
    BUILDING = "building", "建设中", "Being built"
    OPEN = "open", "启用", "Open"
    MERGED = "merged", "已并入", "Merged into another"
    CLOSED = "closed", "关闭", "Closed"


class ClosureReason(Labelled):
    """Why a station ended; a list, so that no free text about anybody is kept."""

    MERGED = "merged", "并入其他站点", "Merged into another station"
    SPLIT = "split", "拆分为多个站点", "Split into several stations"
    AREA_ABOLISHED = "area_abolished", "区划撤并", "Its area was abolished"
    CONTRACT_ENDED = "contract_ended", "项目到期", "The contract ended"
    PREMISES_LOST = "premises_lost", "场地收回", "The premises were lost"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The end of a station's service, and the station that took over, where it was merged."""

    closed_on: date
    reason: ClosureReason
    merged_into: StationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The time in which a station serves: it has a first day and, at last, a closure."""

    opened_on: date
    closure: Closure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependants:
    """What still hangs on a station: stations below it that have not ended, and people.

    ``postings`` are those that go on after the day on which it is to end, ``staff`` is how many
    people it said itself.
    """

    stations: int = 0
    postings: int = 0
    staff: int = 0


NOBODY = Dependants()


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A place from which social workers serve one area.

    A station opens once and closes once; one that returns is a new station, so that the days on
    which an area was covered stay what they were. Its id stays the same whatever its name, its area
    or its door become; where it went is ``merged_into`` of its closure, where it came from is
    ``split_from``. ``is_sole`` tells that its area has room for no other open one of its tier.
    """

    id: StationId
    version: int
    tier: StationTier
    name: str
    area: AreaRef
    planned_on: date
    kind: StationKind = StationKind.COMMUNITY
    is_sole: bool = True
    parent: StationId | None = None
    split_from: StationId | None = None
    building_on: date | None = None
    operation: Operation | None = None
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    premises: Premises = field(default_factory=Premises)
    operating: Operating | None = None
    hours: OpeningHours = field(default_factory=OpeningHours)
    projects: tuple[Project, ...] = ()

    @property
    def status(self) -> StationStatus:
        """Return where the station stands in its life."""
        if self.operation is None:
            is_planned = self.building_on is None
            return StationStatus.PLANNED if is_planned else StationStatus.BUILDING
        closure = self.operation.closure
        if closure is None:
            return StationStatus.OPEN
        return StationStatus.CLOSED if closure.merged_into is None else StationStatus.MERGED

    def begin_building(self, *, building_on: date, at: datetime) -> Change[Station, StationFact]:
        """Begin to make the premises ready.

        Raises:
            StationIsBeingBuilt: That began before.
            StationAlreadyOpen: It serves, or has served.
            StationAlreadyClosed: It has a closure.
            DayInTheFuture: The day has not come; a plan is no beginning.
            StationDaysOutOfOrder: The day lies before the plan.
        """
        if self.building_on is not None:
            raise StationIsBeingBuilt(station_id=self.id, building_on=self.building_on)
        self._refuse_second_opening()
        refuse_future(building_on, at=at)
        refuse_disorder(self.planned_on, building_on)
        begun = replace(self, version=self.version + 1, building_on=building_on)
        return Change(begun, (StationBuildingBegan(station=begun, building_on=building_on, at=at),))

    def open(self, *, opened_on: date, at: datetime) -> Change[Station, StationFact]:
        """Begin service.

        Raises:
            StationAlreadyOpen: It serves, or has served.
            StationAlreadyClosed: It has a closure.
            DayInTheFuture: The day has not come; a plan is no opening.
            StationDaysOutOfOrder: The day lies before the plan, or before building began.
        """
        self._refuse_second_opening()
        refuse_future(opened_on, at=at)
        refuse_disorder(self.building_on or self.planned_on, opened_on)
        operation = Operation(opened_on=opened_on)
        opened = replace(self, version=self.version + 1, operation=operation)
        return Change(opened, (StationWasOpened(station=opened, operation=operation, at=at),))

    def close(
        self,
        *,
        closed_on: date,
        reason: ClosureReason,
        at: datetime,
        leaves: Dependants = NOBODY,
        merged_into: StationId | None = None,
    ) -> Change[Station, StationFact]:
        """End service for good.

        Raises:
            StationNotOpen: It never opened.
            StationAlreadyClosed: It has a closure.
            DayInTheFuture: The day has not come.
            StationDaysOutOfOrder: The day lies before the opening.
            StationHasOpenStations: Stations below it would be left without a parent.
            StationHasOpenPostings: People are posted there beyond that day.
            StationStillStaffed: People still work there, as it says itself.
        """
        operation = self.serving()
        refuse_future(closed_on, at=at)
        refuse_disorder(operation.opened_on, closed_on)
        self._refuse_leaving(leaves)
        closure = Closure(closed_on=closed_on, reason=reason, merged_into=merged_into)
        closed = replace(
            self, version=self.version + 1, operation=replace(operation, closure=closure)
        )
        return Change(closed, (StationWasClosed(station=closed, closure=closure, at=at),))

    def serving(self) -> Operation:
        """Return since when the station serves.

        Raises:
            StationNotOpen: It never opened.
            StationAlreadyClosed: It serves no longer.
        """
        if self.operation is None:
            raise StationNotOpen(station_id=self.id)
        self.refuse_ended()
        return self.operation

    def refuse_ended(self) -> None:
        """Accept what is to be done to a station that has not ended.

        Raises:
            StationAlreadyClosed: It has.
        """
        closure = self.operation.closure if self.operation else None
        if closure is not None:
            raise StationAlreadyClosed(station_id=self.id, closed_on=closure.closed_on)

    def receive(self, funding: Funding, *, at: datetime) -> Change[Station, StationFact]:
        """Note money received; it may have come before the plan or after the end.

        Raises:
            DayInTheFuture: Money that has not come is not received.
        """
        refuse_future(funding.received_on, at=at)
        funded = replace(self, version=self.version + 1)
        return Change(funded, (StationWasFunded(station=funded, funding=funding, at=at),))

    def give_back(
        self, funding: Funding, cancellation: Cancellation, *, at: datetime
    ) -> Change[Station, StationFact]:
        """Let an entry of money received count no longer.

        Raises:
            FundingAlreadyCancelled: It does not.
            DayInTheFuture: The day has not come.
        """
        refuse_future(cancellation.cancelled_on, at=at)
        cancelled = funding.cancel(cancellation)
        after = replace(self, version=self.version + 1)
        return Change(after, (FundingWasCancelled(station=after, funding=cancelled, at=at),))

    def state_headcount(
        self, headcount: Headcount, *, at: datetime
    ) -> Change[Station, StationFact]:
        """Note how many people work there.

        Raises:
            DayInTheFuture: Nobody has counted tomorrow.
            StationDaysOutOfOrder: The count is of a day before the plan.
        """
        refuse_future(headcount.counted_on, at=at)
        refuse_disorder(self.planned_on, headcount.counted_on)
        stated = replace(self, version=self.version + 1)
        return Change(stated, (HeadcountWasStated(station=stated, headcount=headcount, at=at),))

    def has_content_of(self, other: Station) -> bool:
        """Tell whether both were planned alike; what opened, closed or began since is no matter.

        A station that has got another name, area or parent since is not what was asked for.
        """
        if self._plan != other._plan:
            return False
        if other.operation is None:
            return True
        return self.operation is not None and self.operation.opened_on == other.operation.opened_on

    @property
    def _plan(self) -> tuple[object, ...]:
        return (self.tier, self.kind, self.name, self.area, self.planned_on, self.parent)

    def _refuse_second_opening(self) -> None:
        self.refuse_ended()
        if self.operation is not None:
            raise StationAlreadyOpen(station_id=self.id, opened_on=self.operation.opened_on)

    def _refuse_leaving(self, leaves: Dependants) -> None:
        if leaves.stations:
            raise StationHasOpenStations(station_id=self.id, still_open=leaves.stations)
        if leaves.postings:
            raise StationHasOpenPostings(station_id=self.id, still_open=leaves.postings)
        if leaves.staff:
            raise StationStillStaffed(station_id=self.id, staff=leaves.staff)


def refuse_disorder(earlier: date, later: date) -> None:
    """Accept two days of a station's life in this order.

    Raises:
        StationDaysOutOfOrder: The later one lies before the earlier one.
    """
    if later < earlier:
        raise StationDaysOutOfOrder(earlier=earlier, later=later)
