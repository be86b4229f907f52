"""What is only to be shown: SQL for the queries, a fixed number of statements a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlmodel import col, select
from typing_extensions import override

from cases.adapters.postgres.meetings import to_meeting
from cases.adapters.postgres.reading import progress_of, with_lines
from cases.adapters.postgres.service_records import to_service_record
from cases.adapters.postgres.tables import MeetingRow, NeedRow, ServiceRecordRow
from cases.app.ports import Views
from cases.domain.errors import MeetingNotFound, NeedNotFound
from cases.domain.progress import FollowedNeed
from common.paging import Slice, cut
from common.persistence.keyset import before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession
    from sqlmodel.sql.expression import SelectOfScalar

    from cases.app.queries import FindMeetings, FindNeeds, FindServiceRecords, Where
    from cases.domain.meeting import Meeting, MeetingId
    from cases.domain.need import NeedId
    from cases.domain.service_record import ServiceRecord
    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Window
    from common.persistence.unit_of_work import UnitOfWork

R = TypeVar("R", MeetingRow, NeedRow, ServiceRecordRow)


class PostgresViews(Views):
    """Looks things up and lists them, within a scope."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def find_meeting(self, meeting_id: MeetingId, within: Scope) -> Meeting:
        visible = self._within(within, MeetingRow)
        query = select(MeetingRow).where(MeetingRow.id == meeting_id, visible)
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(query)).first()
        if row is None:
            raise MeetingNotFound(meeting_id=meeting_id)
        return to_meeting(row)

    @override
    async def find_meetings(self, query: FindMeetings, within: Scope) -> Slice[Meeting]:
        rows = select(MeetingRow).where(
            self._within(within, MeetingRow), *self._where(query.where, MeetingRow)
        )
        async with self._unit_of_work.transaction() as session:
            found = await session.exec(
                _newest(rows, query.window, MeetingRow.recorded_at, MeetingRow.id)
            )
            meetings = [to_meeting(row) for row in found]
        return cut(meetings, query.window, lambda meeting: (meeting.recorded_at, meeting.id))

    @override
    async def find_need(self, need_id: NeedId, within: Scope) -> FollowedNeed:
        query = select(NeedRow).where(NeedRow.id == need_id, self._within(within, NeedRow))
        async with self._unit_of_work.transaction() as session:
            needs = await _followed(session, (await session.exec(query)).all())
        if not needs:
            raise NeedNotFound(need_id=need_id)
        return needs[0]

    @override
    async def find_needs(self, query: FindNeeds, within: Scope) -> Slice[FollowedNeed]:
        rows = select(NeedRow).where(
            self._within(within, NeedRow), *self._where(query.where, NeedRow)
        )
        if query.state is not None:
            rows = rows.where(NeedRow.state == query.state.value)
        async with self._unit_of_work.transaction() as session:
            found = await session.exec(
                _newest(rows, query.window, NeedRow.submitted_at, NeedRow.id)
            )
            needs = await _followed(session, found.all())
        return cut(needs, query.window, lambda it: (it.need.submitted_at, it.need.id))

    @override
    async def find_service_records(
        self, query: FindServiceRecords, within: Scope
    ) -> Slice[ServiceRecord]:
        need = select(NeedRow.id).where(NeedRow.id == query.need_id, self._within(within, NeedRow))
        rows = select(ServiceRecordRow).where(ServiceRecordRow.need_id == query.need_id)
        async with self._unit_of_work.transaction() as session:
            if (await session.exec(need)).first() is None:
                raise NeedNotFound(need_id=query.need_id)
            found = await session.exec(
                _newest(rows, query.window, ServiceRecordRow.recorded_at, ServiceRecordRow.id)
            )
            records = [to_service_record(row) for row in found]
        return cut(records, query.window, lambda record: (record.recorded_at, record.id))

    def _within(self, scope: Scope, row: type[MeetingRow | NeedRow]) -> ColumnElement[bool]:
        return self._areas.within(scope, col(row.scheme), col(row.area))

    def _where(
        self, where: Where, row: type[MeetingRow | NeedRow]
    ) -> Sequence[ColumnElement[bool]]:
        if where.area is not None:
            return [self._areas.under(frozenset({where.area}), col(row.scheme), col(row.area))]
        if where.scheme is not None:
            return [col(row.scheme) == where.scheme.value]
        return []


def _newest(
    query: SelectOfScalar[R],
    window: Window,
    time: Any,  # noqa: ANN401 - a column, which SQLModel types as its value
    key: Any,  # noqa: ANN401
) -> SelectOfScalar[R]:
    query = query.where(before(window, time, key))
    return query.order_by(col(time).desc(), col(key).desc()).limit(window.probe)


async def _followed(session: AsyncSession, rows: Sequence[NeedRow]) -> Sequence[FollowedNeed]:
    needs = await with_lines(session, rows)
    progress = await progress_of(session, [need.id for need in needs])
    return [FollowedNeed(need, progress[need.id]) for need in needs]
