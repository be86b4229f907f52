"""Service records in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from cases.adapters.postgres.tables import ServiceRecordRow
from cases.adapters.published import messages_of
from cases.app.ports import ServiceRecords
from cases.domain.errors import ServiceRecordIdTaken
from cases.domain.line import LineId
from cases.domain.match import MatchId
from cases.domain.need import NeedId
from cases.domain.service_record import Delivery, ServiceRecord, ServiceRecordId
from common.places import AreaRef
from common.vocabulary import AreaScheme, ServicePath, Society, Unit

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from cases.domain.service_record import ServiceWasRecorded
    from common.change import Change
    from common.persistence.outbox import Outbox


class PostgresServiceRecords(ServiceRecords):
    """The service records as of one transaction."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def find(self, record_id: ServiceRecordId) -> ServiceRecord | None:
        query = select(ServiceRecordRow).where(ServiceRecordRow.id == record_id)
        row = (await self._session.exec(query)).first()
        return None if row is None else to_service_record(row)

    @override
    async def add(self, change: Change[ServiceRecord, ServiceWasRecorded]) -> ServiceRecord | None:
        added = await self._session.exec(
            insert(ServiceRecordRow)
            .values(**_values(change.state))
            .on_conflict_do_nothing()
            .returning(col(ServiceRecordRow.id))
        )
        if added.first() is None:
            earlier = await self.find(change.state.id)
            if earlier is None:
                # It is there, and somebody else's.
                raise ServiceRecordIdTaken(record_id=change.state.id)
            return earlier
        await self._outbox.stage(self._session, list(messages_of(change)))
        return None


def to_service_record(row: ServiceRecordRow) -> ServiceRecord:
    """Read a service record."""
    delivery = Delivery(
        match_id=MatchId(row.match_id),
        line_id=LineId(row.line_id),
        path=ServicePath(row.path),
        quantity=row.quantity,
        unit=Unit(row.unit),
        persons=row.persons,
        person_times=row.person_times,
        sessions=row.sessions,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
    return ServiceRecord(
        id=ServiceRecordId(row.id),
        version=row.version,
        need_id=NeedId(row.need_id),
        area=AreaRef(AreaScheme(row.scheme), row.area),
        pool_id=row.pool_id,
        society=Society(row.society),
        delivery=delivery,
        recorded_at=row.recorded_at,
    )


def _values(record: ServiceRecord) -> dict[str, Any]:
    given = record.delivery
    return {
        "id": record.id,
        "version": record.version,
        "need_id": record.need_id,
        "pool_id": record.pool_id,
        "scheme": record.area.scheme.value,
        "area": record.area.code,
        "society": record.society.value,
        "match_id": given.match_id,
        "line_id": given.line_id,
        "path": given.path.value,
        "quantity": given.quantity,
        "unit": given.unit.value,
        "persons": given.persons,
        "person_times": given.person_times,
        "sessions": given.sessions,
        "started_at": given.started_at,
        "ended_at": given.ended_at,
        "recorded_at": record.recorded_at,
    }
