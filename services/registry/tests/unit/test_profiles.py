"""Credit codes, stars, weekly hours and volunteer numbers."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.vocabulary import Weekday
from registry.domain.credit_code import ALPHABET, check_character, is_credit_code
from registry.domain.errors.profiles import AvailabilityOverlaps
from registry.domain.volunteer import WeeklyHours, in_order, new_number, star_level

if TYPE_CHECKING:
    from uuid import UUID

BODIES = st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17)
# The table of GB 32100-2015, written out: W(i) = 3^(i-1) mod 31.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def oracle(body: str) -> str:
    total = sum(ALPHABET.index(body[place]) * WEIGHTS[place] for place in range(17))
    return ALPHABET[(31 - total % 31) % 31]


@given(BODIES)
def test_the_check_character_is_that_of_the_standard_s_table(body: str) -> None:
    assert check_character(body) == oracle(body)
    assert is_credit_code(body + oracle(body))


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, letter: str) -> None:
    code = body + check_character(body)
    changed = code[:place] + letter + code[place + 1 :]

    assert is_credit_code(changed) is (changed == code)


@given(BODIES, st.integers(0, 15))
def test_two_characters_in_the_wrong_order_are_noticed(body: str, place: int) -> None:
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_credit_code(swapped) is (swapped == code)


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "9135"]
)
def test_what_is_no_code_is_none(code: str) -> None:
    assert not is_credit_code(code)


def test_a_code_of_a_real_form_is_one() -> None:
    assert is_credit_code("91350100M000100Y43")


@given(st.integers(0, 200_000))
def test_stars_are_the_thresholds_that_were_reached(minutes: int) -> None:
    reached = [hours for hours in (100, 300, 600, 1000, 1500) if minutes >= hours * 60]

    assert star_level(minutes) == len(reached)


HOURS = st.builds(
    lambda weekday, starts, ends: WeeklyHours(
        weekday=weekday, starts=time(starts), ends=time(ends)
    ),
    st.sampled_from(list(Weekday)[:2]),
    st.integers(0, 23),
    st.integers(0, 23),
)


@given(st.lists(HOURS, max_size=6))
def test_weekly_hours_are_taken_just_when_no_hour_is_in_two_of_them(
    hours: list[WeeklyHours],
) -> None:
    slots = [
        (each.weekday, hour) for each in hours for hour in range(each.starts.hour, each.ends.hour)
    ]
    is_sound = len(set(slots)) == len(slots) and all(each.starts < each.ends for each in hours)

    if is_sound:
        assert sorted(in_order(hours), key=repr) == sorted(hours, key=repr)
    else:
        with pytest.raises(AvailabilityOverlaps):
            in_order(hours)


@given(st.uuids(), st.uuids())
def test_a_number_is_made_of_fifty_bits_of_chance(one: UUID, other: UUID) -> None:
    is_same = one.int % 2**50 == other.int % 2**50

    assert (new_number(one) == new_number(other)) is is_same
    assert len(new_number(one)) == 11
