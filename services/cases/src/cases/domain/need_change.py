"""What may be otherwise about a need that is open: when and where, and nothing else.

Who needs something else, or more of it, tells another need, so that waiting times stay honest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from cases.domain.errors import LineNotFound
from cases.domain.line import LineId, NeedLine
from common.places import AreaRef, Position
from common.vocabulary import Weekday

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cases.domain.need import NeedDescription


@dataclass(frozen=True, slots=True)
class ToArea:
    """It is in another area now."""

    area: AreaRef

    def of(self, told: NeedDescription) -> NeedDescription:
        """Return the description after the change."""
        return replace(told, area=self.area)


@dataclass(frozen=True, slots=True)
class ToPlace:
    """Its exact place is another, or is said no more."""

    place: Position | None

    def of(self, told: NeedDescription) -> NeedDescription:
        """Return the description after the change."""
        return replace(told, place=self.place)


@dataclass(frozen=True, slots=True)
class OnWeekdays:
    """A line is for these days; none means that any day will do."""

    line_id: LineId
    weekdays: frozenset[Weekday]

    def of(self, told: NeedDescription) -> NeedDescription:
        """Return the description after the change, or raise ``LineNotFound``."""
        line = _line(told, self.line_id)
        return _with(told, replace(line, weekdays=self.weekdays))


@dataclass(frozen=True, slots=True)
class WithinMetres:
    """A line is for what is so near; none means that distance is no obstacle."""

    line_id: LineId
    metres: int | None

    def of(self, told: NeedDescription) -> NeedDescription:
        """Return the description after the change, or raise ``LineNotFound``."""
        line = _line(told, self.line_id)
        return _with(told, replace(line, within_metres=self.metres))


@dataclass(frozen=True, slots=True)
class Between:
    """A line begins no earlier and is over by then; what is none does not matter."""

    line_id: LineId
    not_before: datetime | None
    not_after: datetime | None

    def of(self, told: NeedDescription) -> NeedDescription:
        """Return the description after the change, or raise ``LineNotFound``."""
        line = _line(told, self.line_id)
        return _with(told, replace(line, not_before=self.not_before, not_after=self.not_after))


Edit: TypeAlias = ToArea | ToPlace | OnWeekdays | WithinMetres | Between


def edited(told: NeedDescription, edits: Iterable[Edit]) -> NeedDescription:
    """Return the description after some changes.

    Raises:
        LineNotFound: One of them is about a line that the need does not have.
    """
    for edit in edits:
        told = edit.of(told)
    return told


def apart_from_time_and_place(told: NeedDescription, other: NeedDescription) -> NeedDescription:
    """Return a description with the time and the place of another one, as far as lines agree."""
    times = {line.id: line for line in other.lines}
    return replace(
        told,
        area=other.area,
        place=other.place,
        lines=tuple(_timed_as(line, times.get(line.id, line)) for line in told.lines),
    )


def _timed_as(line: NeedLine, other: NeedLine) -> NeedLine:
    return replace(
        line,
        weekdays=other.weekdays,
        within_metres=other.within_metres,
        not_before=other.not_before,
        not_after=other.not_after,
    )


def _line(told: NeedDescription, line_id: LineId) -> NeedLine:
    for line in told.lines:
        if line.id == line_id:
            return line
    raise LineNotFound(line_id=line_id)


def _with(told: NeedDescription, line: NeedLine) -> NeedDescription:
    lines = tuple(line if each.id == line.id else each for each in told.lines)
    return replace(told, lines=lines)
