"""The journal in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text, true
from sqlmodel import col, select
from typing_extensions import override

from common.contracts.cases import (
    MeetingRecorded,
    NeedChanged,
    NeedEvent,
    NeedSubmitted,
    ServiceRecorded,
)
from common.contracts.matching import (
    ApprovalOverdue,
    LinkagePlanProposed,
    MatchEvent,
    MisfitFound,
    OfferEvent,
    OfferPublished,
    OfferRevised,
    SearchWidened,
)
from common.contracts.registry import (
    PartyEvent,
    PartyRegistered,
    StationClosed,
    StationEvent,
    StationOpened,
    StationPlanned,
)
from common.contracts.services import ServiceEntryEvent, ServiceEntryOffered
from common.contracts.stations import StationMoved
from common.paging import cut
from common.persistence.keyset import after
from reporting.adapters.postgres.tables import JournalRow, PlaceRow
from reporting.app.ports import Journal, JournalEntry
from reporting.domain.errors import EventNotJournalled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.contracts.registry import PlaceCode
    from common.grants import Scope
    from common.messaging.event import Envelope, Event
    from common.paging import Slice, Window
    from reporting.app.ports import EventFilter


_APPEND: Final = text("""
    with told as (
        select * from unnest(
            cast(:id as uuid[]), cast(:source as text[]), cast(:type as text[]),
            cast(:subject as text[]), cast(:version as bigint[]), cast(:time as timestamptz[]),
            cast(:topic as text[]), cast(:log_partition as integer[]),
            cast(:log_offset as bigint[]), cast(:traceparent as text[]), cast(:about as text[]),
            cast(:data as text[]), cast(:scheme as text[]), cast(:code as text[])
        ) with ordinality as event (
            id, source, type, subject, version, time, topic, log_partition, log_offset,
            traceparent, about, data, scheme, code, turn
        )
    ),
    heard as (
        insert into journal (
            id, source, type, subject, version, time, topic, log_partition, log_offset,
            traceparent, about, data
        )
        select
            id, source, type, subject, version, time, topic, log_partition, log_offset,
            traceparent, about, cast(data as jsonb)
        from told order by turn
        on conflict (source, id) do nothing
        returning source, id
    ),
    placed as (
        insert into place (about, scheme, code)
        select distinct on (about) about, scheme, code
        from told join heard using (source, id)
        where about is not null and code is not null
        order by about, turn desc
        on conflict (about) do update set scheme = excluded.scheme, code = excluded.code
    )
    select source, id from heard
""")
"""Write events down, and where the things are that they are about; return which were new."""


class PostgresJournal(Journal):
    """Appends events and finds them again."""

    def __init__(self, session: AsyncSession, areas: Areas) -> None:
        self._session: Final = session
        self._areas: Final = areas

    @override
    async def append(self, events: Sequence[Envelope[Event]], /) -> Sequence[Envelope[Event]]:
        if not events:
            return ()
        rows = [_to_row(event) for event in events]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        connection = await self._session.connection()
        heard = await connection.execute(_APPEND, columns)
        new = {(row.source, row.id) for row in heard}
        return [event for event in events if _taken_from(new, (event.source, event.id))]

    @override
    async def get(self, event_id: UUID, /, *, within: Scope) -> JournalEntry:
        wanted = select(JournalRow).where(col(JournalRow.id) == event_id, self._visible(within))
        row = (await self._session.exec(wanted.limit(1))).first()
        if row is None:
            raise EventNotJournalled(event_id=event_id)
        return _to_entry(row)

    @override
    async def page(
        self, wanted: EventFilter, window: Window, /, *, within: Scope
    ) -> Slice[JournalEntry]:
        found = await self._session.exec(
            select(JournalRow)
            .where(*_matching(wanted), self._visible(within))
            .where(after(window, col(JournalRow.time), col(JournalRow.id)))
            .order_by(col(JournalRow.time), col(JournalRow.id))
            .limit(window.probe)
        )
        entries = [_to_entry(row) for row in found.all()]
        return cut(entries, window, lambda entry: (entry.time, entry.id))

    @override
    async def about(self, need_id: UUID, /, *, by: datetime) -> Sequence[JournalEntry]:
        found = await self._session.exec(
            select(JournalRow)
            .where(col(JournalRow.about) == str(need_id), col(JournalRow.time) <= by)
            .order_by(col(JournalRow.time), col(JournalRow.id))
        )
        return [_to_entry(row) for row in found.all()]

    def _visible(self, within: Scope) -> ColumnElement[bool]:
        if within.is_everywhere:
            return true()
        inside = self._areas.within(within, col(PlaceRow.scheme), col(PlaceRow.code))
        return col(JournalRow.about).in_(select(PlaceRow.about).where(inside))


def _taken_from(new: set[tuple[str, UUID]], key: tuple[str, UUID]) -> bool:
    """Tell whether it is in there, once: the same event may come twice."""
    is_new = key in new
    new.discard(key)
    return is_new


def _about(event: Event) -> str | None:
    """Return the thing whose place decides who may read an event."""
    match event:
        case NeedEvent() | ServiceRecorded() | MatchEvent() | LinkagePlanProposed():
            return str(event.need_id)
        case ApprovalOverdue() | MisfitFound() | SearchWidened():
            return str(event.need_id)
        case MeetingRecorded() | OfferEvent() | StationEvent() | PartyEvent() | ServiceEntryEvent():
            return event.subject
        case _:
            return None


def _place_of(event: Event) -> PlaceCode | None:
    match event:
        case (
            NeedSubmitted()
            | NeedChanged()
            | MeetingRecorded()
            | OfferPublished()
            | OfferRevised()
            | PartyRegistered()
        ):
            return event.place
        case StationPlanned() | StationOpened() | StationMoved() | StationClosed():
            return event.place
        case ServiceEntryOffered():
            return event.place
        case _:
            return None


def _matching(wanted: EventFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.subject is not None:
        conditions.append(col(JournalRow.subject) == wanted.subject)
    if wanted.type is not None:
        conditions.append(col(JournalRow.type) == wanted.type)
    if wanted.need_id is not None:
        conditions.append(col(JournalRow.about) == str(wanted.need_id))
    return conditions


def _to_row(event: Envelope[Event]) -> dict[str, Any]:
    place, found = _place_of(event.data), event.found
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "version": event.version,
        "time": event.time,
        "topic": event.data.topic(),
        "log_partition": None if found is None else found.partition,
        "log_offset": None if found is None else found.offset,
        "traceparent": event.traceparent,
        "about": _about(event.data),
        # As it was told, with fields that this version of the contracts does not know.
        "data": event.data.model_dump_json() if found is None else found.value.decode(),
        "scheme": None if place is None else place.scheme.value,
        "code": None if place is None else place.code,
    }


def _to_entry(row: JournalRow) -> JournalEntry:
    return JournalEntry(
        id=row.id,
        source=row.source,
        type=row.type,
        subject=row.subject,
        version=row.version,
        time=row.time,
        topic=row.topic,
        partition=row.log_partition,
        offset=row.log_offset,
        data=row.data,
        journalled_at=row.journalled_at,
    )
