"""People's keys in a PostgreSQL database of their own, wrapped."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from typing_extensions import override

from common.clearance import system
from common.persistence.unit_of_work import tell
from common.personal.key_ring import Wrapped
from common.personal.key_store import KeyStore, PersonErased
from common.personal.sealing import new_data_key

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from common.personal.key_ring import RingAtHand
    from common.personal.sealing import DataKey

MIGRATIONS: Final = "common.personal"
"""The package whose migrations make the database of keys."""
BATCH: Final = 500


class PostgresKeys(KeyStore):
    """The keys in one database; every call is a transaction of its own."""

    def __init__(self, engine: AsyncEngine, ring: RingAtHand) -> None:
        self._engine: Final = engine
        self._ring: Final = ring

    @override
    async def provide(self, person_ids: Collection[UUID], /) -> Mapping[UUID, DataKey]:
        if not person_ids:
            return {}
        # In one order, so that two who make keys for the same people do not wait for each other.
        ids = sorted(set(person_ids))
        made = [self._ring.ring.wrap(new_data_key(person_id)) for person_id in ids]
        values = {
            "ids": ids,
            "versions": [each.version for each in made],
            "contents": [each.content for each in made],
        }
        async with self._transaction() as connection:
            await connection.execute(_ADD, values)
            found = (await connection.execute(_FIND, {"ids": ids})).all()
        for row in found:
            if row.wrapped is None:
                raise PersonErased(person_id=row.person_id)
        return self._opened(found)

    @override
    async def find(self, person_ids: Collection[UUID], /) -> Mapping[UUID, DataKey]:
        async with self._transaction() as connection:
            found = (await connection.execute(_FIND, {"ids": list(person_ids)})).all()
        return self._opened([row for row in found if row.wrapped is not None])

    @override
    async def erase(self, person_ids: Collection[UUID], /, *, at: datetime) -> None:
        async with self._transaction() as connection:
            await connection.execute(_ERASE, {"ids": sorted(person_ids), "at": at})

    @override
    async def erased(self) -> frozenset[UUID]:
        async with self._transaction() as connection:
            return frozenset((await connection.execute(_ERASED)).scalars())

    @override
    async def rewrap(self) -> int:
        count = 0
        while True:
            async with self._transaction() as connection:
                current = {"version": self._ring.ring.current, "limit": BATCH}
                found = (await connection.execute(_OTHERWISE_WRAPPED, current)).all()
                for key in self._opened(found).values():
                    again = self._ring.ring.wrap(key)
                    await connection.execute(
                        _REWRAP,
                        {
                            "id": key.person_id,
                            "version": again.version,
                            "content": again.content,
                        },
                    )
            count += len(found)
            if not found:
                return count

    def _opened(self, rows: Sequence[Row[tuple[UUID, int, bytes]]]) -> Mapping[UUID, DataKey]:
        return {
            row.person_id: self._ring.having(row.ring_version).unwrap(
                Wrapped(version=row.ring_version, content=row.wrapped), row.person_id
            )
            for row in rows
        }

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[AsyncConnection]:
        async with self._engine.begin() as connection:
            await tell(connection, system("keys"))
            yield connection


_ADD: Final = text("""
    insert into data_key (person_id, ring_version, wrapped)
    select * from unnest(
        cast(:ids as uuid[]), cast(:versions as bigint[]), cast(:contents as bytea[])
    )
    on conflict (person_id) do nothing
""")
_FIND: Final = text("""
    select person_id, ring_version, wrapped from data_key
    where person_id = any(cast(:ids as uuid[]))
""")
# A row stays behind, so that nobody makes another key for somebody who was erased.
_ERASE: Final = text("""
    insert into data_key (person_id, ring_version, erased_at)
    select person_id, 0, :at from unnest(cast(:ids as uuid[])) as person_id
    on conflict (person_id) do update
    set ring_version = 0, wrapped = null, erased_at = excluded.erased_at
    where data_key.erased_at is null
""")
_ERASED: Final = text("select person_id from data_key where erased_at is not null")
_OTHERWISE_WRAPPED: Final = text("""
    select person_id, ring_version, wrapped from data_key
    where wrapped is not null and ring_version <> :version
    order by person_id limit :limit
    for update skip locked
""")
_REWRAP: Final = text("""
    update data_key set ring_version = :version, wrapped = :content where person_id = :id
""")
