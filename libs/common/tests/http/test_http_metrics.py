"""The metrics of requests, of the loop and of the way to the database move for the right reason."""

from __future__ import annotations

import asyncio
import platform
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from prometheus_client import REGISTRY
from sqlalchemy import text

from common.http.edge import METHODS
from common.http.health import measure_loop_lag
from common.metrics import TimedRoutes, tell_build
from common.persistence.engine import create_engine
from testing.api import STREET
from testing.desk.notes import Desk
from testing.samples import movement, sample
from testing.waiting import running, until

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from testing.api import Api

NOTE = {"title": "雨棚", "scheme": "nbs", "area": STREET}
DURATION = "http_server_request_duration_seconds_count"
ACTIVE = "http_server_active_requests"
PENDING = "db_client_connection_pending_requests"


async def test_a_request_is_timed_by_its_route_and_the_class_of_its_status(worker: Api) -> None:
    route = "/desk/v1/notes/{note_id}"
    timed = movement(DURATION, method="GET", route=route, status="4xx")
    answered = movement("http_server_responses_total", status="404")

    await worker.get(f"/desk/v1/notes/{uuid4()}")

    assert (timed(), answered()) == (1, 1)


def test_routes_that_come_late_are_timed_together() -> None:
    timed = TimedRoutes()
    asked = [("GET", f"/desk/v1/notes/{number}", "2xx") for number in range(TimedRoutes.NAMED)]

    assert [timed.name(*labels) for labels in asked] == [route for _, route, _ in asked]
    assert timed.name("GET", "/desk/v1/one_more", "2xx") == "other"
    assert timed.name("GET", "/desk/v1/notes/0", "5xx") == "other"
    assert timed.name(*asked[0]) == "/desk/v1/notes/0"


def test_there_is_room_for_every_method_and_status_of_what_comes_late() -> None:
    methods = {*METHODS, "other"}
    statuses = {"2xx", "3xx", "4xx", "5xx", "none"}

    assert len(methods) * len(statuses) == TimedRoutes.OTHERS


async def test_a_stream_is_answered_but_not_timed(desk: Api, worker: Api) -> None:
    timed = movement(DURATION, method="GET", route="/desk/v1/numbers", status="2xx")
    answered = movement("http_server_responses_total", status="200")
    desk.app.state.draining.set()

    await worker.get("/desk/v1/numbers")

    assert (timed(), answered()) == (0, 1)


async def test_a_request_is_active_until_it_is_answered(desk: Api, worker: Api) -> None:
    application = desk.service.application
    assert isinstance(application, Desk)
    before = sample(ACTIVE)

    waiting = asyncio.create_task(worker.get("/desk/v1/gate"))
    await application.arrivals.acquire()
    during = sample(ACTIVE)
    application.gate.set()
    await waiting

    assert (during - before, sample(ACTIVE) - before) == (1, 0)


async def test_a_refusal_is_counted_by_what_was_wanting(desk: Api) -> None:
    denied = movement("authz_denied_total", permission="notes:read")
    missing = movement("authn_refused_total", reason="missing")
    invalid = movement("authn_refused_total", reason="invalid")
    stranger = await desk.signed_in("volunteer", "2102")
    forger = await desk.bearing("not.a.token")

    await stranger.get("/desk/v1/notes")
    await desk.get("/desk/v1/notes")
    await forger.get("/desk/v1/notes")

    assert (denied(), missing(), invalid()) == (1, 1, 1)


async def test_only_the_second_answer_to_a_key_is_a_replay(worker: Api) -> None:
    replayed = movement("idempotency_replays_total")
    key = {"idempotency-key": "k"}

    await worker.post("/desk/v1/notes", json=NOTE, headers=key)
    once = replayed()
    await worker.post("/desk/v1/notes", json=NOTE, headers=key)

    assert (once, replayed()) == (0, 1)


async def test_connections_are_used_or_idle_and_callers_wait_for_them(desk: Api) -> None:
    url = desk.frame.settings.database_url
    engine = create_engine(url, pool=1, application_name="measured")

    async with engine.connect():
        used = sample("db_client_connection_count", pool="measured", state="used")
        waiting = asyncio.create_task(_ask(engine))
        await until(lambda: sample(PENDING, pool="measured") == 1, what="somebody who waits")
    await waiting

    assert used == 1
    assert sample("db_client_connection_count", pool="measured", state="used") == 0
    assert sample("db_client_connection_count", pool="measured", state="idle") == 1
    assert sample(PENDING, pool="measured") == 0
    await engine.dispose()


async def test_a_loop_that_is_blocked_is_late() -> None:
    late = movement("event_loop_lag_seconds_sum")
    looked = movement("event_loop_lag_seconds_count")

    async with running(measure_loop_lag):
        await asyncio.sleep(0)
        time.sleep(0.9)  # noqa: ASYNC251 - that is what it is about
        await until(lambda: looked() > 0, what="a look at the loop")

    assert late() > 0.2
    assert sample("event_loop_lag_worst_seconds") > 0.2


def test_a_process_says_what_it_is_and_what_it_uses() -> None:
    tell_build("desk", "1.2.3")

    python = platform.python_version()
    assert sample("wushe_build_info", service="desk", version="1.2.3", python=python) == 1
    assert sample("process_resident_memory_bytes") > 1e6
    assert REGISTRY.get_sample_value("outbox_lost_total", {"service": "desk"}) == 0
    assert sample("process_open_fds") > 0


async def _ask(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("select 1"))
