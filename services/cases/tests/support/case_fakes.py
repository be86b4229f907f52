"""The store in memory: it passes the suite that the one on PostgreSQL passes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from cases.adapters.published import messages_of
from cases.app.ports import Areas, Cases, Matches, Meetings, Needs, ServiceRecords, Store
from cases.domain.errors import (
    LineIdTaken,
    MatchNotFound,
    NeedChangedMeanwhile,
    NeedNotFound,
)
from cases.domain.match import Match, MatchId
from cases.domain.meeting import Meeting, MeetingId, MeetingWasRecorded
from cases.domain.need import Need, NeedFact, NeedId, NeedWasSubmitted
from cases.domain.progress import DerivedLine, Progress
from cases.domain.service_record import ServiceRecord, ServiceRecordId, ServiceWasRecorded
from common.messaging.event import Message
from common.places import Area, AreaRef, UnknownArea
from common.vocabulary import MatchState
from testing.api import small_tree

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping, Sequence

    from cases.domain.line import LineId
    from common.change import Change
    from common.grants import Scope


class SmallTree(Areas):
    """The areas of the tests, without a database."""

    def __init__(self) -> None:
        self._areas: Final = {
            AreaRef(line.scheme, line.code): Area(
                ref=AreaRef(line.scheme, line.code),
                name=line.name,
                level=line.level,
                is_formal=line.is_formal,
                pool_id=line.pool_id,
                ancestors=frozenset(line.ancestors),
            )
            for line in small_tree()
        }

    @override
    async def find(self, ref: AreaRef) -> Area:
        if ref not in self._areas:
            raise UnknownArea(scheme=ref.scheme, area=ref.code)
        return self._areas[ref]

    def is_within(self, ref: AreaRef, scope: Scope) -> bool:
        return scope.covers(self._areas.get(ref))


@dataclass
class Kept:
    """Everything that was committed, or would be."""

    meetings: dict[MeetingId, Meeting] = field(default_factory=dict)
    needs: dict[NeedId, Need] = field(default_factory=dict)
    derived: dict[NeedId, tuple[DerivedLine, ...]] = field(default_factory=dict)
    matches: dict[MatchId, Match] = field(default_factory=dict)
    records: dict[ServiceRecordId, ServiceRecord] = field(default_factory=dict)
    staged: list[Message] = field(default_factory=list)

    def draft(self) -> Kept:
        return Kept(
            meetings=dict(self.meetings),
            needs=dict(self.needs),
            derived=dict(self.derived),
            matches=dict(self.matches),
            records=dict(self.records),
            staged=list(self.staged),
        )


class InMemoryStore(Store):
    """Keeps what was committed; a transaction works on a draft, and the outermost one counts."""

    def __init__(self) -> None:
        self.kept = Kept()
        self._tree: Final = SmallTree()
        self._draft: Kept | None = None

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Cases]:
        if self._draft is not None:
            yield self._cases(self._draft)
            return
        self._draft = self.kept.draft()
        try:
            yield self._cases(self._draft)
            self.kept = self._draft
        finally:
            self._draft = None

    def _cases(self, draft: Kept) -> Cases:
        return Cases(
            meetings=InMemoryMeetings(draft, self._tree),
            needs=InMemoryNeeds(draft, self._tree),
            matches=InMemoryMatches(draft),
            service_records=InMemoryServiceRecords(draft),
        )


class InMemoryMeetings(Meetings):
    def __init__(self, kept: Kept, tree: SmallTree) -> None:
        self._kept: Final = kept
        self._tree: Final = tree

    @override
    async def known(
        self, meeting_ids: Collection[MeetingId], *, within: Scope
    ) -> frozenset[MeetingId]:
        found = (self._kept.meetings[each] for each in meeting_ids if each in self._kept.meetings)
        return frozenset(
            meeting.id for meeting in found if self._tree.is_within(meeting.minutes.area, within)
        )

    @override
    async def add(self, change: Change[Meeting, MeetingWasRecorded]) -> Meeting | None:
        earlier = self._kept.meetings.get(change.state.id)
        if earlier is None:
            self._kept.meetings[change.state.id] = change.state
            self._kept.staged += messages_of(change)
        return earlier


class InMemoryNeeds(Needs):
    def __init__(self, kept: Kept, tree: SmallTree) -> None:
        self._kept: Final = kept
        self._tree: Final = tree

    @override
    async def get(self, need_id: NeedId, *, within: Scope) -> Need:
        need = self._kept.needs.get(need_id)
        if need is None or not self._tree.is_within(need.description.area, within):
            raise NeedNotFound(need_id=need_id)
        return need

    @override
    async def hold(self, need_id: NeedId, *, within: Scope) -> Need:
        return await self.get(need_id, within=within)

    @override
    async def add(self, changes: Sequence[Change[Need, NeedWasSubmitted]]) -> Mapping[NeedId, Need]:
        earlier = {
            change.state.id: self._kept.needs[change.state.id]
            for change in changes
            if change.state.id in self._kept.needs
        }
        for change in changes:
            if change.state.id not in earlier:
                self._add(change)
        return earlier

    @override
    async def save(self, change: Change[Need, NeedFact]) -> None:
        need = change.state
        if self._kept.needs[need.id].version != need.version - len(change.facts):
            raise NeedChangedMeanwhile(need_id=need.id)
        self._kept.needs[need.id] = need
        self._kept.staged += messages_of(change)

    @override
    async def owners_of(self, line_ids: Collection[LineId]) -> Mapping[LineId, NeedId]:
        owners = self._owners()
        return {line_id: owners[line_id] for line_id in line_ids if line_id in owners}

    @override
    async def progress_of(self, need_id: NeedId) -> Progress:
        matches = self._kept.matches.values()
        return Progress(
            fulfilled=frozenset(
                match.line_id
                for match in matches
                if match.need_id == need_id and match.state is MatchState.FULFILLED
            ),
            derived=self._kept.derived.get(need_id, ()),
        )

    @override
    async def derive(self, lines: Mapping[NeedId, Sequence[DerivedLine]]) -> None:
        for need_id in lines:
            self._kept.derived[need_id] = tuple(sorted(lines[need_id], key=lambda line: line.id))

    def _add(self, change: Change[Need, NeedWasSubmitted]) -> None:
        owners = self._owners()
        for line in change.state.description.lines:
            if line.id in owners:
                raise LineIdTaken(line_id=line.id)
        self._kept.needs[change.state.id] = change.state
        self._kept.staged += messages_of(change)

    def _owners(self) -> dict[LineId, NeedId]:
        needs = self._kept.needs.values()
        return {line.id: need.id for need in needs for line in need.description.lines}


class InMemoryMatches(Matches):
    def __init__(self, kept: Kept) -> None:
        self._kept: Final = kept

    @override
    async def get(self, match_id: MatchId) -> Match:
        if match_id not in self._kept.matches:
            raise MatchNotFound(match_id=match_id)
        return self._kept.matches[match_id]

    @override
    async def put(self, matches: Sequence[Match]) -> None:
        for match in matches:
            self._kept.matches.setdefault(match.id, match)

    @override
    async def move(self, match_id: MatchId, state: MatchState) -> None:
        self._kept.matches[match_id] = replace(await self.get(match_id), state=state)

    @override
    async def forget(self, match_id: MatchId) -> None:
        self._kept.matches.pop(match_id, None)


class InMemoryServiceRecords(ServiceRecords):
    def __init__(self, kept: Kept) -> None:
        self._kept: Final = kept

    @override
    async def find(self, record_id: ServiceRecordId) -> ServiceRecord | None:
        return self._kept.records.get(record_id)

    @override
    async def add(self, change: Change[ServiceRecord, ServiceWasRecorded]) -> ServiceRecord | None:
        earlier = self._kept.records.get(change.state.id)
        if earlier is None:
            self._kept.records[change.state.id] = change.state
            self._kept.staged += messages_of(change)
        return earlier
