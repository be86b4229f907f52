"""Every ability of the service in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from cases.app.change_need import ChangeNeed
from cases.app.close_need import CloseNeed
from cases.app.follow_matching import MoveMatch
from cases.app.ports import Entered
from cases.app.queries import FindMeetings, FindNeeds, FindServiceRecords
from cases.app.record_meeting import RecordMeeting
from cases.app.record_service import RecordService
from cases.app.submit_needs import SubmitNeed
from cases.app.withdraw_need import WithdrawNeed
from cases.domain.match import Match, MatchId
from cases.domain.meeting import Meeting, MeetingId
from cases.domain.need import Need, NeedId
from cases.domain.progress import DerivedLine, FollowedNeed
from cases.domain.service_record import ServiceRecord
from common.errors import DomainError
from common.grants import Scope
from common.paging import Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the service can do, each ability bound to what it needs; entry points call only these.

    People's abilities take what is wanted and the scope within which the caller may want it.
    Those that follow matching take what matching said.
    """

    record_meeting: Callable[[RecordMeeting, Scope], Awaitable[Entered[Meeting]]]
    find_meeting: Callable[[MeetingId, Scope], Awaitable[Meeting]]
    find_meetings: Callable[[FindMeetings, Scope], Awaitable[Slice[Meeting]]]

    submit_need: Callable[[SubmitNeed, Scope], Awaitable[Entered[FollowedNeed]]]
    submit_needs: Callable[
        [Sequence[SubmitNeed], Scope], Awaitable[Sequence[Entered[Need] | DomainError]]
    ]
    change_need: Callable[[ChangeNeed, Scope], Awaitable[FollowedNeed]]
    withdraw_need: Callable[[WithdrawNeed, Scope], Awaitable[FollowedNeed]]
    close_need: Callable[[CloseNeed, Scope], Awaitable[FollowedNeed]]
    find_need: Callable[[NeedId, Scope], Awaitable[FollowedNeed]]
    find_needs: Callable[[FindNeeds, Scope], Awaitable[Slice[FollowedNeed]]]

    record_service: Callable[[RecordService, Scope], Awaitable[Entered[ServiceRecord]]]
    find_service_records: Callable[[FindServiceRecords, Scope], Awaitable[Slice[ServiceRecord]]]

    note_matches: Callable[[Sequence[Match]], Awaitable[None]]
    move_match: Callable[[MoveMatch], Awaitable[None]]
    forget_match: Callable[[MatchId], Awaitable[None]]
    derive_lines: Callable[[Mapping[NeedId, Sequence[DerivedLine]]], Awaitable[None]]
