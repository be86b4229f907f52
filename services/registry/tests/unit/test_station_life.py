"""Whatever is tried, in whatever order, a station's life stays one that a calendar could hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from common.errors import DomainError
from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, StationTier
from registry.domain.station import (
    ClosureReason,
    Station,
    StationFact,
    StationId,
    StationStatus,
)
from registry.domain.station_facts import StationWasClosed, StationWasOpened
from registry.domain.station_plan import plan_station

if TYPE_CHECKING:
    from common.change import Change

START = datetime(2026, 1, 1, tzinfo=UTC)
AREA = Area(
    ref=AreaRef(AreaScheme.NBS, "210213009"),
    name="先进街道",
    level=AreaLevel.TOWNSHIP,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"21", "2102", "210213", "210213009"}),
)
days = st.dates(date(2025, 12, 20), date(2026, 2, 10))


class StationLife(RuleBasedStateMachine):
    """Opens and closes one station at any time, with any days."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        planned = plan_station(
            StationId(UUID(int=1)),
            tier=StationTier.STATION,
            name="站",
            area=AREA,
            planned_on=date(2025, 12, 28),
            at=self.now,
        )
        self.station: Station = planned.state
        self.facts: list[StationFact] = list(planned.facts)

    @rule(hours=st.integers(1, 24 * 20))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(day=days)
    def somebody_opens_it(self, day: date) -> None:
        was_planned = self.station.status is StationStatus.PLANNED
        try:
            change = self.station.open(opened_on=day, at=self.now)
        except DomainError:
            return
        assert was_planned
        self._take(change)

    @rule(day=days, reason=st.sampled_from(ClosureReason))
    def somebody_closes_it(self, day: date, reason: ClosureReason) -> None:
        was_open = self.station.status is StationStatus.OPEN
        try:
            change = self.station.close(closed_on=day, reason=reason, at=self.now)
        except DomainError:
            return
        assert was_open
        self._take(change)

    @invariant()
    def the_version_counts_the_facts(self) -> None:
        assert [fact.station.version for fact in self.facts] == list(range(1, len(self.facts) + 1))
        assert self.station.version == len(self.facts)

    @invariant()
    def it_opens_once_and_closes_once_in_that_order(self) -> None:
        kinds = [type(fact) for fact in self.facts[1:]]
        assert kinds in ([], [StationWasOpened], [StationWasOpened, StationWasClosed])

    @invariant()
    def its_days_are_in_order_and_have_come(self) -> None:
        operation = self.station.operation
        if operation is None:
            return
        closed_on = operation.closure.closed_on if operation.closure else operation.opened_on
        tomorrow_everywhere = (self.now + timedelta(hours=8)).date()
        assert self.station.planned_on <= operation.opened_on <= closed_on <= tomorrow_everywhere

    def _take(self, change: Change[Station, StationFact]) -> None:
        self.station = change.state
        self.facts.extend(change.facts)


StationLife.TestCase.settings = settings(max_examples=150, stateful_step_count=12, deadline=None)
TestStationLife = StationLife.TestCase
