"""Who runs what lies elsewhere, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.area_tables import AreaAdministrationRow
from registry.app.ports.areas import Administrations
from registry.domain.administration import Administration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from common.persistence.unit_of_work import UnitOfWork

_KEY: Final = ("scheme", "code", "since_on")


class PostgresAdministrations(Administrations):
    """The administrations as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def note(self, administrations: Iterable[Administration], /) -> None:
        async with self._unit_of_work.transaction() as session:
            for each in administrations:
                values = _to_values(each)
                told = {name: value for name, value in values.items() if name not in _KEY}
                statement = insert(AreaAdministrationRow).values(values)
                await session.exec(statement.on_conflict_do_update(index_elements=_KEY, set_=told))

    @override
    async def seed(self, administrations: Iterable[Administration], /) -> None:
        rows = [_to_values(each) for each in administrations]
        if rows:
            async with self._unit_of_work.transaction() as session:
                statement = insert(AreaAdministrationRow).values(rows)
                await session.exec(statement.on_conflict_do_nothing())

    @override
    async def of_scheme(self, scheme: AreaScheme, /) -> Sequence[Administration]:
        wanted = (
            select(AreaAdministrationRow)
            .where(col(AreaAdministrationRow.scheme) == scheme.value)
            .order_by(col(AreaAdministrationRow.code), col(AreaAdministrationRow.since_on))
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_administration(row) for row in (await session.exec(wanted)).all()]


def _to_values(each: Administration) -> dict[str, Any]:
    return {
        "scheme": each.area.scheme.value,
        "code": each.area.code,
        "since_on": each.since_on,
        "until_on": each.until_on,
        "administered_by": each.administered_by,
        "authority": each.authority,
        "document": each.document,
    }


def _to_administration(row: AreaAdministrationRow) -> Administration:
    return Administration(
        area=AreaRef(AreaScheme(row.scheme), row.code),
        administered_by=row.administered_by,
        authority=row.authority,
        since_on=row.since_on,
        until_on=row.until_on,
        document=row.document,
    )
