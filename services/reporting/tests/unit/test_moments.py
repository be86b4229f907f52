from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reporting.domain.errors import AsOfInTheFuture
from reporting.domain.moments import EARLIEST, as_of, day_of

# Half past midnight of 22 November in China.
NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


def test_without_a_wish_it_is_now() -> None:
    assert as_of(None, now=NOW) == NOW


def test_a_day_means_its_end_in_china() -> None:
    instant = as_of(date(2026, 11, 21), now=NOW)

    assert instant < datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert instant + timedelta(microseconds=1) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert day_of(instant) == date(2026, 11, 21)


def test_today_means_now() -> None:
    assert as_of(date(2026, 11, 22), now=NOW) == NOW


def test_a_clock_may_be_a_little_ahead() -> None:
    assert as_of(NOW + timedelta(minutes=4), now=NOW) == NOW


@pytest.mark.parametrize("asked", [date(2026, 11, 23), NOW + timedelta(minutes=6), date.max])
def test_nobody_is_told_the_future(asked: datetime | date) -> None:
    with pytest.raises(AsOfInTheFuture):
        as_of(asked, now=NOW)


@pytest.mark.parametrize(
    "asked", [date.min, datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))]
)
def test_before_the_first_event_there_is_nothing(asked: datetime | date) -> None:
    assert as_of(asked, now=NOW) == EARLIEST
