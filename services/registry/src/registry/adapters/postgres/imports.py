"""Imports in PostgreSQL; whoever works on one holds it for a while, under an epoch.

Only the database's clock counts. A process that is killed lets go of its import when its time is
over; one that comes back late finds another epoch, and what it wanted to write is rolled back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col, select
from typing_extensions import override

from common.paging import Slice, cut
from registry.adapters.postgres.import_documents import (
    counts_of,
    of_flaw,
    of_import,
    of_mapping,
    to_flaw,
    to_import,
    to_saved,
)
from registry.adapters.postgres.imports_tables import FlawRow, ImportRow, MappingRow, PartRow
from registry.app.ports.imports import Claimed, ClaimLost, Imports, SavedMapping
from registry.domain.imports import RESTING, ImportState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Window
    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.cells import Flaw
    from registry.domain.imports import Import, ImportId, Outcome

LEASE_SECONDS: Final = 10.0
_KEPT_WITH_FILE: Final = RESTING - {ImportState.DONE, ImportState.REFUSED}

_CLAIM: Final = text("""
    update import_job
    set epoch = epoch + 1, attempts = attempts + 1,
        claimed_until = clock_timestamp() + make_interval(secs => :lease)
    where id = (
        select id from import_job
        where state in ('checking', 'writing')
          and (claimed_until is null or claimed_until < clock_timestamp())
        order by created_at, id limit 1
        for update skip locked
    )
    returning id
""")
_PULSE: Final = text("""
    update import_job
    set seen = :seen, rows = :rows, revision = revision + 1,
        claimed_until = clock_timestamp() + make_interval(secs => :lease)
    where id = :id and epoch = :epoch
    returning 1
""")
_FORGET: Final = text("""
    delete from import_job where created_at < clock_timestamp() - make_interval(days => :days)
""")


class PostgresImports(Imports):
    """The imports of the transaction that is open."""

    def __init__(
        self, unit_of_work: UnitOfWork, areas: Areas, *, lease: float = LEASE_SECONDS
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas
        self._lease: Final = lease

    @override
    async def add(self, new: Import, /) -> None:
        values = {**of_import(new), "epoch": 0, "attempts": 0, "claimed_until": None}
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(ImportRow).values(**values))

    @override
    async def find(self, import_id: ImportId, /, *, lock: bool = False) -> Import | None:
        wanted = select(ImportRow).where(col(ImportRow.id) == import_id)
        if lock:
            wanted = wanted.with_for_update()
        async with self._unit_of_work.transaction() as session:
            fresh = wanted.execution_options(populate_existing=True)
            row = (await session.exec(fresh)).one_or_none()
        return None if row is None else to_import(row)

    @override
    async def page(self, scope: Scope, window: Window, /) -> Slice[Import]:
        within = self._areas.within(scope, col(ImportRow.scheme), col(ImportRow.area))
        statement = select(ImportRow).where(within).order_by(col(ImportRow.id)).limit(window.probe)
        if window.after is not None:
            statement = statement.where(col(ImportRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([to_import(row) for row in rows], window, lambda each: (each.id,))

    @override
    async def save(self, changed: Import, /) -> None:
        anew = {"epoch": col(ImportRow.epoch) + 1, "attempts": 0, "claimed_until": None}
        await self._update(col(ImportRow.id) == changed.id, {**of_import(changed), **anew})

    @override
    async def put_part(self, import_id: ImportId, number: int, content: bytes, /) -> int:
        new = upsert(PartRow).values(import_id=import_id, number=number, content=content)
        statement = new.on_conflict_do_update(
            index_elements=["import_id", "number"], set_={"content": new.excluded.content}
        )
        there = select(func.count()).where(col(PartRow.import_id) == import_id)
        async with self._unit_of_work.transaction() as session:
            await session.exec(statement)
            return (await session.exec(there)).one()

    @override
    async def content(self, import_id: ImportId, /) -> bytes:
        wanted = select(PartRow.content).where(col(PartRow.import_id) == import_id)
        async with self._unit_of_work.transaction() as session:
            parts = (await session.exec(wanted.order_by(col(PartRow.number)))).all()
        return b"".join(parts)

    @override
    async def flaws(self, import_id: ImportId, window: Window, /) -> Slice[Flaw]:
        order = (col(FlawRow.number), col(FlawRow.place))
        statement = select(FlawRow).where(col(FlawRow.import_id) == import_id)
        if window.after is not None:
            number, place = window.after
            later = (order[0] > number) | ((order[0] == number) & (order[1] > place))
            statement = statement.where(later)
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement.order_by(*order).limit(window.probe))).all()
        found = cut(rows, window, lambda row: (row.number, row.place or 0))
        return Slice(items=tuple(to_flaw(row) for row in found.items), next=found.next)

    @override
    async def claim(self) -> Claimed | None:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            found = (await connection.execute(_CLAIM, {"lease": self._lease})).scalar_one_or_none()
            if found is None:
                return None
            fresh = select(ImportRow).where(col(ImportRow.id) == found)
            row = (await session.exec(fresh.execution_options(populate_existing=True))).one()
        return Claimed(of=to_import(row), epoch=row.epoch, attempts=row.attempts)

    async def pulse(self, claimed: Claimed, seen: int, rows: int) -> bool:
        """Tell how many rows were looked at, and hold the import on; false when it is lost."""
        values = {"id": claimed.of.id, "epoch": claimed.epoch, "seen": seen, "rows": rows}
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            told = await connection.execute(_PULSE, {**values, "lease": self._lease})
            return told.first() is not None

    @override
    async def progress(self, claimed: Claimed, done: int, counts: Mapping[Outcome, int], /) -> None:
        await self._update_claimed(claimed, {"done": done, "counts": counts_of(counts)})

    @override
    async def note_flaws(self, claimed: Claimed, flaws: Sequence[Flaw], /) -> None:
        async with self._unit_of_work.transaction() as session:
            for start in range(0, len(flaws), 1000):
                rows = [of_flaw(claimed.of.id, flaw) for flaw in flaws[start : start + 1000]]
                await session.exec(insert(FlawRow).values(rows))

    @override
    async def forget_flaws(self, claimed: Claimed, /) -> None:
        async with self._unit_of_work.transaction() as session:
            await session.exec(delete(FlawRow).where(col(FlawRow.import_id) == claimed.of.id))

    @override
    async def settle(self, claimed: Claimed, rested: Import, /) -> None:
        # Whoever watches was told of more revisions than the worker knows of.
        values = {**of_import(rested), "revision": col(ImportRow.revision) + 1}
        async with self._unit_of_work.transaction() as session:
            await self._update_claimed(claimed, {**values, "claimed_until": None})
            if rested.state not in _KEPT_WITH_FILE:
                await session.exec(delete(PartRow).where(col(PartRow.import_id) == rested.id))

    @override
    async def keep(self, saved: SavedMapping, /) -> SavedMapping:
        new = upsert(MappingRow).values(
            id=saved.id,
            subject=saved.subject,
            scheme=saved.scheme.value,
            area=saved.area.code if saved.area else None,
            name=saved.name,
            document=of_mapping(saved.mapping),
        )
        statement = new.on_conflict_do_update(
            index_elements=["subject", "scheme", "area", "name"],
            set_={"document": new.excluded.document},
        ).returning(col(MappingRow.id))
        async with self._unit_of_work.transaction() as session:
            kept = (await (await session.connection()).execute(statement)).scalar_one()
            return to_saved(await session.get_one(MappingRow, kept, populate_existing=True))

    @override
    async def mapping(self, mapping_id: UUID, /) -> SavedMapping | None:
        async with self._unit_of_work.transaction() as session:
            row = await session.get(MappingRow, mapping_id)
        return None if row is None else to_saved(row)

    @override
    async def mappings(
        self, subject: str | None, scope: Scope, window: Window, /
    ) -> Slice[SavedMapping]:
        within = self._areas.within(scope, col(MappingRow.scheme), col(MappingRow.area))
        statement = select(MappingRow).where(within)
        if subject is not None:
            statement = statement.where(col(MappingRow.subject) == subject)
        if window.after is not None:
            statement = statement.where(col(MappingRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            ordered = statement.order_by(col(MappingRow.id)).limit(window.probe)
            rows = (await session.exec(ordered)).all()
        return cut([to_saved(row) for row in rows], window, lambda saved: (saved.id,))

    @override
    async def forget_old(self, *, days: int) -> int:
        async with self._unit_of_work.transaction() as session:
            gone = await (await session.connection()).execute(_FORGET, {"days": days})
            return gone.rowcount

    async def _update_claimed(self, claimed: Claimed, values: Mapping[str, Any]) -> None:
        is_ours = (col(ImportRow.id) == claimed.of.id) & (col(ImportRow.epoch) == claimed.epoch)
        if not await self._update(is_ours, values):
            raise ClaimLost

    async def _update(self, which: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
        async with self._unit_of_work.transaction() as session:
            written = await session.exec(update(ImportRow).where(which).values(**values))
            return bool(written.rowcount)
