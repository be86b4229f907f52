"""What use cases ask of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from cases.app.queries import FindMeetings, FindNeeds, FindServiceRecords
    from cases.domain.line import LineId
    from cases.domain.match import Match, MatchId
    from cases.domain.meeting import Meeting, MeetingId, MeetingWasRecorded
    from cases.domain.need import Need, NeedFact, NeedId, NeedWasSubmitted
    from cases.domain.progress import DerivedLine, FollowedNeed, Progress
    from cases.domain.service_record import ServiceRecord, ServiceRecordId, ServiceWasRecorded
    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice
    from common.places import Area, AreaRef
    from common.vocabulary import MatchState

T = TypeVar("T", covariant=True)  # noqa: PLC0105


@dataclass(frozen=True, slots=True)
class Entered(Generic[T]):
    """A thing under its id: entered now, or by an earlier telling of the same."""

    thing: T
    is_new: bool


class Areas(Protocol):
    """The list of areas in force."""

    async def find(self, ref: AreaRef) -> Area:
        """Return an area, or raise ``UnknownArea`` or ``AreasNotReady``."""
        ...


class Meetings(Protocol):
    """The meetings as of the current transaction."""

    async def known(
        self, meeting_ids: Collection[MeetingId], *, within: Scope
    ) -> frozenset[MeetingId]:
        """Return those of the ids that are meetings within the scope."""
        ...

    async def add(self, change: Change[Meeting, MeetingWasRecorded]) -> Meeting | None:
        """Persist a meeting and stage its fact; if its id is taken, only return that meeting.

        Raises ``MeetingIdTaken`` when the caller may not see that meeting.
        """
        ...


class Needs(Protocol):
    """The needs as of the current transaction, and what is known of their progress."""

    async def get(self, need_id: NeedId, *, within: Scope) -> Need:
        """Return a need within the scope, or raise ``NeedNotFound``."""
        ...

    async def hold(self, need_id: NeedId, *, within: Scope) -> Need:
        """Return a need as ``get`` does; it cannot end before this transaction does."""
        ...

    async def add(
        self, changes: Sequence[Change[Need, NeedWasSubmitted]]
    ) -> Mapping[NeedId, Need | None]:
        """Persist needs of different ids and stage their facts, in few statements.

        A taken id keeps its need: nothing is staged for it, and that need is returned, or None if
        the caller may not see it. Raises ``LineIdTaken`` when a rival took the id of a line at the
        same moment, or a need that the caller may not see has it.
        """
        ...

    async def save(self, change: Change[Need, NeedFact]) -> None:
        """Persist the new state and stage its facts, or raise ``NeedChangedMeanwhile``."""
        ...

    async def owners_of(self, line_ids: Collection[LineId]) -> Mapping[LineId, NeedId]:
        """Return the needs that have lines with these ids."""
        ...

    async def progress_of(self, need_id: NeedId) -> Progress:
        """Return how far a need has come."""
        ...

    async def derive(self, lines: Mapping[NeedId, Sequence[DerivedLine]]) -> None:
        """Let these be the derived lines of each need, instead of those it had."""
        ...


class Matches(Protocol):
    """What is known of matches as of the current transaction."""

    async def get(self, match_id: MatchId) -> Match:
        """Return a match, or raise ``MatchNotFound``."""
        ...

    async def put(self, matches: Sequence[Match]) -> None:
        """Remember matches; one that is known already is left as it is."""
        ...

    async def move(self, match_id: MatchId, state: MatchState) -> None:
        """Note the state that a match has come to, or raise ``MatchNotFound``."""
        ...

    async def forget(self, match_id: MatchId) -> None:
        """Drop a match that came to nothing; it may be unknown."""
        ...


class ServiceRecords(Protocol):
    """The service records as of the current transaction."""

    async def find(self, record_id: ServiceRecordId) -> ServiceRecord | None:
        """Return a service record, if there is one."""
        ...

    async def add(self, change: Change[ServiceRecord, ServiceWasRecorded]) -> ServiceRecord | None:
        """Persist a record and stage its fact; if its id is taken, only return that record.

        Raises ``ServiceRecordIdTaken`` when the caller may not see that record.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Everything that this service keeps, as of the current transaction."""

    meetings: Meetings
    needs: Needs
    matches: Matches
    service_records: ServiceRecords


class Store(Protocol):
    """Opens transactions, or joins the one that is open; an exception rolls back."""

    def transaction(self) -> AbstractAsyncContextManager[Cases]:
        """Yield the cases; leaving the outermost block commits."""
        ...


class Views(Protocol):
    """What is only to be shown: lists begin with the newest, and nothing lies beyond the scope."""

    async def find_meeting(self, meeting_id: MeetingId, within: Scope) -> Meeting:
        """Return a meeting, or raise ``MeetingNotFound``."""
        ...

    async def find_meetings(self, query: FindMeetings, within: Scope) -> Slice[Meeting]:
        """Return a slice of the meetings."""
        ...

    async def find_need(self, need_id: NeedId, within: Scope) -> FollowedNeed:
        """Return a need, or raise ``NeedNotFound``."""
        ...

    async def find_needs(self, query: FindNeeds, within: Scope) -> Slice[FollowedNeed]:
        """Return a slice of the needs."""
        ...

    async def find_service_records(
        self, query: FindServiceRecords, within: Scope
    ) -> Slice[ServiceRecord]:
        """Return a slice of the services recorded for a need, or raise ``NeedNotFound``."""
        ...
