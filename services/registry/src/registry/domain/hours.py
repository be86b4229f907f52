"""When a place is open: an ordinary week, and the days that are otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING

from common.vocabulary import Labelled, Weekday
from registry.domain.errors.station_profile import HoursDisordered

if TYPE_CHECKING:
    from collections.abc import Iterable


class OtherHoursReason(Labelled):
    """Why days are otherwise; a list, so that no free text about anybody is kept."""

    HOLIDAY = "holiday", "节假日", "Public holiday"
    EXTENDED = "extended", "延时服务", "Extended service"
    TRAINING = "training", "集中培训", "Training"
    WORKS = "works", "场地维修", "Works on the premises"
    EMERGENCY = "emergency", "应急", "Emergency"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one time of a day to a later one of the same day, in China."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySpan:
    """A time at which the place is open every week."""

    weekday: Weekday
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherHours:
    """Days on which other hours hold than in an ordinary week; without spans it is closed."""

    first_on: date
    last_on: date
    reason: OtherHoursReason
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """An ordinary week and its exceptions; empty where nobody has said anything."""

    weekly: tuple[WeeklySpan, ...] = ()
    exceptions: tuple[OtherHours, ...] = ()

    def __post_init__(self) -> None:
        """Take only hours that a calendar can show.

        Raises:
            HoursDisordered: A span ends before it begins, or two of one day overlap.
        """
        for weekday in Weekday:
            spans = [each.span for each in self.weekly if each.weekday is weekday]
            _refuse_disorder(spans, place=weekday.value)
        for number, other in enumerate(self.exceptions):
            _refuse_disorder(other.spans, place=f"exceptions/{number}")
            if other.last_on < other.first_on:
                raise HoursDisordered(place=f"exceptions/{number}")
        _refuse_common_days(self.exceptions)


def _refuse_disorder(spans: Iterable[Span], *, place: str) -> None:
    in_order = sorted(spans)
    if any(span.ends <= span.begins for span in in_order):
        raise HoursDisordered(place=place)
    if any(later.begins < earlier.ends for earlier, later in pairwise(in_order)):
        raise HoursDisordered(place=place)


def _refuse_common_days(exceptions: Iterable[OtherHours]) -> None:
    in_order = sorted(exceptions, key=lambda other: other.first_on)
    if any(later.first_on <= earlier.last_on for earlier, later in pairwise(in_order)):
        raise HoursDisordered(place="exceptions")
