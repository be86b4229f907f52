"""One row of every table for each of two counties, made from the catalog alone.

Whatever table a migration adds gets its rows here without being named, and so is tried too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_COLUMNS: Final = text("""
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
        a.attnotnull and not a.atthasdef and a.attidentity = '' as is_needed,
        coalesce(a.attnum = any(i.indkey), false) as is_key
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum
""")
_OF_TYPE: Final[Mapping[str, object]] = {
    "boolean": False,
    "date": "2026-03-02",
    "timestamp with time zone": "2026-03-02T08:00:00Z",
    "json": {},
    "jsonb": {},
    "bytea": "\\x00",
    "double precision": 1,
}
# Which table's row a column with the name of its key and "_id" belongs to.
_LINKS: Final[Mapping[str, str]] = {
    "contract": "service_contract",
    "import": "import_job",
    "match": "match",
    "meeting": "meeting",
    "need": "need",
    "offer": "offer",
    "party": "party",
    "service_entry": "service_entry",
    "station": "station",
    "training": "training",
    "examination": "examination",
    "expert": "expert",
    "talent_plan": "talent_plan",
    "talent_station": "talent_station",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as the catalog has it."""

    name: str
    type: str
    is_needed: bool
    is_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose rows they are: an area, and what else tells its rows from those of the other."""

    area: str

    @property
    def org(self) -> UUID:
        """The organisation of the row's party."""
        return self.id_in("party")

    @property
    def sub(self) -> str:
        """The login that rows of one person belong to."""
        return f"worker of {self.area}"

    def id_in(self, table: str, salt: str = "") -> UUID:
        """Return the key of the owner's row in a table."""
        return uuid5(NAMESPACE_DNS, f"{table} {self.area}{salt}")


async def tables_of(connection: AsyncConnection) -> Mapping[str, Sequence[Column]]:
    """Return the columns of every table there is."""
    found: dict[str, list[Column]] = {}
    for row in (await connection.execute(_COLUMNS)).mappings():
        values: dict[str, Any] = {**row}
        found.setdefault(values.pop("table"), []).append(Column(**values))
    return found


def row_of(table: str, columns: Iterable[Column], owner: Owner, *, salt: str = "") -> str:
    """Return a row of an owner as JSON; with a salt, another one beside the first."""
    values = {column.name: _value(table, column, owner, salt) for column in columns}
    return json.dumps({name: value for name, value in values.items() if value is not None})


async def put(connection: AsyncConnection, table: str, row: str) -> None:
    """Insert a row."""
    names = ", ".join(f'"{name}"' for name in json.loads(row))
    statement = f"""
        insert into {table} ({names}) overriding system value
        select {names} from json_populate_record(null::{table}, :row)
    """  # noqa: S608
    await connection.execute(text(statement), {"row": row})


def is_row(table: str, columns: Iterable[Column]) -> str:
    """Return the condition that a row is the one given as ``:row``."""
    keys = [f'"{column.name}"' for column in columns if column.is_key]
    ours, given = (", ".join(f"{of}.{key}" for key in keys) for of in (table, "given"))
    return f"({ours}) = (select {given} from json_populate_record(null::{table}, :row) as given)"  # noqa: S608


def _value(table: str, column: Column, owner: Owner, salt: str) -> object:
    name = column.name
    by_name = {
        "scheme": "nbs",
        "area": owner.area,
        "code": owner.area,
        "ancestors": [owner.area],
        "sub": owner.sub,
        "about": str(owner.id_in("place", salt if table == "place" else "")),
        "org": str(owner.org),
        "secret_sha256": f"secret of {owner.area}{salt}",
    }
    if name in by_name:
        return by_name[name]
    if name in {"id", f"{table}_id"}:
        return _key(table, column, owner, salt)
    if (of := name.removesuffix("_id")) in _LINKS and of != name:
        return str(owner.id_in(_LINKS[of]))
    if column.is_key:
        return _key(name, column, owner, salt)
    return _filler(column, owner, salt) if column.is_needed else None


def _key(of: str, column: Column, owner: Owner, salt: str) -> object:
    if column.type == "uuid":
        return str(owner.id_in(of, salt))
    if column.type in {"text", "character varying"}:
        return f"{of} {owner.area}{salt}"
    if column.type == "date":
        return f"2026-03-{1 + len(salt):02}"
    return int(owner.area[-4:]) + len(salt)


def _filler(column: Column, owner: Owner, salt: str) -> object:
    if column.type == "uuid":
        return str(owner.id_in(column.name, salt))
    if column.type in {"text", "character varying"}:
        return f"{column.name} {owner.area}{salt}"
    if column.type.endswith("[]"):
        return []
    return _OF_TYPE.get(column.type, int(owner.area[-4:]) + len(salt))
