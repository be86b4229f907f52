"""What became of codes, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from common.vocabulary import AreaScheme
from registry.adapters.postgres.area_tables import AreaSuccessionRow
from registry.app.ports.areas import Successions
from registry.domain.area_history import ChangeKind, Succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from common.persistence.unit_of_work import UnitOfWork

_AT_ONCE: Final = 1000


class PostgresSuccessions(Successions):
    """The successions as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def add(self, successions: Iterable[Succession], /) -> None:
        rows = [_to_values(each) for each in successions]
        async with self._unit_of_work.transaction() as session:
            for at in range(0, len(rows), _AT_ONCE):
                statement = insert(AreaSuccessionRow).values(rows[at : at + _AT_ONCE])
                await session.exec(statement.on_conflict_do_nothing())

    @override
    async def of_scheme(self, scheme: AreaScheme, /) -> Sequence[Succession]:
        wanted = (
            select(AreaSuccessionRow)
            .where(col(AreaSuccessionRow.scheme) == scheme.value)
            .order_by(
                col(AreaSuccessionRow.effective_on),
                col(AreaSuccessionRow.turn),
                col(AreaSuccessionRow.id),
            )
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_succession(row) for row in (await session.exec(wanted)).all()]


def _to_values(each: Succession) -> dict[str, Any]:
    return {
        "id": each.id,
        "scheme": each.scheme.value,
        "effective_on": each.effective_on,
        "is_day_known": each.is_day_known,
        "turn": each.turn,
        "kind": each.kind.value,
        "old_code": each.old,
        "old_name": each.old_name,
        "new_code": each.new,
        "new_name": each.new_name,
        "document": each.document,
    }


def _to_succession(row: AreaSuccessionRow) -> Succession:
    return Succession(
        scheme=AreaScheme(row.scheme),
        effective_on=row.effective_on,
        is_day_known=row.is_day_known,
        turn=row.turn,
        kind=ChangeKind(row.kind),
        old=row.old_code,
        old_name=row.old_name,
        new=row.new_code,
        new_name=row.new_name,
        document=row.document,
    )
