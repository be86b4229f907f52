"""Substitutions in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from registry.adapters.postgres.access_tables import SubstitutionRow
from registry.adapters.postgres.granted import columns_of, grant_in, place_in
from registry.app.ports.substitutions import Substitutions
from registry.domain.errors.substitutions import SubstitutionNotFound
from registry.domain.substitution import Absence, Substitution, SubstitutionId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork


class PostgresSubstitutions(Substitutions):
    """The substitutions of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def add(self, substitution: Substitution, /) -> None:
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(SubstitutionRow).values(**_to_values(substitution)))

    @override
    async def get(
        self, substitution_id: SubstitutionId, /, *, is_held: bool = False
    ) -> Substitution:
        wanted = select(SubstitutionRow).where(col(SubstitutionRow.id) == substitution_id)
        if is_held:
            wanted = wanted.with_for_update()
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        if row is None:
            raise SubstitutionNotFound(substitution_id=substitution_id)
        return _to_substitution(row)

    @override
    async def save(self, substitution: Substitution, /) -> None:
        this = col(SubstitutionRow.id) == substitution.id
        values = _to_values(substitution)
        async with self._unit_of_work.transaction() as session:
            await session.exec(update(SubstitutionRow).where(this).values(**values))

    @override
    async def of(self, sub: str, day: date, /) -> Sequence[Substitution]:
        has_part = (col(SubstitutionRow.absent) == sub) | (col(SubstitutionRow.substitute) == sub)
        wanted = (
            select(SubstitutionRow)
            .where(
                has_part,
                col(SubstitutionRow.last_on) >= day,
                col(SubstitutionRow.ended_at).is_(None),
            )
            .order_by(col(SubstitutionRow.id))
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_substitution(row) for row in (await session.exec(wanted)).all()]

    @override
    async def page(self, scope: Scope, window: Window, /) -> Slice[Substitution]:
        within = self._areas.within(scope, col(SubstitutionRow.scheme), col(SubstitutionRow.area))
        wanted = select(SubstitutionRow).where(within).order_by(col(SubstitutionRow.id))
        if window.after is not None:
            wanted = wanted.where(col(SubstitutionRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted.limit(window.probe))).all()
        return cut([_to_substitution(row) for row in rows], window, _key)


def _key(substitution: Substitution) -> Key:
    return (substitution.id,)


def _to_substitution(row: SubstitutionRow) -> Substitution:
    return Substitution(
        id=SubstitutionId(row.id),
        absence=Absence(
            absent=row.absent, grant=grant_in(row), first_on=row.first_on, last_on=row.last_on
        ),
        substitute=row.substitute,
        place=place_in(row),
        made_by=row.made_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def _to_values(substitution: Substitution) -> dict[str, Any]:
    absence = substitution.absence
    return {
        "id": substitution.id,
        "absent": absence.absent,
        "substitute": substitution.substitute,
        **columns_of(absence.grant, substitution.place),
        "first_on": absence.first_on,
        "last_on": absence.last_on,
        "made_by": substitution.made_by,
        "made_at": substitution.made_at,
        "ended_at": substitution.ended_at,
    }
