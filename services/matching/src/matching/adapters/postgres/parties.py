"""Parties in PostgreSQL, as the registry last told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import party_values, to_party
from matching.adapters.postgres.tables import PartyRow
from matching.app.ports import Parties
from matching.domain.errors import PartyNotKnown
from matching.domain.identity import PartyId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.party import Party


class PostgresParties(Parties):
    """The parties of the transaction that is open."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: Final = session

    @override
    async def get(self, party_id: PartyId) -> Party:
        found = await self.find_many([party_id])
        if party_id not in found:
            raise PartyNotKnown(party_id=party_id)
        return found[party_id]

    @override
    async def find_many(self, party_ids: Collection[PartyId]) -> Mapping[PartyId, Party]:
        if not party_ids:
            return {}
        wanted = rows_of(PartyRow).where(among(col(PartyRow.id), party_ids))
        rows = await fetch(self._session, wanted, PartyRow)
        return {PartyId(row.id): to_party(row) for row in rows}

    @override
    async def put(self, party: Party) -> None:
        values = party_values(party)
        connection = await self._session.connection()
        await connection.execute(
            upsert(PartyRow)
            .values(**values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )
