"""Needs that are new are written past the session; all that callers see stays the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from case_requests import a_line_body, a_need_body, problem
from sqlalchemy import text

from common.persistence.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from testing.api import Api

NEEDS = "/cases/v1/needs"
TABLES = ("need", "need_line", "outbox", "idempotency_key")


async def counts(client: Api) -> dict[str, int]:
    found: dict[str, int] = {}
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        for table in TABLES:
            rows = await connection.execute(text(f"select count(*) from {table}"))  # noqa: S608
            found[table] = rows.scalar_one()
    return found


async def test_a_new_need_opens_no_session(community: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first request finds out about the account and the area, which are then not asked again.
    for known in (community.frame.accounts, community.frame.areas):
        monkeypatch.setattr(known, "_now", lambda: 0.0)
    await community.post(NEEDS, json=a_need_body())

    def fail(_: object) -> Any:  # noqa: ANN401 - it returns nothing
        pytest.fail("a session was asked for")

    with monkeypatch.context() as patched:
        patched.setattr(UnitOfWork, "transaction", fail)
        answer = await community.post(NEEDS, json=a_need_body())
        both = {"needs": [a_need_body(), a_need_body()]}
        batch = await community.post(f"{NEEDS}/batch", json=both)

    assert answer.status_code == 201
    assert [item["status"] for item in batch.json()["items"]] == [201, 201]
    assert await counts(community) == {
        "need": 4,
        "need_line": 4,
        "outbox": 4,
        "idempotency_key": 3,
    }


async def test_a_replay_is_answered_alike(community: Api) -> None:
    key = {"idempotency-key": str(uuid4())}
    need = a_need_body()
    await community.post(NEEDS, json=a_need_body())
    first = await community.post(NEEDS, json=need, headers=key)

    again = await community.post(NEEDS, json=need, headers=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.headers["etag"], again.headers["location"]) == (
        first.headers["etag"],
        first.headers["location"],
    )


async def test_a_taken_line_undoes_all_that_was_added(community: Api) -> None:
    line = str(uuid4())
    await community.post(NEEDS, json=a_need_body(lines=[a_line_body(id=line)]))
    before = await counts(community)

    answer = await community.post(NEEDS, json=a_need_body(lines=[a_line_body(id=line)]))

    assert (answer.status_code, problem(answer)) == (409, "line-id-taken")
    assert await counts(community) == before


async def test_in_a_batch_the_new_ones_are_added_beside_a_known_one(community: Api) -> None:
    known = a_need_body(id=str(uuid4()))
    await community.post(NEEDS, json=known)

    answer = await community.post(f"{NEEDS}/batch", json={"needs": [a_need_body(), known]})

    assert [item["status"] for item in answer.json()["items"]] == [201, 200]
    assert (await counts(community))["outbox"] == 2


async def test_a_storm_of_broken_requests_loses_no_answered_need(
    client: Api, community: Api
) -> None:
    await community.post(NEEDS, json=a_need_body(id=str(uuid4())))
    answered: list[str] = []

    async def call(number: int) -> None:
        need = a_need_body(id=str(uuid4()))
        post = asyncio.ensure_future(community.post(NEEDS, json=need))
        if number % 2:
            for _ in range(number % 40):
                await asyncio.sleep(0)
            post.cancel()
        try:
            answer = await post
        except asyncio.CancelledError:
            return
        assert answer.status_code == 201, answer.text
        answered.append(need["id"])

    for start in range(0, 200, 10):
        await asyncio.gather(*(call(number) for number in range(start, start + 10)))

    found = await counts(client)
    assert len(answered) >= 100
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        stored = await connection.execute(
            text("select count(*) from need where id = any(cast(:ids as uuid[]))"),
            {"ids": answered},
        )
        assert stored.scalar_one() == len(answered)
    assert found["need"] == found["need_line"] == found["outbox"] == found["idempotency_key"]
