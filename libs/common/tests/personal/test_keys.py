"""People's keys in their own database: kept wrapped, turned under load, gone when erased."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from common.persistence.engine import create_engine
from common.personal.key_ring import RingAtHand, new_key_ring, write_key_ring
from common.personal.key_store import PersonErased
from common.personal.postgres_keys import MIGRATIONS, PostgresKeys
from testing.postgres import all_seeing, fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
async def url() -> AsyncGenerator[SecretStr]:
    async with fresh_database(MIGRATIONS) as url:
        yield url


@pytest.fixture
async def engine(url: SecretStr) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(url, pool=4, application_name="keys")
    yield engine
    await engine.dispose()


@pytest.fixture
def ring_file(tmp_path: Path) -> Path:
    write_key_ring(tmp_path / "ring.json", new_key_ring())
    return tmp_path / "ring.json"


@pytest.fixture
def keys(engine: AsyncEngine, ring_file: Path) -> PostgresKeys:
    return PostgresKeys(engine, RingAtHand(str(ring_file)))


async def rows(url: SecretStr, *, columns: str = "*") -> Sequence[tuple[object, ...]]:
    engine = create_engine(all_seeing(url), pool=1, application_name="look")
    async with engine.connect() as connection:
        found = (await connection.execute(text(f"select {columns} from data_key"))).all()  # noqa: S608
    await engine.dispose()
    return [tuple(row) for row in found]


async def test_a_person_has_one_key_however_many_ask_at_once(keys: PostgresKeys) -> None:
    people = [uuid4() for _ in range(5)]

    given = await asyncio.gather(*(keys.provide(people[::step]) for step in (1, -1, 1, -1)))

    assert [each.keys() for each in given] == [set(people)] * 4
    assert {tuple(each[person].secret for person in people) for each in given} == {
        tuple(given[0][person].secret for person in people)
    }
    assert await keys.find(people) == given[0]
    assert await keys.find([uuid4()]) == {}


async def test_no_key_is_kept_as_it_is(keys: PostgresKeys, url: SecretStr) -> None:
    person = uuid4()

    key = (await keys.provide([person]))[person]

    ((wrapped,),) = await rows(url, columns="wrapped")
    assert isinstance(wrapped, bytes)
    assert key.secret not in wrapped


async def test_who_declares_nothing_sees_no_key(keys: PostgresKeys, url: SecretStr) -> None:
    await keys.provide([uuid4()])
    engine = create_engine(url, pool=1, application_name="nobody")

    async with engine.connect() as connection:
        found = (await connection.execute(text("select * from data_key"))).all()

    await engine.dispose()
    assert found == []


async def test_an_erased_person_has_no_key_and_never_gets_another(
    keys: PostgresKeys, url: SecretStr
) -> None:
    person, other = uuid4(), uuid4()
    sealed = (await keys.provide([person, other]))[person].seal("王小美", field="contact.name")

    await keys.erase([person], at=NOW)
    await keys.erase([person], at=NOW)

    assert (await keys.find([person, other])).keys() == {other}
    assert await keys.erased() == {person}
    with pytest.raises(PersonErased):
        await keys.provide([other, person])
    assert sealed not in {row[0] for row in await rows(url, columns="wrapped")}
    assert (None, 0) in await rows(url, columns="wrapped, ring_version")


async def test_who_was_erased_before_anything_was_kept_gets_no_key(keys: PostgresKeys) -> None:
    person = uuid4()

    await keys.erase([person], at=NOW)

    with pytest.raises(PersonErased):
        await keys.provide([person])


async def test_a_ring_is_turned_while_others_read_and_write(
    keys: PostgresKeys, engine: AsyncEngine, ring_file: Path, url: SecretStr
) -> None:
    people = [uuid4() for _ in range(600)]
    before = await keys.provide(people)
    operator = RingAtHand(str(ring_file))
    operator.turn()
    late = uuid4()

    async def read() -> None:
        for _ in range(5):
            assert await keys.find(people) == before

    rewrapped, *_ = await asyncio.gather(
        PostgresKeys(engine, operator).rewrap(), read(), read(), keys.provide([late])
    )

    # One more was wrapped by a process that did not know of the turn; the next run finds it.
    assert rewrapped + await PostgresKeys(engine, operator).rewrap() in {600, 601}
    assert set(await rows(url, columns="ring_version")) == {(2,)}
    assert await keys.find(people) == before
    assert (await keys.find([late])).keys() == {late}
