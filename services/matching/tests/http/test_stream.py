"""The stream of proposals over a real socket: in scope, in order, and resumable."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from common.grants import Role
from common.runtime import Server
from matching.app.permissions import WATCH_PROPOSALS
from testing.api import STREET, Api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from matching_desk import Desk

STREAM = "/matching/v1/proposals/stream"


@asynccontextmanager
async def listening(client: Api, caller: Api) -> AsyncGenerator[httpx.AsyncClient]:
    """A caller of the same application behind a socket, for an answer that does not end."""
    server = Server(client.app, "127.0.0.1", 0)
    serving = asyncio.create_task(server.serve())
    headers = {"authorization": caller.headers["authorization"]}
    address = f"http://127.0.0.1:{server.port}"
    try:
        async with httpx.AsyncClient(base_url=address, headers=headers, trust_env=False) as http:
            yield http
    finally:
        client.app.state.draining.set()
        server.should_exit = True
        await serving


async def events(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    async for line in answer.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "data":
            event["data"] = json.loads(value)
        elif field in {"id", "event"}:
            event[field] = value
        elif not line and event:
            yield event
            event = {}


async def hear(
    client: Api, caller: Api, count: int, *, after: str | None = "0"
) -> list[dict[str, Any]]:
    headers = {} if after is None else {"last-event-id": after}
    async with (
        asyncio.timeout(20),
        listening(client, caller) as http,
        http.stream("GET", STREAM, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = events(answer)
        return [await anext(heard) for _ in range(count)]


async def a_history(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)


async def test_the_stream_tells_each_fact_with_its_number(
    client: Api, desk: Desk, worker: Api
) -> None:
    await a_history(desk)

    heard = await hear(client, worker, 3)

    assert [event["event"] for event in heard] == ["proposed", "asked", "accepted"]
    assert [event["id"] for event in heard] == [str(event["data"]["sequence"]) for event in heard]
    assert {event["data"]["area"] for event in heard} == {STREET}


async def test_who_comes_back_misses_nothing_and_hears_nothing_twice(
    client: Api, desk: Desk, worker: Api
) -> None:
    await a_history(desk)
    first, *_others = await hear(client, worker, 3)
    client.app.state.draining.clear()

    rest = await hear(client, worker, 2, after=first["id"])

    assert [event["event"] for event in rest] == ["asked", "accepted"]


async def test_what_happens_now_is_told_at_once(client: Api, desk: Desk, worker: Api) -> None:
    await a_history(desk)
    last = (await desk.rows("select max(sequence) as last from proposal_feed"))[0].last
    hearing = asyncio.create_task(hear(client, worker, 1, after=str(last)))

    await desk.need("another")
    await desk.plan()

    ((event,)) = await hearing
    assert event["event"] == "proposed"


async def test_a_worker_of_another_county_hears_nothing_of_it(
    client: Api, desk: Desk, worker: Api
) -> None:
    del worker
    await a_history(desk)
    stranger = await client.signed_in("station_worker", "210204")
    hearing = asyncio.create_task(hear(client, stranger, 1))

    await desk.need("theirs", area=_area("210204008"))
    await desk.plan()

    ((event,)) = await hearing
    assert event["data"]["area"] == "210204008"


async def test_a_partner_hears_from_the_moment_it_is_asked(client: Api, desk: Desk) -> None:
    await a_history(desk)
    party_id = (await desk.matches())[0].match.pairing.party_id
    partner = await client.signed_in("partner", org=party_id)

    heard = await hear(client, partner, 2)

    assert [event["event"] for event in heard] == ["asked", "accepted"]


@pytest.mark.parametrize("role", [role for role in Role if role not in WATCH_PROPOSALS.reach])
async def test_roles_without_the_permission_may_not_listen(client: Api, role: Role) -> None:
    caller = await client.signed_in(role, STREET)

    answer = await caller.get(STREAM)

    assert answer.status_code == 403


async def test_an_id_that_no_stream_has_sent_is_refused(worker: Api) -> None:
    answer = await worker.get(STREAM, headers={"last-event-id": "yesterday"})

    assert answer.status_code == 422


def _area(code: str) -> object:
    from common.places import AreaRef  # noqa: PLC0415
    from common.vocabulary import AreaScheme  # noqa: PLC0415

    return AreaRef(AreaScheme.NBS, code)
