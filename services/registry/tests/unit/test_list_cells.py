"""Cells that hold several things: read as people write them, and as they are shown."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.vocabulary import Weekday
from registry.domain.cells import CellFlawed, FlawCode
from registry.domain.list_cells import (
    hours_by_year,
    several_of,
    shown_choices,
    shown_weekly,
    shown_years,
    weekly_hours,
    whole_number,
)
from registry.domain.volunteer import Skill, WeeklyHours

if TYPE_CHECKING:
    from registry.domain.cells import Cell, Parse

SKILLS = several_of(list(Skill))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKS = st.lists(
    st.builds(WeeklyHours, weekday=st.sampled_from(Weekday), starts=MINUTES, ends=MINUTES),
    min_size=1,
    max_size=8,
)


@given(st.sets(st.sampled_from(Skill), min_size=1))
def test_choices_are_read_as_they_are_shown(skills: set[Skill]) -> None:
    assert SKILLS(shown_choices(skills)) == skills


@given(WEEKS)
def test_hours_of_the_week_are_read_as_they_are_shown(hours: list[WeeklyHours]) -> None:
    assert weekly_hours(shown_weekly(hours)) == tuple(hours)


@given(st.dictionaries(st.integers(2000, 2100), st.integers(0, 1000), min_size=1))
def test_hours_by_year_are_read_as_they_are_shown(hours: dict[int, int]) -> None:
    assert hours_by_year(shown_years(hours)) == hours


@given(st.text(alphabet="周六日mon09:-—~至;；,、年 \n１２"))
def test_whatever_is_typed_is_read_or_refused(told: str) -> None:
    for read in (weekly_hours, hours_by_year, SKILLS, whole_number(most=10)):
        try:
            read(told)
        except CellFlawed as flawed:
            assert flawed.code.zh  # noqa: PT017 - whichever it is


@pytest.mark.parametrize(
    "told",
    [
        "周六 09:00-12:00；周一 18:00-20:00",
        "星期六9:00至12:00、monday 18：00—20：00",
        "sat 09:00~12:00\n周一 18:00到20:00",
    ],
)
def test_hours_are_read_as_people_write_them(told: str) -> None:
    assert weekly_hours(told) == (
        WeeklyHours(weekday=Weekday.SATURDAY, starts=time(9), ends=time(12)),
        WeeklyHours(weekday=Weekday.MONDAY, starts=time(18), ends=time(20)),
    )


def test_a_blank_cell_says_nothing() -> None:
    for read in (weekly_hours, hours_by_year, SKILLS, whole_number(most=10)):
        assert read(None) is read("  ") is None


@pytest.mark.parametrize(
    ("read", "told", "code"),
    [
        (weekly_hours, "周六", FlawCode.NOT_WEEKLY_HOURS),
        (weekly_hours, "周六 25:00-26:00", FlawCode.NOT_WEEKLY_HOURS),
        (weekly_hours, "每天 09:00-12:00", FlawCode.NOT_WEEKLY_HOURS),
        (hours_by_year, "60", FlawCode.NOT_HOURS_BY_YEAR),
        (hours_by_year, "1999:60", FlawCode.NOT_HOURS_BY_YEAR),
        (SKILLS, "急救、魔法", FlawCode.NOT_A_CHOICE),
        (whole_number(most=10), "11", FlawCode.NOT_A_NUMBER),
        (whole_number(most=10), "-1", FlawCode.NOT_A_NUMBER),
        (whole_number(most=10), "1_0", FlawCode.NOT_A_NUMBER),
        (whole_number(most=10), 2.5, FlawCode.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_meant_is_refused(read: Parse, told: Cell, code: FlawCode) -> None:
    with pytest.raises(CellFlawed) as flawed:
        read(told)

    assert flawed.value.code is code


def test_a_number_may_be_a_cell_of_its_own() -> None:
    assert [whole_number(most=10_000)(cell) for cell in (7, 7.0, "1,000", "１２")] == [
        7,
        7,
        1000,
        12,
    ]
