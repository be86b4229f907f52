"""The life of a station, rule by rule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, StationTier
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.stations import (
    StationAlreadyClosed,
    StationAlreadyOpen,
    StationDaysOutOfOrder,
    StationNotOpen,
    TierDoesNotFitArea,
)
from registry.domain.station import (
    ClosureReason,
    Station,
    StationId,
    StationStatus,
)
from registry.domain.station_facts import StationWasOpened, StationWasPlanned
from registry.domain.station_plan import plan_station

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
POOL = UUID(int=7)
ID = StationId(UUID(int=1))


def an_area(level: AreaLevel = AreaLevel.TOWNSHIP) -> Area:
    code = {"prefecture": "2102", "county": "210213"}.get(level, "210213009")
    return Area(
        ref=AreaRef(AreaScheme.NBS, code),
        name="先进街道",
        level=level,
        is_formal=True,
        pool_id=POOL,
        ancestors=frozenset({"21", "2102", "210213", "210213009"}),
    )


def a_station(*, opened_on: date | None = None) -> Station:
    return plan_station(
        ID,
        tier=StationTier.STATION,
        name="先进街道社工站",
        area=an_area(),
        planned_on=date(2026, 1, 5),
        opened_on=opened_on,
        at=NOW,
    ).state


@pytest.mark.parametrize(
    ("tier", "level"),
    [
        (StationTier.CITY_CENTRE, AreaLevel.PREFECTURE),
        (StationTier.GENERAL_STATION, AreaLevel.COUNTY),
        (StationTier.STATION, AreaLevel.TOWNSHIP),
        (StationTier.ROOM, AreaLevel.TOWNSHIP),
        (StationTier.ROOM, AreaLevel.VILLAGE),
    ],
)
def test_a_tier_serves_areas_of_its_level(tier: StationTier, level: AreaLevel) -> None:
    change = plan_station(
        ID, tier=tier, name="站", area=an_area(level), planned_on=date(2026, 1, 5), at=NOW
    )

    assert change.state.status is StationStatus.PLANNED


@pytest.mark.parametrize("level", [level for level in AreaLevel if level != AreaLevel.TOWNSHIP])
def test_a_township_station_serves_no_area_of_another_level(level: AreaLevel) -> None:
    with pytest.raises(TierDoesNotFitArea) as refusal:
        plan_station(
            ID,
            tier=StationTier.STATION,
            name="站",
            area=an_area(level),
            planned_on=date(2026, 1, 5),
            at=NOW,
        )

    assert refusal.value.facts == {"tier": "station", "level": level}


def test_a_station_that_already_serves_is_planned_and_opened_at_once() -> None:
    change = plan_station(
        ID,
        tier=StationTier.STATION,
        name="站",
        area=an_area(),
        planned_on=date(2026, 1, 5),
        opened_on=date(2026, 2, 1),
        at=NOW,
    )

    assert [type(fact) for fact in change.facts] == [StationWasPlanned, StationWasOpened]
    assert [fact.station.version for fact in change.facts] == [1, 2]
    assert change.state.version == 2


def test_a_station_opens_once() -> None:
    opened = a_station(opened_on=date(2026, 2, 1))

    with pytest.raises(StationAlreadyOpen) as refusal:
        opened.open(opened_on=date(2026, 2, 2), at=NOW)

    assert refusal.value.facts == {"station_id": ID, "opened_on": date(2026, 2, 1)}


def test_a_closure_is_final() -> None:
    closed = (
        a_station(opened_on=date(2026, 2, 1))
        .close(closed_on=date(2026, 2, 20), reason=ClosureReason.MERGED, at=NOW)
        .state
    )

    with pytest.raises(StationAlreadyClosed):
        closed.close(closed_on=date(2026, 2, 21), reason=ClosureReason.OTHER, at=NOW)
    with pytest.raises(StationAlreadyClosed):
        closed.open(opened_on=date(2026, 2, 22), at=NOW)


def test_a_station_that_never_opened_cannot_close() -> None:
    with pytest.raises(StationNotOpen):
        a_station().close(closed_on=date(2026, 2, 20), reason=ClosureReason.OTHER, at=NOW)


def test_a_day_is_judged_by_the_calendar_of_china() -> None:
    last_hours_of_february_in_london = datetime(2026, 2, 28, 16, tzinfo=UTC)

    opened = a_station().open(opened_on=date(2026, 3, 1), at=last_hours_of_february_in_london)

    assert opened.state.status is StationStatus.OPEN


def test_a_station_cannot_have_opened_tomorrow() -> None:
    with pytest.raises(DayInTheFuture) as refusal:
        a_station().open(opened_on=date(2026, 3, 2), at=NOW)

    assert refusal.value.facts == {"day": date(2026, 3, 2), "today": date(2026, 3, 1)}


def test_a_station_cannot_have_opened_before_it_was_planned() -> None:
    with pytest.raises(StationDaysOutOfOrder):
        a_station().open(opened_on=date(2026, 1, 4), at=NOW)


def test_a_station_cannot_have_closed_before_it_opened() -> None:
    with pytest.raises(StationDaysOutOfOrder):
        a_station(opened_on=date(2026, 2, 1)).close(
            closed_on=date(2026, 1, 31), reason=ClosureReason.OTHER, at=NOW
        )


def test_a_station_keeps_the_content_it_was_planned_with_through_its_life() -> None:
    opened = a_station().open(opened_on=date(2026, 2, 1), at=NOW).state

    assert opened.has_content_of(a_station())
    assert opened.has_content_of(a_station(opened_on=date(2026, 2, 1)))
    assert not opened.has_content_of(a_station(opened_on=date(2026, 2, 2)))
    assert not a_station().has_content_of(opened)
