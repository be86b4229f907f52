"""Areas in time in PostgreSQL: each row is true from a day until another.

What lies within what is an array of codes with an inverted index; docs/decisions/0026 says how
that compares with paths and closures.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy
from sqlalchemy import Text, cast, exists, func, or_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from typing_extensions import override

from common.area_lists import INSERT_SECONDS, LINES_AT_ONCE
from common.areas import AreaListRow
from common.paging import cut
from common.persistence.driver import driver_of
from common.places import AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.adapters.name_keys import keys_of, letters_of, needed_grams
from registry.adapters.postgres.area_tables import AreaRecordRow
from registry.app.ports.areas import AreaFilter, AreaRecords, RecordedArea
from registry.domain.area_list import AreaKind, AreaUnit, ListedArea
from registry.domain.coverage_base import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from common.paging import Slice, Window
    from common.persistence.unit_of_work import UnitOfWork

_TOLD: Final = "name, kind, level, is_formal, located_in, parent, ancestors, pool_id"
_LINES: Final = """
    json_to_recordset($1) as line(
        code text, name text, kind text, level text, is_formal boolean, located_in text,
        parent text, ancestors text[], pool_id uuid, pinyin text, initials text, grams text[]
    )
"""
_IS_AS_BEFORE: Final = f"""
    ({", ".join(f"record.{each}" for each in _TOLD.split(", "))})
        is not distinct from ({", ".join(f"line.{each}" for each in _TOLD.split(", "))})
"""
_KEYS: Final = "pinyin, initials, grams"
_CLOSE: Final = f"""
    update area_record as record set valid_until = $3 from {_LINES}
    where record.scheme = $2 and record.code = line.code
        and record.valid_until is null and record.valid_from < $3 and not {_IS_AS_BEFORE}
"""  # noqa: S608
_ADD: Final = f"""
    insert into area_record (scheme, code, valid_from, {_TOLD}, {_KEYS})
    select $2, code, $3, {_TOLD}, {_KEYS} from {_LINES}
    where not exists (
        select from area_record as record
        where record.scheme = $2 and record.code = line.code
            and record.valid_until is null and {_IS_AS_BEFORE}
    )
    on conflict (scheme, code, valid_from) do update set ({_TOLD}, {_KEYS}, valid_until) = (
        {", ".join(f"excluded.{each}" for each in f"{_TOLD}, {_KEYS}".split(", "))}, null
    )
"""  # noqa: S608
_UNITS: Final = """
    select code, name, kind, located_in from area_record where scheme = $1 and valid_until is null
"""
_GONE: Final = "scheme = $1 and valid_until is null and not code = any($3)"
_FORGET: Final = f"delete from area_record where {_GONE} and valid_from >= $2"  # noqa: S608
_END: Final = f"update area_record set valid_until = $2 where {_GONE}"  # noqa: S608


class PostgresAreaRecords(AreaRecords):
    """The records as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def keep(self, scheme: AreaScheme, day: date, areas: Sequence[ListedArea], /) -> None:
        async with self._unit_of_work.transaction() as session:
            driver = await driver_of(session)
            await driver.execute(f"set local statement_timeout = '{INSERT_SECONDS}s'")
            codes = [area.ref.code for area in areas]
            gone = (scheme.value, day, codes)
            await driver.execute(_FORGET, *gone, timeout=INSERT_SECONDS)
            await driver.execute(_END, *gone, timeout=INSERT_SECONDS)
            for at in range(0, len(areas), LINES_AT_ONCE):
                lines = _document(areas[at : at + LINES_AT_ONCE])
                for statement in (_CLOSE, _ADD):
                    await driver.execute(
                        statement, lines, scheme.value, day, timeout=INSERT_SECONDS
                    )

    @override
    async def units(self, scheme: AreaScheme, /) -> Sequence[AreaUnit]:
        async with self._unit_of_work.transaction() as session:
            driver = await driver_of(session)
            rows = await driver.fetch(_UNITS, scheme.value, timeout=INSERT_SECONDS)
        return [AreaUnit(code, name, AreaKind(kind), parent) for code, name, kind, parent in rows]

    @override
    async def retired(self, scheme: AreaScheme, /) -> Sequence[RecordedArea]:
        now = aliased(AreaRecordRow)
        is_there = exists().where(
            col(now.scheme) == col(AreaRecordRow.scheme),
            col(now.code) == col(AreaRecordRow.code),
            col(now.valid_until).is_(None),
        )
        wanted = (
            select(AreaRecordRow)
            .where(
                col(AreaRecordRow.scheme) == scheme.value,
                col(AreaRecordRow.valid_until).is_not(None),
                ~is_there,
            )
            .order_by(col(AreaRecordRow.code), col(AreaRecordRow.valid_from).desc())
            .ext(distinct_on(col(AreaRecordRow.code)))
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_record(row) for row in (await session.exec(wanted)).all()]

    @override
    async def latest(self, scheme: AreaScheme, /) -> date | None:
        days = func.max(
            func.greatest(col(AreaRecordRow.valid_from), col(AreaRecordRow.valid_until))
        )
        statement = select(days).where(col(AreaRecordRow.scheme) == scheme.value)
        async with self._unit_of_work.transaction() as session:
            latest: date | None = (await session.exec(statement)).one()
        return latest

    @override
    async def area(self, ref: AreaRef, as_of: date | None, /) -> RecordedArea | None:
        return (await self.many(ref.scheme, [ref.code], as_of)).get(ref.code)

    @override
    async def many(
        self, scheme: AreaScheme, codes: Collection[str], as_of: date | None, /
    ) -> Mapping[str, RecordedArea]:
        wanted = select(AreaRecordRow).where(
            col(AreaRecordRow.scheme) == scheme.value,
            col(AreaRecordRow.code).in_(codes),
            _is_so(as_of),
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return {row.code: _to_record(row) for row in rows}

    @override
    async def areas(self, wanted: AreaFilter, window: Window, /) -> Slice[RecordedArea]:
        statement = (
            sqlalchemy.select(*_READ)
            .where(*_claims(wanted))
            .order_by(col(AreaRecordRow.code))
            .limit(window.probe)
        )
        if window.after is not None:
            statement = statement.where(col(AreaRecordRow.code) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            # Columns and not entities: making fifty of these takes longer than finding them.
            rows = (await (await session.connection()).execute(statement)).all()
        records = [_to_record(row) for row in rows]
        return cut(records, window, lambda record: (record.area.ref.code,))

    @override
    async def tally(self, ref: AreaRef, as_of: date | None, /) -> Tally:
        run_here = await self._townships(ref.scheme, ref.code, as_of)
        by_others, elsewhere = _NONE, _NONE
        for row in await self._run_from_elsewhere(ref.scheme, as_of):
            place = await self.area(AreaRef(ref.scheme, row.located_in or ""), as_of)
            is_here = place is not None and ref.code in place.area.ancestors
            is_run_here = ref.code in row.ancestors
            if is_here is not is_run_here:
                moved = await self._townships(ref.scheme, row.code, as_of)
                if is_here:
                    by_others = _sum(by_others, moved)
                else:
                    elsewhere = _sum(elsewhere, moved)
        here = _sum(run_here, by_others)
        located = (here[0] - elsewhere[0], here[1] - elsewhere[1])
        return Tally(located=located, run_by_others=by_others, run_elsewhere=elsewhere)

    async def _townships(
        self, scheme: AreaScheme, code: str, as_of: date | None
    ) -> tuple[int, int]:
        """Return how many units of the township level an area runs, formal ones and others."""
        statement = (
            select(AreaRecordRow.is_formal, func.count())
            .where(
                col(AreaRecordRow.scheme) == scheme.value,
                col(AreaRecordRow.level) == AreaLevel.TOWNSHIP.value,
                _is_so(as_of),
                _lies_in(code),
            )
            .group_by(col(AreaRecordRow.is_formal))
        )
        async with self._unit_of_work.transaction() as session:
            found = (await session.exec(statement)).all()
        counts = dict(found)
        return counts.get(True, 0), counts.get(False, 0)

    async def _run_from_elsewhere(
        self, scheme: AreaScheme, as_of: date | None
    ) -> Sequence[AreaRecordRow]:
        statement = select(AreaRecordRow).where(
            col(AreaRecordRow.scheme) == scheme.value,
            col(AreaRecordRow.located_in).is_distinct_from(col(AreaRecordRow.parent)),
            _is_so(as_of),
        )
        async with self._unit_of_work.transaction() as session:
            return (await session.exec(statement)).all()

    @override
    async def edition(self, scheme: AreaScheme, as_of: date | None, /) -> date | None:
        newest = select(func.max(AreaListRow.edition)).where(
            col(AreaListRow.scheme) == scheme.value
        )
        if as_of is not None:
            newest = newest.where(col(AreaListRow.edition) <= as_of)
        async with self._unit_of_work.transaction() as session:
            return (await session.exec(newest)).one()

    @override
    async def earliest(self, scheme: AreaScheme, /) -> date | None:
        first = select(func.min(AreaListRow.edition)).where(col(AreaListRow.scheme) == scheme.value)
        async with self._unit_of_work.transaction() as session:
            return (await session.exec(first)).one()


def _claims(wanted: AreaFilter) -> Iterator[ColumnElement[bool]]:
    yield col(AreaRecordRow.scheme) == wanted.scheme.value
    yield _is_so(wanted.as_of)
    if wanted.within is not None:
        yield _lies_in(wanted.within)
    if wanted.level is not None:
        yield col(AreaRecordRow.level) == wanted.level.value
    if wanted.is_formal is not None:
        yield col(AreaRecordRow.is_formal).is_(wanted.is_formal)
    if wanted.name is not None:
        yield from _has_in_its_name(wanted.name)
    if wanted.q is not None:
        yield from _is_looked_for(wanted.q)


def _has_in_its_name(part: str) -> Iterator[ColumnElement[bool]]:
    # The index knows pairs of characters; what it finds may have them in other places.
    has_all = col(AreaRecordRow.grams).bool_op("@>")
    yield has_all(cast(list(needed_grams(part)), ARRAY(Text)))
    yield col(AreaRecordRow.name).contains(part, autoescape=True)


def _is_looked_for(q: str) -> Iterator[ColumnElement[bool]]:
    if not q.isascii():
        yield from _has_in_its_name(q)
        return
    letters = letters_of(q)
    yield or_(
        *(
            (key >= letters) & (key < letters + _AFTER_LETTERS)
            for key in (col(AreaRecordRow.pinyin), col(AreaRecordRow.initials))
        )
    )


_AFTER_LETTERS: Final = "{"
"""Comes after every letter and digit, so that a range of keys has all that begin alike."""


def _is_so(as_of: date | None) -> ColumnElement[bool]:
    until = col(AreaRecordRow.valid_until)
    if as_of is None:
        return until.is_(None)
    return (col(AreaRecordRow.valid_from) <= as_of) & or_(until.is_(None), until > as_of)


def _lies_in(code: str) -> ColumnElement[bool]:
    return col(AreaRecordRow.ancestors).bool_op("@>")(cast([code], ARRAY(Text)))


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


_NONE: Final = (0, 0)


def _document(areas: Sequence[ListedArea]) -> str:
    return json.dumps([_line(area) for area in areas], ensure_ascii=False)


def _line(area: ListedArea) -> dict[str, Any]:
    keys = keys_of(area.name)
    return {
        "code": area.ref.code,
        "name": area.name,
        "kind": area.kind.value,
        "level": area.level.value,
        "is_formal": area.is_formal,
        "located_in": area.located_in,
        "parent": area.parent,
        "ancestors": area.ancestors,
        "pool_id": str(area.pool_id),
        "pinyin": keys.pinyin,
        "initials": keys.initials,
        "grams": keys.grams,
    }


_READ: Final = tuple(
    getattr(AreaRecordRow, name)
    for name in (
        *("scheme", "code", "valid_from", "valid_until", "pinyin", "initials"),
        *_TOLD.split(", "),
    )
)


def _to_record(row: Any) -> RecordedArea:  # noqa: ANN401 - a row, or its columns
    return RecordedArea(
        area=ListedArea(
            ref=AreaRef(AreaScheme(row.scheme), row.code),
            name=row.name,
            level=AreaLevel(row.level),
            is_formal=row.is_formal,
            parent=row.parent,
            ancestors=tuple(row.ancestors),
            pool_id=row.pool_id,
            kind=AreaKind(row.kind),
            located_in=row.located_in,
        ),
        pinyin=row.pinyin,
        initials=row.initials,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
