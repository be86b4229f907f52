"""Meetings in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from cases.adapters.postgres.tables import MeetingRow
from cases.adapters.published import messages_of
from cases.app.ports import Meetings
from cases.domain.errors import MeetingIdTaken
from cases.domain.meeting import (
    Meeting,
    MeetingId,
    MeetingWasRecorded,
    Minutes,
    ParticipantKind,
    Participants,
)
from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.change import Change
    from common.grants import Scope
    from common.persistence.outbox import Outbox


class PostgresMeetings(Meetings):
    """The meetings as of one transaction."""

    def __init__(self, session: AsyncSession, outbox: Outbox, areas: Areas) -> None:
        self._session: Final = session
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def known(
        self, meeting_ids: Collection[MeetingId], *, within: Scope
    ) -> frozenset[MeetingId]:
        if not meeting_ids:
            return frozenset()
        visible = self._areas.within(within, col(MeetingRow.scheme), col(MeetingRow.area))
        found = await self._session.exec(
            select(MeetingRow.id).where(col(MeetingRow.id).in_(meeting_ids), visible)
        )
        return frozenset(MeetingId(meeting_id) for meeting_id in found)

    @override
    async def add(self, change: Change[Meeting, MeetingWasRecorded]) -> Meeting | None:
        meeting = change.state
        added = await self._session.exec(
            insert(MeetingRow)
            .values(**_values(meeting))
            .on_conflict_do_nothing()
            .returning(col(MeetingRow.id))
        )
        if added.first() is None:
            earlier = select(MeetingRow).where(MeetingRow.id == meeting.id)
            row = (await self._session.exec(earlier)).first()
            if row is None:
                # It is there, and somebody else's.
                raise MeetingIdTaken(meeting_id=meeting.id)
            return to_meeting(row)
        await self._outbox.stage(self._session, list(messages_of(change)))
        return None


def to_meeting(row: MeetingRow) -> Meeting:
    """Read a meeting."""
    minutes = Minutes(
        area=AreaRef(AreaScheme(row.scheme), row.area),
        held_on=row.held_on,
        topic=row.topic,
        participants=tuple(
            Participants(kind=ParticipantKind(group["kind"]), count=group["count"])
            for group in row.participants
        ),
        resolution=row.resolution,
    )
    return Meeting(
        id=MeetingId(row.id),
        version=row.version,
        pool_id=row.pool_id,
        minutes=minutes,
        recorded_at=row.recorded_at,
    )


def _values(meeting: Meeting) -> dict[str, Any]:
    minutes = meeting.minutes
    return {
        "id": meeting.id,
        "version": meeting.version,
        "pool_id": meeting.pool_id,
        "scheme": minutes.area.scheme.value,
        "area": minutes.area.code,
        "held_on": minutes.held_on,
        "topic": minutes.topic,
        "participants": [
            {"kind": group.kind.value, "count": group.count} for group in minutes.participants
        ],
        "resolution": minutes.resolution,
        "recorded_at": meeting.recorded_at,
    }
