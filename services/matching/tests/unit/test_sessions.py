"""Calendars as sessions, and which of them suit a line."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import NOW, a_line, a_need, a_party, an_offer, an_opening, named

from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.calendar import (
    Calendar,
    ExtraHours,
    Hours,
    Period,
    PerPeriod,
    WeeklyHours,
    horizon,
)
from matching.domain.columns import board, every_pair
from matching.domain.errors import NotByAppointment
from matching.domain.identity import OfferId, PartyId, SessionId
from matching.domain.policy import POLICY
from matching.domain.rules import RULE_BY_CODE
from matching.domain.session import Session, candidates
from matching.domain.window import Window

MONDAY = date(2026, 3, 2)
MORNING = Hours(time(9), time(11, 30), 6)
SATURDAYS = WeeklyHours(Weekday.SATURDAY, MORNING)


def days_of(calendar: Calendar) -> list[date]:
    spans = calendar.spans(first=MONDAY, last=horizon(MONDAY))
    return [(span.starts_at + timedelta(hours=8)).date() for span in spans]


def a_session(name: str, starts: float, hours: float = 2, **changes: object) -> Session:
    starts_at = NOW + timedelta(hours=starts)
    values: dict[str, object] = {
        "id": SessionId(named(name)),
        "offer_id": OfferId(named("offer")),
        "party_id": PartyId(named("party")),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=hours),
        "bookable_until": starts_at,
        "weekday": Weekday.MONDAY,
        "seats": 10,
        "held": 0,
        "is_exclusive": True,
    }
    return Session(**(values | changes))  # type: ignore[arg-type]


def test_a_week_comes_to_sessions_of_eight_weeks_at_times_in_china() -> None:
    spans = Calendar(weekly=(SATURDAYS,)).spans(first=MONDAY, last=horizon(MONDAY))

    assert [span.weekday for span in spans] == [Weekday.SATURDAY] * 8
    assert spans[0].starts_at == datetime(2026, 3, 7, 1, tzinfo=UTC)
    assert spans[0].ends_at == datetime(2026, 3, 7, 3, 30, tzinfo=UTC)
    assert spans[-1].starts_at == datetime(2026, 4, 25, 1, tzinfo=UTC)


def test_closed_dates_have_no_hours_of_the_week_and_extra_ones_have_their_own() -> None:
    closed, extra = date(2026, 3, 7), date(2026, 3, 10)
    calendar = Calendar(
        weekly=(SATURDAYS,),
        closed=frozenset({closed}),
        extra=(ExtraHours(extra, MORNING), ExtraHours(closed, Hours(time(14), time(15), 2))),
    )

    assert days_of(calendar)[:3] == [closed, extra, date(2026, 3, 14)]
    assert len(days_of(calendar)) == 9


def test_the_hours_of_a_date_count_before_those_of_its_weekday() -> None:
    on = date(2026, 3, 7)
    extra = ExtraHours(on, Hours(MORNING.begins, MORNING.ends, 1))

    spans = Calendar(weekly=(SATURDAYS,), extra=(extra,)).spans(first=on, last=on)

    assert [span.seats for span in spans] == [1]


def test_an_end_at_midnight_is_the_end_of_the_day() -> None:
    evening = WeeklyHours(Weekday.SATURDAY, Hours(time(20), time(0), 3))

    (span,) = Calendar(weekly=(evening,)).spans(first=date(2026, 3, 7), last=date(2026, 3, 7))

    assert span.ends_at - span.starts_at == timedelta(hours=4)


@pytest.mark.parametrize(
    ("period", "begins", "how_many"),
    [(Period.WEEK, date(2026, 3, 2), 8), (Period.MONTH, date(2026, 3, 1), 2)],
)
def test_so_much_in_each_period_begins_with_the_one_that_is_running(
    period: Period, begins: date, how_many: int
) -> None:
    calendar = Calendar(per_period=PerPeriod(period, 10))
    spans = calendar.spans(first=MONDAY, last=horizon(MONDAY))

    assert (days_of(calendar)[0], len(spans)) == (begins, how_many)
    assert all(one.ends_at == next_.starts_at for one, next_ in itertools.pairwise(spans))
    assert spans[0].bookable_until == spans[0].ends_at
    assert {span.weekday for span in spans} == {None}


def test_goods_are_not_given_by_appointment() -> None:
    with pytest.raises(NotByAppointment):
        an_offer(service=ServiceCode.RICE_AND_OIL, unit=Unit.PIECE).schedule(at=NOW)


def test_what_is_booked_with_a_giver_closes_whatever_is_at_the_same_time() -> None:
    booked = a_session("booked", 10, held=1, offer_id=OfferId(named("other")))
    same_time, after = a_session("same time", 11), a_session("after", 12)
    shared = a_session("shared", 11, is_exclusive=False)
    elsewhere = a_session("elsewhere", 11, party_id=PartyId(named("another")))
    line = a_line(quantity=10)

    found = candidates([after, same_time, booked, shared, elsewhere], line, at=NOW)

    assert {each.id for each in found} == {after.id, shared.id, elsewhere.id}
    assert found[-1] == after


def test_only_what_is_to_come_open_and_large_enough_suits() -> None:
    unsuited = [
        a_session("past", -1),
        a_session("closed", 1, held=1, is_closed=True, is_exclusive=False),
        a_session("small", 2, seats=9),
        a_session("sunday", 3, weekday=Weekday.SUNDAY),
    ]
    fits = a_session("fits", 24)
    any_day = a_session("week", 30, weekday=None)
    line = a_line(weekdays=frozenset({Weekday.MONDAY, Weekday.FRIDAY}))

    assert candidates([*unsuited, any_day, fits], line, at=NOW) == (fits, any_day)


HOURS = st.integers(-30, 400)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    begins = draw(st.none() | HOURS)
    lasts = draw(st.none() | st.integers(1, 200))
    not_before = None if begins is None else NOW + timedelta(hours=begins)
    return Window(not_before, None if lasts is None else (not_before or NOW) + hours(lasts))


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


@given(
    openings=st.lists(
        st.tuples(HOURS, st.integers(1, 9), st.integers(0, 6), st.sampled_from(Weekday)), max_size=6
    ),
    is_period=st.booleans(),
    window=windows(),
    weekdays=st.frozensets(st.sampled_from(Weekday), max_size=3),
    quantity=st.integers(1, 6),
)
def test_the_rule_in_columns_looks_for_one_session_in_time_with_seats_enough(
    openings: list[tuple[int, int, int, Weekday]],
    is_period: bool,  # noqa: FBT001 - drawn
    window: Window,
    weekdays: frozenset[Weekday],
    quantity: int,
) -> None:
    line = a_line(weekdays=weekdays, quantity=quantity, window=window)
    need = a_need("need", line)
    sessions = tuple(
        an_opening(
            f"session {n}",
            free,
            starts=starts,
            ends_at=NOW + hours(starts + lasts),
            bookable_until=NOW + hours(starts + lasts if is_period else starts),
            weekday=None if is_period else day,
        )
        for n, (starts, lasts, free, day) in enumerate(openings)
    )
    layout = board(
        [(need, line)],
        [an_offer("scheduled", openings=sessions), an_offer("always")],
        parties={a_party().id: a_party()},
        refusals=frozenset(),
        matches=(),
        offering=POLICY.offering,
        at=NOW,
    )
    if line.is_too_late(at=NOW):
        line = replace(line, window=replace(window, not_after=None))
    suits = any(each.suits(line, at=NOW) and each.free >= quantity for each in sessions)

    rule = RULE_BY_CODE["session_free"]
    holds = dict(zip(layout.offers.ids, rule.holds(every_pair(layout)), strict=True))

    assert holds == {an_offer("scheduled").id: suits, an_offer("always").id: True}


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (Window(), 7),
        (Window(not_after=NOW + hours(1)), 1),
        (Window(not_after=NOW + hours(12)), 1),
        (Window(not_after=NOW + hours(13)), 2),
        (Window(NOW + hours(24 * 3), NOW + hours(24 * 9)), 7),
        (Window(NOW + hours(24 * 3), NOW + hours(24 * 4)), 2),
        (Window(not_after=NOW), 0),
    ],
)
def test_a_window_is_open_on_days_in_china(window: Window, days: int) -> None:
    # It is noon there, twelve hours before the next day.
    assert len(window.weekdays(at=NOW)) == days


def test_a_window_that_has_none_of_the_days_asked_for_is_too_late() -> None:
    window = Window(NOW, NOW + hours(24))
    tuesday, sunday = frozenset({Weekday.TUESDAY}), frozenset({Weekday.SUNDAY})

    assert not a_line(window=window, weekdays=tuesday).is_too_late(at=NOW)
    assert a_line(window=window, weekdays=sunday).is_too_late(at=NOW)
    assert a_line(window=window).is_too_late(at=NOW + hours(24))
