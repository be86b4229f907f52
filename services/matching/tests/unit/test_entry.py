"""What follows from an entry of the service list: hours, periods, and what adds up."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from matching_builders import named

from common.clock import CHINA
from common.places import Position
from common.service_list import CapacityPeriod, ServicePlace
from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.calendar import Calendar, Hours, WeeklyHours
from matching.domain.entry import Entry, OpenHours, shares
from matching.domain.identity import EntryId

HERE = Position(longitude=121.7, latitude=39.0)
FIRST, LAST = date(2026, 3, 2), date(2027, 3, 1)
MINUTES = st.integers(0, 1439).map(lambda minute: time(*divmod(minute, 60)))


@st.composite
def hours_of_a_week(draw: st.DrawFn) -> tuple[OpenHours, ...]:
    """Draw up to three spans a day that do not overlap, as the registry has them."""
    found: list[OpenHours] = []
    for weekday in draw(st.sets(st.sampled_from(Weekday), max_size=7)):
        times = draw(st.lists(MINUTES, min_size=2, max_size=6, unique=True).map(sorted))
        spans = zip(times[::2], times[1::2], strict=False)
        found += [OpenHours(weekday=weekday, begins=begin, ends=end) for begin, end in spans]
    return tuple(draw(st.permutations(found)))


def an_entry(**changes: object) -> Entry:
    values: dict[str, Any] = {
        "id": EntryId(named("entry")),
        "version": 1,
        "is_of_station": True,
        "service": ServiceCode.COUNSELLING,
        "unit": Unit.PERSON_TIME,
        "capacity": 20,
        "period": CapacityPeriod.WEEK,
        "given": ServicePlace.AT_ADDRESS,
        "offered_from": date(2026, 1, 1),
        "lapses_on": date(2026, 8, 28),
        "verified_on": date(2026, 3, 1),
    }
    return Entry(**(values | changes))


def seats_by(calendar: Calendar, period: CapacityPeriod) -> Counter[object]:
    """Count the seats of a year's sessions in each period of their beginning."""
    found: Counter[object] = Counter()
    for span in calendar.spans(first=FIRST, last=LAST):
        day = span.starts_at.astimezone(CHINA).date()
        found[PERIODS[period](day)] += span.seats
    return found


PERIODS = {
    CapacityPeriod.AT_A_TIME: lambda day: day,
    CapacityPeriod.DAY: lambda day: day,
    CapacityPeriod.WEEK: lambda day: day.isocalendar()[:2],
    CapacityPeriod.MONTH: lambda day: (day.year, day.month),
    CapacityPeriod.YEAR: lambda day: day.year,
}
RECURRING = st.sampled_from(sorted(PERIODS))


@given(hours_of_a_week(), st.integers(1, 1_000), RECURRING)
def test_each_period_has_exactly_what_the_entry_says(
    weekly: tuple[OpenHours, ...], capacity: int, period: CapacityPeriod
) -> None:
    calendar = an_entry(weekly=weekly, capacity=capacity, period=period).calendar()
    assert calendar is not None

    found = seats_by(calendar, period)

    if period is CapacityPeriod.AT_A_TIME and weekly:
        spans = Counter(hours.weekday for hours in weekly)
        days = [day for day in found if isinstance(day, date)]
        assert {day: found[day] for day in days} == {
            day: capacity * spans[tuple(Weekday)[day.weekday()]] for day in days
        }
    else:
        assert set(found.values()) == {capacity}


@given(st.integers(1, 10_000), st.lists(st.integers(1, 1_439), min_size=1, max_size=8))
def test_shares_add_up_and_none_is_off_by_a_whole_one(capacity: int, minutes: list[int]) -> None:
    found = shares(capacity, minutes)

    assert sum(found) == capacity
    for share, length in zip(found, minutes, strict=True):
        assert abs(share * sum(minutes) - capacity * length) < sum(minutes)


def test_a_day_is_parted_among_its_hours_and_none_is_empty() -> None:
    monday = Weekday.MONDAY
    morning = OpenHours(weekday=monday, begins=time(9), ends=time(12))
    evening = OpenHours(weekday=monday, begins=time(18), ends=time(19))
    day = {"weekly": (evening, morning), "period": CapacityPeriod.DAY}

    assert an_entry(capacity=10, **day).calendar() == Calendar(
        weekly=(
            WeeklyHours(monday, Hours(time(9), time(12), 8)),
            WeeklyHours(monday, Hours(time(18), time(19), 2)),
        )
    )
    assert an_entry(capacity=1, **day).calendar() == Calendar(
        weekly=(WeeklyHours(monday, Hours(time(9), time(12), 1)),)
    )


def test_it_counts_to_the_end_of_the_earlier_of_its_last_days() -> None:
    lapsing = an_entry(offered_until=date(2026, 12, 31))
    ending = an_entry(offered_until=date(2026, 4, 30))

    assert lapsing.valid_until == datetime(2026, 8, 29, tzinfo=CHINA)
    assert ending.valid_until == datetime(2026, 5, 1, tzinfo=CHINA)


def test_ways_are_measured_from_a_place_that_may_be_known_alone() -> None:
    assert an_entry().point(HERE) == HERE
    assert an_entry(given=ServicePlace.REMOTE).point(HERE) is None
    assert an_entry(is_confidential=True).point(HERE) is None


def test_what_is_had_once_has_no_calendar() -> None:
    assert an_entry(period=CapacityPeriod.IN_ALL).calendar() is None
