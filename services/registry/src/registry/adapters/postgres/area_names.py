"""The names of the areas in force, for tables that say by name where things are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select

from common.areas import AreaRow
from common.vocabulary import AreaLevel
from registry.domain.rows import NamedArea

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.persistence.unit_of_work import UnitOfWork
    from common.vocabulary import AreaScheme


class NamesInForce:
    """Reads the names of areas."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    async def within(self, scheme: AreaScheme, code: str | None, /) -> Sequence[NamedArea]:
        """Return an area and its parts, or all areas of a scheme."""
        columns = (AreaRow.code, AreaRow.name, AreaRow.level, AreaRow.ancestors)
        statement = select(*columns).where(col(AreaRow.scheme) == scheme.value)
        if code is not None:
            contains = col(AreaRow.ancestors).bool_op("@>")
            statement = statement.where(contains(cast([code], ARRAY(Text))))
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return [
            NamedArea(code=code, name=name, level=AreaLevel(level), ancestors=tuple(ancestors))
            for code, name, level, ancestors in rows
        ]
