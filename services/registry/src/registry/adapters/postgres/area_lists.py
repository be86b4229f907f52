"""Lists of areas in PostgreSQL, in the tables that every service has and the registry fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, text
from sqlmodel import col, select
from typing_extensions import override

from common.area_lists import AreaLine, replace_areas
from common.areas import AreaListRow, AreaRow
from common.paging import cut
from common.persistence.driver import driver_of
from common.places import AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.adapters.published import about_area_list
from registry.app.ports.areas import AreaList, AreaLists
from registry.domain.area_list import PublishedArea

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.paging import Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork

_PUBLISHING: Final = 0x41524541  # "AREA"; the other advisory locks of the database differ.


class PostgresAreaLists(AreaLists):
    """The lists and areas of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox

    @override
    async def find(self, list_id: UUID, /) -> AreaList | None:
        async with self._unit_of_work.transaction() as session:
            row = await session.get(AreaListRow, list_id)
        if row is None:
            return None
        current = await self.in_force(AreaScheme(row.scheme))
        return _to_list(row, is_in_force=current is not None and current.list_id == list_id)

    @override
    async def in_force(self, scheme: AreaScheme, /) -> AreaList | None:
        newest = (
            select(AreaListRow)
            .where(col(AreaListRow.scheme) == scheme.value)
            .order_by(*(column.desc() for column in _AGE))
            .limit(1)
        )
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(newest)).one_or_none()
        return None if row is None else _to_list(row, is_in_force=True)

    @override
    async def lock(self) -> None:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            # Somebody else's import takes seconds, longer than a request may wait for a lock.
            await connection.execute(text("set local lock_timeout = '60s'"))
            await connection.execute(text("set local statement_timeout = '60s'"))
            # A whole country is made ready in between, with its villages or on a busy machine.
            await connection.execute(text("set local idle_in_transaction_session_timeout = '600s'"))
            driver = await driver_of(session)
            await driver.execute(f"select pg_advisory_xact_lock({_PUBLISHING})", timeout=60)

    @override
    async def publish(self, published: AreaList, areas: Sequence[PublishedArea], /) -> None:
        lines = [_to_line(area) for area in areas]
        async with self._unit_of_work.transaction() as session:
            await replace_areas(session, published.scheme.value, published.list_id, lines)
            await session.exec(insert(AreaListRow).values(**_to_values(published)))
            await self._outbox.stage(session, [about_area_list(published)])

    @override
    async def page(self, window: Window, /) -> Slice[AreaList]:
        statement = select(AreaListRow).order_by(col(AreaListRow.list_id)).limit(window.probe)
        if window.after is not None:
            statement = statement.where(col(AreaListRow.list_id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        current = [await self.in_force(scheme) for scheme in AreaScheme]
        ids = {published.list_id for published in current if published is not None}
        lists = [_to_list(row, is_in_force=row.list_id in ids) for row in rows]
        return cut(lists, window, lambda published: (published.list_id,))

    @override
    async def lines(
        self, of: AreaList, *, after: str | None, limit: int
    ) -> Sequence[PublishedArea]:
        of_list = col(AreaRow.list_id) == of.list_id
        claims = [col(AreaRow.scheme) == of.scheme.value, of_list, *_following(after)]
        return [_to_area(row) for row in await self._read(claims, limit=limit)]

    async def _read(
        self, claims: Sequence[ColumnElement[bool]], *, limit: int
    ) -> Sequence[AreaRow]:
        statement = select(AreaRow).where(*claims).order_by(col(AreaRow.code)).limit(limit)
        async with self._unit_of_work.transaction() as session:
            return (await session.exec(statement)).all()


# As those who fetch lists judge which one is the newest.
_AGE: Final = (
    col(AreaListRow.edition),
    col(AreaListRow.announced_at),
    col(AreaListRow.list_id),
)


def _following(code: object | None) -> Iterator[ColumnElement[bool]]:
    if code is not None:
        yield col(AreaRow.code) > code


def _to_list(row: AreaListRow, *, is_in_force: bool) -> AreaList:
    return AreaList(
        list_id=row.list_id,
        scheme=AreaScheme(row.scheme),
        edition=row.edition,
        count=row.count,
        sha256=row.sha256,
        path=row.path,
        published_at=row.announced_at,
        is_in_force=is_in_force,
    )


def _to_values(published: AreaList) -> dict[str, Any]:
    return {
        "list_id": published.list_id,
        "scheme": published.scheme.value,
        "edition": published.edition,
        "count": published.count,
        "sha256": published.sha256,
        "path": published.path,
        "announced_at": published.published_at,
        "loaded_at": published.published_at,
    }


def _to_area(row: AreaRow) -> PublishedArea:
    return PublishedArea(
        ref=AreaRef(AreaScheme(row.scheme), row.code),
        name=row.name,
        level=AreaLevel(row.level),
        is_formal=row.is_formal,
        parent=row.parent,
        ancestors=tuple(row.ancestors),
        pool_id=row.pool_id,
    )


def _to_line(area: PublishedArea) -> AreaLine:
    return AreaLine(
        scheme=area.ref.scheme,
        code=area.ref.code,
        name=area.name,
        level=area.level,
        is_formal=area.is_formal,
        parent=area.parent,
        ancestors=area.ancestors,
        pool_id=area.pool_id,
    )
