from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import common.http.sse
from common.runtime import Server
from testing.api import STREET, Api
from testing.callers import a_grant
from testing.desk.notes import Desk
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

NUMBERS = "/desk/v1/numbers"


@asynccontextmanager
async def listening(desk: Api, caller: Api) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the same application behind a real socket, for answers that do not end."""
    server = Server(desk.app, "127.0.0.1", 0)
    serving = asyncio.create_task(server.serve())
    headers = {"authorization": caller.headers["authorization"]}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{server.port}", headers=headers, trust_env=False
    ) as client:
        yield client
    server.should_exit = True
    await serving


async def lines(answer: httpx.Response) -> AsyncIterator[str]:
    async for line in answer.aiter_lines():
        if line.startswith("id: "):
            yield line.removeprefix("id: ")


@pytest.fixture
def application(desk: Api) -> Desk:
    found: Any = desk.service.application
    assert isinstance(found, Desk)
    return found


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common.http.sse, "CHECK_SECONDS", 0.05)


async def test_a_stream_tells_what_happens_until_it_is_over(
    desk: Api, worker: Api, application: Desk
) -> None:
    application.gate.set()
    async with (
        asyncio.timeout(10),
        listening(desk, worker) as client,
        client.stream("GET", NUMBERS) as answer,
    ):
        heard = [line async for line in lines(answer)]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert heard == ["1", "2", "3", "4"]


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    desk: Api, worker: Api, application: Desk
) -> None:
    application.gate.set()
    async with (
        asyncio.timeout(10),
        listening(desk, worker) as client,
        client.stream("GET", NUMBERS, headers={"last-event-id": "3"}) as answer,
    ):
        heard = [line async for line in lines(answer)]

    assert heard == ["4", "5", "6", "7"]


async def test_a_stream_ends_when_the_process_drains(desk: Api, worker: Api) -> None:
    async with (
        asyncio.timeout(10),
        listening(desk, worker) as client,
        client.stream("GET", NUMBERS) as answer,
    ):
        heard = lines(answer)
        assert [await anext(heard) for _ in range(3)] == ["1", "2", "3"]
        desk.app.state.draining.set()
        assert [line async for line in heard] == []


async def test_a_stream_ends_with_the_grants_that_opened_it(desk: Api) -> None:
    caller = await desk.signed_in("analyst", STREET, sub="analyst-1")
    async with (
        asyncio.timeout(10),
        listening(desk, caller) as client,
        client.stream("GET", NUMBERS) as answer,
    ):
        heard = lines(answer)
        assert await anext(heard) == "1"
        await desk.put_account("analyst-1", [], version=2)
        rest = [line async for line in heard]

    assert rest == ["2", "3"]


async def test_a_stream_ends_in_peace_when_nobody_can_say_whether_it_may_go_on(
    desk: Api, worker: Api, caplog: pytest.LogCaptureFixture
) -> None:
    class Away:
        async def admit(self, *_: object) -> None:
            raise ConnectionRefusedError

    async with (
        asyncio.timeout(20),
        listening(desk, worker) as client,
        client.stream("GET", NUMBERS) as answer,
    ):
        heard = lines(answer)
        assert await anext(heard) == "1"
        desk.app.state.edge = Away()
        rest = [line async for line in heard]

    assert rest == ["2", "3"]
    assert "defect" not in caplog.text


async def test_a_stream_ends_with_the_token(desk: Api) -> None:
    await desk.put_account("analyst-1", [a_grant("analyst", STREET)])
    claims = desk.issuer.claims("analyst-1", [a_grant("analyst", STREET)])
    # Clocks may differ by 60 s: this token is good for about one more second.
    caller = await desk.bearing(desk.issuer.mint({**claims, "exp": claims["iat"] - 58}))
    async with (
        asyncio.timeout(20),
        listening(desk, caller) as client,
        client.stream("GET", NUMBERS) as answer,
    ):
        assert answer.status_code == 200
        assert [line async for line in lines(answer)] == ["1", "2", "3"]


async def test_whoever_may_not_listen_gets_a_problem(desk: Api) -> None:
    stranger = await desk.signed_in("volunteer", STREET)

    answer = await stranger.get(NUMBERS)

    assert answer.status_code == 403


async def test_an_id_that_we_never_sent_is_refused(worker: Api) -> None:
    answer = await worker.get(NUMBERS, headers={"last-event-id": "x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/header/last-event-id"


async def test_a_listener_who_leaves_is_forgotten(desk: Api, worker: Api) -> None:
    before = len(asyncio.all_tasks())
    async with listening(desk, worker) as client:
        async with client.stream("GET", NUMBERS) as answer:
            assert await anext(lines(answer)) == "1"
        await until(lambda: len(asyncio.all_tasks()) <= before + 3)
