"""Hours in PostgreSQL: written while the row of their match is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from common.vocabulary import ServiceCode
from matching.adapters.postgres.asking_tables import ServiceHoursRow
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.published import about_hours
from matching.app.outcome_ports import HoursBook
from matching.domain.hours import Hours, Word, hours_id
from matching.domain.identity import HoursId, MatchId, NeedId, PartyId
from matching.domain.side import Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.outbox import Outbox
    from matching.domain.hours import HoursChange

_PREFIX: Final[Mapping[Side, str]] = {Side.GIVER: "given", Side.RECEIVER: "received"}


class PostgresHoursBook(HoursBook):
    """The hours of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def find(self, match_id: MatchId, served_on: date) -> Hours | None:
        wanted = rows_of(ServiceHoursRow).where(
            col(ServiceHoursRow.id) == hours_id(match_id, served_on)
        )
        rows = await fetch(self._session, wanted, ServiceHoursRow)
        return _to_hours(rows[0]) if rows else None

    @override
    async def of_match(self, match_id: MatchId) -> Sequence[Hours]:
        wanted = (
            rows_of(ServiceHoursRow)
            .where(col(ServiceHoursRow.match_id) == match_id)
            .order_by(col(ServiceHoursRow.served_on))
        )
        return [_to_hours(row) for row in await fetch(self._session, wanted, ServiceHoursRow)]

    @override
    async def save(self, change: HoursChange) -> None:
        values = _values(change.state)
        connection = await self._session.connection()
        await connection.execute(
            upsert(ServiceHoursRow)
            .values(values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )
        await self._outbox.stage(self._session, list(about_hours(change)))


def _to_hours(row: ServiceHoursRow) -> Hours:
    words = {
        Side.GIVER: _to_word(row.given_minutes, row.given_by, row.given_at),
        Side.RECEIVER: _to_word(row.received_minutes, row.received_by, row.received_at),
    }
    return Hours(
        id=HoursId(row.id),
        match_id=MatchId(row.match_id),
        need_id=NeedId(row.need_id),
        party_id=PartyId(row.party_id),
        service=ServiceCode(row.service),
        served_on=row.served_on,
        version=row.version,
        words={side: word for side, word in words.items() if word is not None},
    )


def _to_word(minutes: int | None, by: str | None, at: datetime | None) -> Word | None:
    if minutes is None or by is None or at is None:
        return None
    return Word(minutes=minutes, by=by, at=at)


def _values(hours: Hours) -> dict[str, Any]:
    said = {
        f"{prefix}_{name}": None if word is None else getattr(word, name)
        for side, prefix in _PREFIX.items()
        for word in (hours.words.get(side),)
        for name in ("minutes", "by", "at")
    }
    return {
        "id": hours.id,
        "version": hours.version,
        "match_id": hours.match_id,
        "need_id": hours.need_id,
        "party_id": hours.party_id,
        "service": hours.service.value,
        "served_on": hours.served_on,
        **said,
    }
