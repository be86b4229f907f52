"""Hours of opening as callers send and receive them."""

import re
from datetime import date, time
from typing import Annotated, Final, Self, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from common.vocabulary import Weekday
from registry.domain.hours import (
    OpeningHours,
    OtherHours,
    OtherHoursReason,
    Span,
    WeeklySpan,
)

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOST_SPANS: Final = 56
_MOST_EXCEPTIONS: Final = 100


def _of_a_clock(value: object) -> object:
    if isinstance(value, str) and _CLOCK.fullmatch(value, 0):
        return value
    message = "Has to be a time of day like 08:30"
    raise ValueError(message)


ClockTime: TypeAlias = Annotated[time, BeforeValidator(_of_a_clock)]
ShownTime: TypeAlias = Annotated[
    time, PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json")
]


class SpanBody(Body):
    """From one time of a day to a later one of the same day, in China."""

    model_config = example(begins="08:30", ends="11:30")

    begins: ClockTime
    ends: ClockTime

    def span(self) -> Span:
        """Return what is meant."""
        return Span(self.begins, self.ends)


class WeekdaySpanBody(SpanBody):
    """A time of opening on a day of every week."""

    model_config = example(weekday="mon", begins="08:30", ends="11:30")

    weekday: Weekday


class OtherHoursBody(Body):
    """Days on which other hours hold; without spans the place is closed."""

    model_config = example(first_on="2026-02-16", last_on="2026-02-23", reason="holiday", spans=[])

    first_on: Day
    last_on: Day
    reason: OtherHoursReason
    spans: Annotated[list[SpanBody], Field(max_length=8)] = Field(default_factory=list)


class HoursBody(Body):
    """An ordinary week, and the days that are otherwise; together they replace what was said."""

    model_config = example(
        weekly=[{"weekday": "mon", "begins": "08:30", "ends": "17:00"}], exceptions=[]
    )

    weekly: Annotated[list[WeekdaySpanBody], Field(max_length=_MOST_SPANS)]
    exceptions: Annotated[list[OtherHoursBody], Field(max_length=_MOST_EXCEPTIONS)] = Field(
        default_factory=list
    )

    def hours(self) -> OpeningHours:
        """Return what is meant."""
        return OpeningHours(
            weekly=tuple(
                WeeklySpan(weekday=each.weekday, span=each.span()) for each in self.weekly
            ),
            exceptions=tuple(
                OtherHours(
                    first_on=each.first_on,
                    last_on=each.last_on,
                    reason=each.reason,
                    spans=tuple(span.span() for span in each.spans),
                )
                for each in self.exceptions
            ),
        )


class SpanView(View):
    """From one time of a day to a later one, in China."""

    begins: ShownTime
    ends: ShownTime

    @classmethod
    def of(cls, span: Span) -> Self:
        """Show a span."""
        return cls(begins=span.begins, ends=span.ends)


class WeekdaySpanView(SpanView):
    """A time of opening on a day of every week."""

    weekday: Weekday
    weekday_label: str


class OtherHoursView(View):
    """Days on which other hours hold; without spans the place is closed."""

    first_on: date
    last_on: date
    reason: OtherHoursReason
    reason_label: str
    spans: list[SpanView]


class HoursView(View):
    """An ordinary week, and the days that are otherwise."""

    weekly: list[WeekdaySpanView]
    exceptions: list[OtherHoursView]

    @classmethod
    def of(cls, hours: OpeningHours, language: Language) -> Self:
        """Show hours to somebody who reads this language."""
        return cls(
            weekly=[
                WeekdaySpanView(
                    weekday=each.weekday,
                    weekday_label=label(each.weekday, language),
                    begins=each.span.begins,
                    ends=each.span.ends,
                )
                for each in hours.weekly
            ],
            exceptions=[
                OtherHoursView(
                    first_on=each.first_on,
                    last_on=each.last_on,
                    reason=each.reason,
                    reason_label=label(each.reason, language),
                    spans=[SpanView.of(span) for span in each.spans],
                )
                for each in hours.exceptions
            ],
        )
