"""Cells that hold several things, or a number, and how they are shown again."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Final, TypeVar

from common.vocabulary import Labelled, Weekday
from registry.domain.cells import CellFlawed, FlawCode, Parse, plain, text_in
from registry.domain.volunteer import WeeklyHours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from registry.domain.cells import Cell

T = TypeVar("T")
L = TypeVar("L", bound=Labelled)

_BETWEEN: Final = re.compile(r"[;,、\n]")
_HOURS: Final = re.compile(r"(\D+?)(\d{1,2}):(\d{2})(?:-|–|—|~|至|到)(\d{1,2}):(\d{2})")
_YEAR: Final = re.compile(r"(\d{4})年?[:=](\d{1,4})(?:小时|学时)?")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MOST_HOURS: Final = 1000
_WEEKDAYS: Final = {
    plain(word): day
    for day in Weekday
    for word in (day.value, day.zh, day.en, day.zh.replace("周", "星期"))
}


def whole_number(*, most: int, least: int = 0) -> Parse:
    """Return what reads a whole number between two others."""

    def read(cell: Cell) -> int | None:
        told = plain(text_in(cell)).replace(",", "")
        if not told:
            return None
        # A Python number may have underscores and a sign; one of a spreadsheet has neither.
        if not told.isascii() or not told.isdigit() or not least <= int(told) <= most:
            raise CellFlawed(FlawCode.NOT_A_NUMBER, {"least": least, "most": most})
        return int(told)

    return read


def several_of(choices: Sequence[L]) -> Callable[[Cell], frozenset[L] | None]:
    """Return what reads some of these codes, by the code itself or by either label."""
    known = {plain(word): each for each in choices for word in (each.value, each.zh, each.en)}

    def one(part: str) -> L:
        if part not in known:
            raise CellFlawed(FlawCode.NOT_A_CHOICE, {"choices": [each.value for each in choices]})
        return known[part]

    return lambda cell: _of_parts(cell, lambda parts: frozenset(map(one, parts)))


def weekly_hours(cell: Cell) -> tuple[WeeklyHours, ...] | None:
    """Read hours of weekdays, such as ``周六 09:00-12:00; mon 18:00-20:00``."""
    return _of_parts(cell, lambda parts: tuple(map(_hours, parts)))


def hours_by_year(cell: Cell) -> Mapping[int, int] | None:
    """Read hours of years, such as ``2024:60; 2025:72``."""
    return _of_parts(cell, lambda parts: dict(map(_year, parts)))


def shown_choices(chosen: Iterable[Labelled]) -> str:
    """Return the cell that is read as these codes."""
    return "; ".join(sorted(each.value for each in chosen))


def shown_weekly(hours: Iterable[WeeklyHours]) -> str:
    """Return the cell that is read as these hours."""
    return "; ".join(
        f"{each.weekday.value} {each.starts:%H:%M}-{each.ends:%H:%M}" for each in hours
    )


def shown_years(hours: Mapping[int, int]) -> str:
    """Return the cell that is read as these hours of years."""
    return "; ".join(f"{year}:{count}" for year, count in sorted(hours.items()))


def _of_parts(cell: Cell, read: Callable[[Sequence[str]], T]) -> T | None:
    # Narrowed first, so that a full-width semicolon is one.
    parts = [part for part in map(plain, _BETWEEN.split(_narrow(text_in(cell)))) if part]
    return read(parts) if parts else None


def _narrow(told: str) -> str:
    return told.replace("；", ";").replace("，", ",")


def _hours(part: str) -> WeeklyHours:
    found = _HOURS.fullmatch(part)
    weekday = _WEEKDAYS.get(found[1]) if found else None
    try:
        if found and weekday:
            starts, ends = time(int(found[2]), int(found[3])), time(int(found[4]), int(found[5]))
            return WeeklyHours(weekday=weekday, starts=starts, ends=ends)
    except ValueError:
        pass
    raise CellFlawed(FlawCode.NOT_WEEKLY_HOURS)


def _year(part: str) -> tuple[int, int]:
    found = _YEAR.fullmatch(part)
    if found:
        year, count = int(found[1]), int(found[2])
        if _FIRST_YEAR <= year <= _LAST_YEAR and count <= _MOST_HOURS:
            return year, count
    raise CellFlawed(FlawCode.NOT_HOURS_BY_YEAR)
