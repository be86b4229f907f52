"""Fairness figures, against their definitions."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.fairness import Waited, fairness, gini

AMOUNTS = st.lists(st.integers(0, 1_000), min_size=1, max_size=30)


def a_line(district: str, hours: float, *, is_filled: bool = True, group: str = "person") -> Waited:
    return Waited(district=district, group=group, hours=hours, is_filled=is_filled)


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference_over_the_mean(amounts: list[int]) -> None:
    count, mean = len(amounts), sum(amounts) / len(amounts)
    differences = sum(abs(one - other) for one, other in product(amounts, repeat=2))

    expected = differences / (2 * count**2 * mean) if mean else 0.0

    assert gini(amounts) == pytest.approx(expected, abs=1e-9)


@given(AMOUNTS, st.integers(1, 9))
def test_gini_lies_between_nothing_and_one_and_knows_no_unit(amounts: list[int], by: int) -> None:
    assert 0.0 <= gini(amounts) < 1.0
    assert gini([by * each for each in amounts]) == pytest.approx(gini(amounts), abs=1e-9)


def test_to_give_from_who_has_more_to_who_has_less_makes_it_fairer() -> None:
    assert gini([4, 4, 1]) > gini([4, 3, 2])
    assert gini([]) == 0.0


def test_the_district_that_has_least_is_named_by_its_fill_rate() -> None:
    lines = [
        a_line("a", 2),
        a_line("a", 4),
        a_line("b", 12, group="household"),
        a_line("b", 6, is_filled=False),
    ]

    found = fairness(lines, [1, 1])

    assert (found.max_min, found.fill_rate, found.mean_hours) == (0.5, 0.75, 6.0)
    assert found.waiting_gap == 1.5
    assert [(each.name, each.filled, each.median_hours) for each in found.districts] == [
        ("a", 2, 3.0),
        ("b", 1, 9.0),
    ]
    assert [(each.name, each.lines) for each in found.groups] == [("household", 1), ("person", 3)]


def test_where_nothing_waits_nothing_is_unfair() -> None:
    found = fairness([], [])

    assert (found.gini_of_asks, found.max_min, found.waiting_gap) == (0.0, 0.0, 1.0)
