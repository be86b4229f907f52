"""Every ability of the service in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.grants import Scope
from common.messaging.event import Envelope, Event
from common.paging import Slice, Window
from reporting.app.answer_question import (
    CoverageAnswer,
    IndicatorsAnswer,
    LinkageAnswer,
    Question,
)
from reporting.app.find_needs import NeedAnswer
from reporting.app.ports import EventFilter, JournalEntry, NeedFilter
from reporting.domain.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the reports can do, each ability bound to what it needs; entry points call only these.

    Questions take the scope within which the caller may ask.
    """

    hear_events: Callable[[Sequence[Envelope[Event]]], Awaitable[None]]

    show_coverage: Callable[[Question, Scope], Awaitable[CoverageAnswer]]
    show_linkage: Callable[[Question, Scope], Awaitable[LinkageAnswer]]
    show_indicators: Callable[[Question, Scope], Awaitable[IndicatorsAnswer]]

    show_need: Callable[[UUID, datetime | date | None, Scope], Awaitable[NeedAnswer]]
    find_needs: Callable[[NeedFilter, Window, Scope], Awaitable[Slice[Timeline]]]

    show_event: Callable[[UUID, Scope], Awaitable[JournalEntry]]
    find_events: Callable[[EventFilter, Window, Scope], Awaitable[Slice[JournalEntry]]]
