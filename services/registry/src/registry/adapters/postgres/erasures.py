"""The ledger of erasures in PostgreSQL, and what has to be done by it after a restore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from registry.adapters.postgres.contact_tables import ContactRow, ErasureRow
from registry.adapters.postgres.sealed_contacts import NOTHING
from registry.app.ports.contacts import ErasureLedger

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from common.clock import Clock
    from common.persistence.unit_of_work import UnitOfWork
    from common.personal.keeping import Keeping
    from registry.domain.contact import Erasure


class PostgresErasures(ErasureLedger):
    """The ledger beside the rows; the database of keys has one of its own."""

    def __init__(self, unit_of_work: UnitOfWork, keeping: Keeping, clock: Clock) -> None:
        self._unit_of_work: Final = unit_of_work
        self._keeping: Final = keeping
        self._clock: Final = clock

    @override
    async def note(self, erasures: Collection[Erasure], /) -> None:
        rows = [
            {
                "person_id": each.person_id,
                "party_id": each.party_id,
                "reason": each.reason.value,
                "erased_by": each.erased_by,
                "erased_at": each.erased_at,
            }
            for each in erasures
        ]
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(ErasureRow).values(rows).on_conflict_do_nothing())

    @override
    async def everybody(self) -> frozenset[UUID]:
        async with self._unit_of_work.transaction() as session:
            noted = (await session.exec(select(ErasureRow.person_id))).all()
        return frozenset(noted) | await self._keeping.keys.erased()

    @override
    async def apply_again(self, person_ids: Collection[UUID], /) -> int:
        at = self._clock.now()
        came_back = col(ContactRow.id).in_(person_ids) & col(ContactRow.erased_at).is_(None)
        keys = await self._keeping.keys.find(person_ids)
        async with self._unit_of_work.transaction() as session:
            rows = await session.exec(
                update(ContactRow)
                .where(came_back)
                .values(version=col(ContactRow.version) + 1, erased_at=at, **NOTHING)
                .returning(col(ContactRow.id))
            )
            back = {row.id for row in rows} | keys.keys()
            await self._keeping.keys.erase(person_ids, at=at)
        return len(back)
