"""What use cases ask of the outside world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme
from reporting.domain.timeline import NeedState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from common.grants import Scope
    from common.messaging.event import Envelope, Event
    from common.paging import Slice, Window
    from common.places import Area
    from reporting.domain.coverage import StationSpan, Township
    from reporting.domain.facts import NeedFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """An event as it was heard, word for word."""

    id: UUID
    source: str
    type: str
    subject: str
    version: int
    time: datetime
    topic: str
    partition: int | None
    offset: int | None
    data: Mapping[str, Any]
    journalled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which list of areas a figure was counted against, as far as it said its date."""

    scheme: AreaScheme
    edition: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; what is none does not matter."""

    subject: str | None = None
    type: str | None = None
    need_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFilter:
    """Which needs are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    state: NeedState | None = None


class Areas(Protocol):
    """The lists of areas in force."""

    async def find(self, ref: AreaRef, /) -> Area:
        """Return an area, or raise ``UnknownArea`` or ``AreasNotReady``."""
        ...


class Journal(Protocol):
    """Every event, for ever, in the order in which it was heard."""

    async def append(self, events: Sequence[Envelope[Event]], /) -> Sequence[Envelope[Event]]:
        """Keep events in this order; return those that were new."""
        ...

    async def get(self, event_id: UUID, /, *, within: Scope) -> JournalEntry:
        """Return an event about something within the scope, or raise ``EventNotJournalled``."""
        ...

    async def page(
        self, wanted: EventFilter, window: Window, /, *, within: Scope
    ) -> Slice[JournalEntry]:
        """Return the events about things within the scope, as time went."""
        ...

    async def about(self, need_id: UUID, /, *, by: datetime) -> Sequence[JournalEntry]:
        """Return the events about one need up to an instant, as time went."""
        ...


class Facts(Protocol):
    """What the events say, in the form in which figures need it."""

    async def take(self, events: Sequence[Envelope[Event]], /) -> None:
        """Let events have their effect; those of different subjects come in any order."""
        ...

    async def need(self, need_id: UUID, /, *, within: Scope) -> NeedFacts:
        """Return a need within the scope, or raise ``NeedNotReported``."""
        ...

    def needs_of(self, area: AreaRef, /, *, by: datetime) -> AsyncIterator[NeedFacts]:
        """Yield the needs of an area and all below it that were submitted by an instant."""
        ...

    async def page_of_needs(
        self, wanted: NeedFilter, window: Window, /, *, within: Scope
    ) -> Slice[NeedFacts]:
        """Return the needs within the scope, by id, so the earliest submitted first."""
        ...

    async def townships_of(self, area: AreaRef, /) -> Sequence[Township]:
        """Return the formal townships of an area by the list in force, by code."""
        ...

    async def stations_of(self, area: AreaRef, /) -> Sequence[StationSpan]:
        """Return the stations that ever opened in an area and all below it."""
        ...

    async def edition_of(self, area: AreaRef, /) -> Edition:
        """Return which list of areas is in force for an area."""
        ...


class Reports(Protocol):
    """The journal and the facts as of one transaction."""

    @property
    def journal(self) -> Journal: ...

    @property
    def facts(self) -> Facts: ...


class Store(Protocol):
    """Opens transactions on the reports."""

    def transaction(self) -> AbstractAsyncContextManager[Reports]:
        """Yield the reports to change them, or join the transaction that is open."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Reports]:
        """Yield the reports to read them: every query sees the same instant."""
        ...
