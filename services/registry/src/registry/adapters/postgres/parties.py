"""Parties in PostgreSQL: the row is guarded by its version, its events go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.adapters.postgres.many_rows import insert_many, is_among, update_many
from registry.adapters.postgres.standings import of_standing, to_standing
from registry.adapters.postgres.tables import PartyRow
from registry.adapters.published import about_party
from registry.app.ports.parties import Parties, PartyFilter
from registry.domain.errors.parties import PartyChangedMeanwhile, PartyIdTaken, PartyNotFound
from registry.domain.party import (
    Party,
    PartyFact,
    PartyId,
    Vetting,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.change import Change
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresParties(Parties):
    """The parties of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def get(self, party_id: PartyId, /) -> Party:
        found = await self.find_many([party_id])
        if party_id not in found:
            raise PartyNotFound(party_id=party_id)
        return found[party_id]

    @override
    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Party]:
        wanted = select(PartyRow).where(is_among(col(PartyRow.id), ids))
        # Rows are also written beneath the session.
        fresh = wanted.execution_options(populate_existing=True)
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(fresh)).all()
        return {row.id: _to_party(row) for row in rows}

    @override
    async def add_all(self, changes: Sequence[Change[Party, PartyFact]], /) -> None:
        if not changes:
            return
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await self._insert(session, changes)
            except IntegrityError as error:
                raise PartyIdTaken(party_id=changes[0].state.id) from error

    @override
    async def save(self, change: Change[Party, PartyFact], /) -> None:
        await self.save_all([change])

    @override
    async def save_all(self, changes: Sequence[Change[Party, PartyFact]], /) -> None:
        if not changes:
            return
        rows = [_to_values(change.state) for change in changes]
        before = [change.state.version - len(change.facts) for change in changes]
        async with self._unit_of_work.transaction() as session, session.begin_nested():
            written = await update_many(session, PartyRow, rows, before=before)
            if written < len(changes):
                raise PartyChangedMeanwhile(party_id=changes[0].state.id)
            await self._tell(session, changes)

    @override
    async def lead_on(self, merged: PartyId, survivor_id: PartyId, /) -> None:
        whoever_led_there = col(PartyRow.merged_into) == merged
        statement = update(PartyRow).where(whoever_led_there).values(merged_into=survivor_id)
        async with self._unit_of_work.transaction() as session:
            await session.exec(statement)

    @override
    async def page(self, wanted: PartyFilter, scope: Scope, window: Window, /) -> Slice[Party]:
        is_own = col(PartyRow.id).in_(scope.orgs)
        statement = (
            select(PartyRow)
            .where(self._lie_within(scope) | is_own, *self._claims(wanted))
            .where(col(PartyRow.merged_into).is_(None))
            .order_by(col(PartyRow.id))
            .limit(window.probe)
        )
        if window.after is not None:
            statement = statement.where(col(PartyRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([_to_party(row) for row in rows], window, _key)

    async def _insert(
        self, session: AsyncSession, changes: Sequence[Change[Party, PartyFact]]
    ) -> None:
        rows = [_to_values(change.state) for change in changes]
        await insert_many(session, PartyRow, rows)
        await self._tell(session, changes)

    async def _tell(
        self, session: AsyncSession, changes: Sequence[Change[Party, PartyFact]]
    ) -> None:
        facts = [fact for change in changes for fact in change.facts]
        await self._outbox.stage(session, [about_party(fact) for fact in facts])

    def _lie_within(self, scope: Scope) -> ColumnElement[bool]:
        return self._areas.within(scope, col(PartyRow.scheme), col(PartyRow.area))

    def _claims(self, wanted: PartyFilter) -> Iterator[ColumnElement[bool]]:
        if wanted.within is not None:
            roots = frozenset({wanted.within})
            yield self._areas.under(roots, col(PartyRow.scheme), col(PartyRow.area))
        if wanted.scheme is not None:
            yield col(PartyRow.scheme) == wanted.scheme.value
        if wanted.society is not None:
            yield col(PartyRow.society) == wanted.society.value
        if wanted.standing is not None:
            yield col(PartyRow.standing) == wanted.standing.value


def _key(party: Party) -> Key:
    return (party.id,)


def _to_party(row: PartyRow) -> Party:
    return Party(
        id=PartyId(row.id),
        version=row.version,
        society=Society(row.society),
        public_name=row.public_name,
        is_person=row.is_person,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        vetting=_to_vetting(row),
        standing=to_standing(row),
    )


def _to_vetting(row: PartyRow) -> Vetting | None:
    if row.vetted_on is None or row.vetting_valid_until is None:
        return None
    return Vetting(vetted_on=row.vetted_on, valid_until=row.vetting_valid_until)


def _to_values(party: Party) -> dict[str, Any]:
    vetting = party.vetting
    return {
        "id": party.id,
        "version": party.version,
        "society": party.society.value,
        "public_name": party.public_name,
        "is_person": party.is_person,
        "scheme": party.area.scheme.value,
        "area": party.area.code,
        "vetted_on": vetting.vetted_on if vetting else None,
        "vetting_valid_until": vetting.valid_until if vetting else None,
        **of_standing(party.standing),
    }
