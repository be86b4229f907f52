"""F4, F5, F6 at one service: its database sends it away, falls silent, or keeps it waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text

from common.http.health import Health, ops_app
from common.http.server import create_app
from common.persistence.engine import create_engine
from testing.api import STREET, Api
from testing.desk.notes import Desk
from testing.desk.service import Settings, build
from testing.links import link_to
from testing.postgres import superuser_url
from testing.silence import frozen, parent_of
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Sequence

    from testing.links import Link

NOTES = "/desk/v1/notes"
ANSWERED_WITHIN_SECONDS = 5.0
FROZEN_SECONDS = 10.0
SILENT_SECONDS = 5.0


def a_note(title: str = "") -> dict[str, Any]:
    return {"title": title or str(uuid4()), "scheme": "nbs", "area": STREET}


def url_of(api: Api) -> str:
    return api.frame.settings.database_url.get_secret_value()


@asynccontextmanager
async def session_on(desk: Api) -> AsyncGenerator[Any]:
    """Somebody else's connection to the same database."""
    # An operator's: nothing is hidden from it, so its locks meet what they are meant for.
    address = superuser_url(desk.frame.settings.database_url).get_secret_value()
    connection = await asyncpg.connect(address.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def send_all_away(other: Any) -> int:  # noqa: ANN401 - the driver has no types
    count: int = await other.fetchval(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    return count


async def is_alone(other: Any) -> bool:  # noqa: ANN401 - the driver has no types
    sessions: int = await other.fetchval(
        "select count(*) from pg_stat_activity where datname = current_database()"
    )
    return sessions == 1


async def titles(desk: Api) -> list[str]:
    async with desk.frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(text("select title from note"))
        return sorted(found.scalars())


async def timed(call: Awaitable[httpx.Response]) -> tuple[httpx.Response, float]:
    started = time.monotonic()
    answer = await call
    return answer, time.monotonic() - started


async def insist(worker: Api, title: str) -> list[int]:
    """Hand in a note as a phone does: under one key, until it is taken."""
    key, statuses = {"idempotency-key": title}, []
    async with asyncio.timeout(30):
        while 201 not in statuses:
            answer = await worker.post(NOTES, json=a_note(title), headers=key)
            statuses.append(answer.status_code)
            await asyncio.sleep(0.01)
    return statuses


async def test_connections_that_were_ended_while_nobody_used_them_cost_nobody_anything(
    desk: Api, worker: Api
) -> None:
    await asyncio.gather(*(worker.post(NOTES, json=a_note()) for _ in range(10)))
    async with session_on(desk) as other:
        assert await send_all_away(other) >= 5
        await until(lambda: is_alone(other))

        answers = [await worker.post(NOTES, json=a_note()) for _ in range(12)]

    assert [answer.status_code for answer in answers] == [201] * 12


async def test_what_is_taken_is_kept_once_although_all_connections_are_ended_again_and_again(
    desk: Api, worker: Api
) -> None:
    wanted = [str(uuid4()) for _ in range(120)]
    statuses: list[int] = []
    async with session_on(desk) as other:
        for start in range(0, len(wanted), 20):
            some = [asyncio.ensure_future(insist(worker, each)) for each in wanted[start:][:20]]
            # In the middle of it, wherever each of them is.
            await asyncio.wait(some, return_when=asyncio.FIRST_COMPLETED)
            await send_all_away(other)
            statuses += [status for each in await asyncio.gather(*some) for status in each]

    assert set(statuses) == {201, 503}
    assert await titles(desk) == sorted(wanted)


async def hammer(worker: Api, ops: httpx.AsyncClient, *, seconds: float) -> Sequence[str]:
    """Ask all the time; return what was not as it has to be while the database is silent."""
    wrong: list[str] = []
    end = time.monotonic() + seconds

    async def ask() -> None:
        while time.monotonic() < end:
            answer, took = await timed(worker.post(NOTES, json=a_note()))
            if answer.status_code != 503 or answer.headers.get("retry-after") != "1":
                wrong.append(f"{answer.status_code} {answer.text}")
            if took > ANSWERED_WITHIN_SECONDS:
                wrong.append(f"answered after {took:.1f} s")

    async def probe() -> None:
        while time.monotonic() < end:
            ready, took = await timed(ops.get("/readyz"))
            alive = await ops.get("/livez")
            if (ready.status_code, alive.status_code) != (503, 200) or took > 2:
                wrong.append(f"ready {ready.text}, alive {alive.text} after {took:.1f} s")
            await asyncio.sleep(0.5)

    # More than the pool has connections.
    await asyncio.gather(probe(), *(ask() for _ in range(25)))
    return wrong


@asynccontextmanager
async def probed(api: Api) -> AsyncGenerator[httpx.AsyncClient]:
    engine = create_engine(api.frame.settings.database_url, pool=1, application_name="probe")
    health = Health(engine, "testing.desk")
    transport = httpx.ASGITransport(ops_app(health))
    async with httpx.AsyncClient(transport=transport, base_url="http://ops.test") as ops:
        assert (await ops.get("/readyz")).status_code == 200
        yield ops
        await recovered(ops)
    await health.close()


async def recovered(ops: httpx.AsyncClient) -> None:
    async def is_ready() -> bool:
        return (await ops.get("/readyz")).status_code == 200

    await until(is_ready, seconds=10)


async def test_while_the_database_is_frozen_everybody_is_told_in_time_to_come_again(
    desk: Api, worker: Api
) -> None:
    await asyncio.gather(*(worker.post(NOTES, json=a_note("before")) for _ in range(10)))
    async with session_on(desk) as other, probed(desk) as ops:
        server = parent_of(await other.fetchval("select pg_backend_pid()"))
        with frozen(server):
            wrong = await hammer(worker, ops, seconds=FROZEN_SECONDS)
        statuses = await insist(worker, "after")

    assert wrong == []
    assert set(statuses) <= {201, 503}
    found = await titles(desk)
    assert (found.count("before"), found.count("after")) == (10, 1)


@asynccontextmanager
async def behind(link: Link, desk: Api) -> AsyncGenerator[Api]:
    """The same service once more, with a link between it and its database."""
    url = make_url(url_of(desk)).set(port=link.port).render_as_string(hide_password=False)
    settings = desk.frame.settings.model_copy(update={"database_url": SecretStr(url)})
    assert isinstance(settings, Settings)
    service = build(settings)
    async with Api(create_app(service), service, desk.issuer) as there:
        yield there
    await service.frame.close()


async def test_while_the_link_to_the_database_is_silent_everybody_is_told_to_come_again(
    desk: Api, worker: Api
) -> None:
    port = make_url(url_of(desk)).port
    assert port is not None
    token = worker.headers["authorization"].removeprefix("Bearer ")
    with link_to(lambda: port) as link:
        async with behind(link, desk) as there, probed(there) as ops:
            caller = await there.bearing(token)
            await asyncio.gather(*(caller.post(NOTES, json=a_note("before")) for _ in range(10)))
            link.silence()
            in_background = asyncio.create_task(look(there))
            wrong = await hammer(caller, ops, seconds=SILENT_SECONDS)
            link.mend()
            statuses = await insist(caller, "after")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(in_background, 10)

    assert wrong == []
    assert set(statuses) <= {201, 503}
    found = await titles(desk)
    assert (found.count("before"), found.count("after")) == (10, 1)


async def look(api: Api) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(text("select 1"))


async def test_a_row_that_somebody_keeps_locked_stops_only_who_wants_it(
    desk: Api, worker: Api
) -> None:
    kept, free = [(await worker.post(NOTES, json=a_note())).json()["note_id"] for _ in range(2)]
    async with session_on(desk) as other, other.transaction():
        await other.execute("select from note where note_id = $1 for update", kept)
        closing = [
            asyncio.ensure_future(timed(worker.post(f"{NOTES}/{kept}/closure"))) for _ in range(5)
        ]
        of_others = await asyncio.gather(
            timed(worker.post(f"{NOTES}/{free}/closure")),
            *(timed(worker.get(NOTES)) for _ in range(20)),
            *(timed(worker.post(NOTES, json=a_note())) for _ in range(20)),
        )
        refused = await asyncio.gather(*closing)
    again = await worker.post(f"{NOTES}/{kept}/closure")

    assert {answer.status_code for answer, _ in refused} == {503}
    assert max(took for _, took in refused) < ANSWERED_WITHIN_SECONDS
    assert {answer.status_code for answer, _ in of_others} == {200, 201}
    assert max(took for _, took in of_others) < ANSWERED_WITHIN_SECONDS
    assert again.status_code == 200


async def test_a_table_that_is_locked_as_a_whole_stops_only_who_wants_it(
    desk: Api, worker: Api
) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    async with session_on(desk) as reading, session_on(desk) as changing:
        # A long reader, a change of the table behind it, and everybody else behind the change.
        async with reading.transaction():
            await reading.execute("select from note limit 1")
            change = asyncio.create_task(changing.execute("alter table note add extra int"))
            refused = await asyncio.gather(*(timed(worker.get(NOTES)) for _ in range(15)))
            others = await asyncio.gather(*(timed(worker.get("/desk/v1/me")) for _ in range(15)))
        await change
    again = await worker.get(NOTES)

    assert {answer.status_code for answer, _ in refused} == {503}
    assert max(took for _, took in refused) < ANSWERED_WITHIN_SECONDS
    assert {answer.status_code for answer, _ in others} == {200}
    assert again.status_code == 200
