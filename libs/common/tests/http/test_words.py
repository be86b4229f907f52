"""The words of requests, where they are stricter than the types behind them."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from common.http.words import Day, Instant, Name


@pytest.mark.parametrize("told", [1772323200, 1772323200.5, "1772323200", "-1", None, ""])
@pytest.mark.parametrize("word", [Day, Instant])
def test_seconds_since_1970_are_no_time(word: object, told: object) -> None:
    with pytest.raises(ValidationError, match="RFC 3339"):
        TypeAdapter[object](word).validate_python(told)


def test_a_day_is_read_as_it_is_written() -> None:
    assert TypeAdapter[date](Day).validate_python("2026-03-01") == date(2026, 3, 1)


@pytest.mark.parametrize(
    "told", ["1999-12-31T23:59:59Z", "2100-01-01T00:00:01Z", "2026-03-01T08:00"]
)
def test_an_instant_has_an_offset_and_lies_in_this_century(told: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[object](Instant).validate_python(told)


def test_a_name_is_not_blank_and_loses_the_blanks_around_it() -> None:
    names = TypeAdapter[str](Name)
    assert names.validate_python(" 先进街道 ") == "先进街道"
    with pytest.raises(ValidationError):
        names.validate_python("  ")
