from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.ratio import Median, Ratio, median_of


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate"),
    [
        pytest.param(149, 149, "1.0000", id="Dalian"),
        pytest.param(1094, 1510, "0.7245", id="a province of 2021"),
        pytest.param(1, 3, "0.3333", id="a third"),
        pytest.param(0, 7, "0.0000", id="none"),
        pytest.param(41_351, 41_352, "0.9999", id="all but one is not all"),
        pytest.param(1, 41_352, "0.0001", id="one is not none"),
    ],
)
def test_a_rate_has_four_decimals(numerator: int, denominator: int, rate: str) -> None:
    assert Ratio(numerator, denominator).rate == Decimal(rate)


def test_there_is_no_rate_of_nothing() -> None:
    assert Ratio(0, 0).rate is None


@given(st.integers(1, 10**6).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_a_rate_is_whole_only_for_the_whole(pair: tuple[int, int]) -> None:
    numerator, denominator = pair
    rate = Ratio(numerator, denominator).rate

    assert rate is not None
    assert (rate == 1) is (numerator == denominator)
    assert (rate == 0) is (numerator == 0)
    assert abs(rate - Decimal(numerator) / Decimal(denominator)) <= Decimal("0.0001")


def test_a_median_says_how_many_it_is_the_median_of() -> None:
    durations = [timedelta(seconds=4), None, timedelta(seconds=1), timedelta(seconds=10)]

    assert median_of(durations) == Median(seconds=4.0, base=3)
    assert median_of([None]) == Median(seconds=None, base=0)
