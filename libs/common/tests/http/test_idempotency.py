from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from common.http.server import create_app
from testing.api import STREET, Api
from testing.callers import a_grant
from testing.desk.notes import Desk
from testing.desk.service import Settings, build

if TYPE_CHECKING:
    import httpx

NOTE: dict[str, Any] = {"title": "雨棚", "scheme": "nbs", "area": STREET}
NOTES = "/desk/v1/notes"
SLOW = "/desk/v1/slow_notes"


async def rows(desk: Api, table: str) -> int:
    async with desk.frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(text(f"select count(*) from {table}"))  # noqa: S608
        return int(found.scalar_one())


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def told(answer: httpx.Response) -> dict[str, str]:
    own = {"x-request-id", "idempotency-replayed"}
    return {name: value for name, value in answer.headers.items() if name not in own}


async def test_a_hundred_keys_of_twenty_calls_each_have_a_hundred_effects(
    desk: Api, worker: Api
) -> None:
    keys = [f"key-{number}" for number in range(100)]

    async def twenty(key: str) -> list[httpx.Response]:
        body = {**NOTE, "title": key}
        calls = (worker.post(NOTES, json=body, headers={"idempotency-key": key}) for _ in range(20))
        return await asyncio.gather(*calls)

    answers = [await twenty(key) for key in keys]

    assert await rows(desk, "note") == 100
    assert await rows(desk, "outbox") == 100
    assert await rows(desk, "idempotency_key") == 100
    for of_key in answers:
        assert {answer.status_code for answer in of_key} == {201}
        assert len({answer.content for answer in of_key}) == 1
        assert all(told(answer) == told(of_key[0]) for answer in of_key)
        assert sum("idempotency-replayed" not in answer.headers for answer in of_key) == 1


async def test_a_replay_has_the_same_headers(worker: Api) -> None:
    headers = {"idempotency-key": "k"}

    first = await worker.post(NOTES, json=NOTE, headers=headers)
    again = await worker.post(NOTES, json=NOTE, headers=headers)

    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"] == '"1"'
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers.get_list("content-length") == first.headers.get_list("content-length")


@pytest.mark.parametrize("other", ["body", "path", "query"])
async def test_a_key_belongs_to_one_request(desk: Api, worker: Api, other: str) -> None:
    headers = {"idempotency-key": "k"}
    await worker.post(NOTES, json=NOTE, headers=headers)

    body = {**NOTE, "title": "伞"} if other == "body" else NOTE
    path = {"path": SLOW, "query": f"{NOTES}?"}.get(other, NOTES)
    answer = await worker.post(path, json=body, headers=headers)

    if other == "query":
        # An empty query is no query: the same request.
        assert answer.status_code == 201
    else:
        assert (answer.status_code, code_of(answer)) == (422, "idempotency-key-reused")
    assert await rows(desk, "note") == 1


async def test_keys_of_two_callers_are_two(desk: Api, worker: Api) -> None:
    colleague = await desk.signed_in("station_worker", STREET)

    await worker.post(NOTES, json=NOTE, headers={"idempotency-key": "k"})
    await colleague.post(NOTES, json=NOTE, headers={"idempotency-key": "k"})

    assert await rows(desk, "note") == 2


async def test_a_key_that_is_none_is_refused(worker: Api) -> None:
    for key in (b"", b"has space", "é".encode(), b"k" * 256):
        answer = await worker.post(NOTES, json=NOTE, headers={b"idempotency-key": key})

        assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-missing"), key


async def test_no_key_is_refused(worker: Api) -> None:
    request = worker.build_request("POST", NOTES, json=NOTE)
    del request.headers["idempotency-key"]

    answer = await worker.send(request)

    assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-missing")


async def test_two_keys_are_refused(worker: Api) -> None:
    answer = await worker.post(
        NOTES, json=NOTE, headers=[("idempotency-key", "a"), ("idempotency-key", "b")]
    )

    assert (answer.status_code, code_of(answer)) == (400, "idempotency-key-missing")


async def test_a_refused_request_keeps_nothing(desk: Api, worker: Api) -> None:
    headers = {"idempotency-key": "k"}
    refused = await worker.post(NOTES, json={**NOTE, "area": "999"}, headers=headers)

    answer = await worker.post(NOTES, json=NOTE, headers=headers)

    assert (refused.status_code, code_of(refused)) == (422, "unknown-area")
    assert answer.status_code == 201
    assert await rows(desk, "idempotency_key") == 1


@pytest.mark.parametrize("where", ["this process", "another process"])
async def test_a_request_in_flight_is_told_of(desk: Api, worker: Api, where: str) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    headers = {"idempotency-key": "k"}
    first = asyncio.ensure_future(worker.post(SLOW, json=NOTE, headers=headers))
    await asyncio.wait_for(application.arrivals.acquire(), 10)

    other = build(Settings.model_validate(desk.frame.settings.model_dump()))
    there = Api(create_app(other), other, desk.issuer)
    there.headers["authorization"] = worker.headers["authorization"]
    second = await (worker if where == "this process" else there).post(
        SLOW, json=NOTE, headers=headers
    )
    application.gate.set()

    assert (second.status_code, code_of(second)) == (409, "request-in-progress")
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 201
    third = await worker.post(SLOW, json=NOTE, headers=headers)
    assert third.content == (await first).content
    assert await rows(desk, "note") == 1
    await there.aclose()
    await other.frame.close()


async def test_waiting_for_a_slow_request_takes_no_connection(desk: Api, worker: Api) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    headers = {"idempotency-key": "k"}
    slow = [asyncio.ensure_future(worker.post(SLOW, json=NOTE, headers=headers)) for _ in range(30)]
    await asyncio.wait_for(application.arrivals.acquire(), 10)

    async with asyncio.timeout(0.9):
        others = await asyncio.gather(*(worker.get(NOTES) for _ in range(20)))

    application.gate.set()
    assert {answer.status_code for answer in others} == {200}
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {201}
    assert await rows(desk, "note") == 1


async def test_a_request_that_is_broken_off_leaves_nothing_behind(desk: Api, worker: Api) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    headers = {"idempotency-key": "k"}
    for _ in range(20):
        call = asyncio.ensure_future(worker.post(SLOW, json=NOTE, headers=headers))
        await asyncio.wait_for(application.arrivals.acquire(), 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    assert await rows(desk, "note") == 0
    assert await rows(desk, "idempotency_key") == 0
    application.gate.set()
    assert (await worker.post(SLOW, json=NOTE, headers=headers)).status_code == 201
    assert await rows(desk, "note") == 1


async def test_a_storm_of_broken_requests_loses_no_answered_one(desk: Api, worker: Api) -> None:
    answered: list[str] = []

    async def call(number: int) -> None:
        title = str(uuid4())
        post = asyncio.ensure_future(worker.post(NOTES, json={**NOTE, "title": title}))
        if number % 2:
            for _ in range(number % 40):
                await asyncio.sleep(0)
            post.cancel()
        try:
            answer = await post
        except asyncio.CancelledError:
            return
        if answer.status_code == 201:
            answered.append(title)

    for start in range(0, 300, 10):
        await asyncio.gather(*(call(number) for number in range(start, start + 10)))

    listed = await everything(worker)
    assert len(answered) >= 100
    assert set(answered) <= listed
    assert await rows(desk, "note") == await rows(desk, "outbox")
    assert await rows(desk, "note") == await rows(desk, "idempotency_key")


async def everything(worker: Api) -> set[str]:
    titles: set[str] = set()
    path: str | None = f"{NOTES}?limit=200"
    while path is not None:
        page = await worker.get(path)
        titles |= {item["title"] for item in page.json()["items"]}
        path = page.links["next"]["url"] if "next" in page.links else None
    return titles


async def test_the_rule_is_asked_again_before_a_replay(desk: Api) -> None:
    sub = "worker-7"
    worker = await desk.signed_in("station_worker", STREET, sub=sub)
    await worker.post(NOTES, json=NOTE, headers={"idempotency-key": "k"})
    await desk.put_account(sub, [a_grant("analyst", STREET)], version=2)

    answer = await worker.post(NOTES, json=NOTE, headers={"idempotency-key": "k"})

    assert (answer.status_code, code_of(answer)) == (403, "role-not-permitted")


async def test_events_carry_the_trace_of_their_request(desk: Api, worker: Api) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}

    await worker.post(NOTES, json=NOTE, headers=headers)
    await worker.post(NOTES, json=NOTE, headers={"traceparent": "nonsense"})

    async with desk.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        found = await connection.execute(text("select traceparent from outbox order by seq"))
        first, second = found.scalars()
    assert trace in first
    assert trace not in second


async def test_a_connection_that_breaks_in_the_middle_undoes_everything(
    desk: Api, worker: Api
) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    headers = {"idempotency-key": "k"}
    call = asyncio.ensure_future(worker.post(SLOW, json=NOTE, headers=headers))
    await asyncio.wait_for(application.arrivals.acquire(), 10)

    address = desk.frame.settings.database_url.get_secret_value().replace("+asyncpg", "")
    other = await asyncpg.connect(address)
    await other.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and state = 'idle in transaction'"
    )
    await other.close()
    application.gate.set()
    broken = await call

    assert (broken.status_code, code_of(broken)) == (503, "temporarily-unavailable")
    assert (await worker.post(SLOW, json=NOTE, headers=headers)).status_code == 201
    assert await rows(desk, "note") == await rows(desk, "outbox") == 1
