from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from common.http.health import Health, ops_app
from common.persistence.engine import create_engine
from testing.postgres import all_seeing, owner_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from testing.api import Api


@pytest.fixture
async def health(desk: Api) -> AsyncIterator[Health]:
    url = desk.frame.settings.database_url
    made = Health(create_engine(url, pool=1, application_name="probe"), "testing.desk")
    yield made
    await made.close()


def probe(health: Health) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(ops_app(health)), base_url="http://ops.test"
    )


async def revise(desk: Api, statement: str) -> None:
    owner = owner_url(desk.frame.settings.database_url)
    engine = create_engine(all_seeing(owner), pool=1, application_name="owner")
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def test_a_process_that_can_serve_is_ready(health: Health) -> None:
    async with probe(health) as ops:
        answer = await ops.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "waiting_for": []})


async def test_a_process_that_drains_is_not_ready_but_alive(health: Health) -> None:
    health.is_draining = True

    async with probe(health) as ops:
        assert (await ops.get("/readyz")).json()["waiting_for"] == ["draining"]
        assert (await ops.get("/readyz")).status_code == 503
        assert (await ops.get("/livez")).status_code == 200


async def test_without_the_database_it_is_not_ready_but_alive() -> None:
    nowhere = SecretStr("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    health = Health(create_engine(nowhere, pool=1, application_name="probe"), "testing.desk")

    async with probe(health) as ops:
        assert (await ops.get("/readyz")).json()["waiting_for"] == ["database"]
        assert (await ops.get("/livez")).status_code == 200
    await health.close()


@pytest.mark.parametrize("statement", ["delete from alembic_version", "drop table alembic_version"])
async def test_without_its_migrations_it_is_not_ready(
    desk: Api, health: Health, statement: str
) -> None:
    await revise(desk, statement)

    assert await health.obstacles() == ["migrations"]


async def test_tables_of_the_next_release_are_no_obstacle(desk: Api, health: Health) -> None:
    await revise(desk, "update alembic_version set version_num = '0999'")

    assert await health.obstacles() == []


async def test_a_pool_that_is_busy_is_no_obstacle(desk: Api, health: Health) -> None:
    size = desk.frame.settings.database_pool
    held = [await desk.frame.engine.connect() for _ in range(size)]

    assert await health.obstacles() == []
    for connection in held:
        await connection.close()


async def test_a_part_that_is_stuck_makes_the_process_dead(health: Health) -> None:
    health.watch("consumer", lambda: time.monotonic() - 3600)
    health.watch("relay", time.monotonic)

    async with probe(health) as ops:
        answer = await ops.get("/livez")

    assert (answer.status_code, answer.json()["stuck"]) == (503, ["consumer"])


async def test_metrics_name_routes_and_never_ids(desk: Api, worker: Api, health: Health) -> None:
    unknown = "0192d3c4-5b6a-7890-8abc-def012345678"
    await worker.get(f"/desk/v1/notes/{unknown}")
    await desk.get(f"/nowhere/{unknown}")
    await desk.request("BREW", "/desk/v1/notes")

    async with probe(health) as ops:
        metrics = (await ops.get("/metrics")).text

    assert 'route="/desk/v1/notes/{note_id}",status="4xx"' in metrics
    assert 'route="unmatched"' in metrics
    assert unknown not in metrics
    assert "BREW" not in metrics
    assert "http_server_active_requests" in metrics


async def test_refusals_and_replays_are_counted(desk: Api, worker: Api, health: Health) -> None:
    stranger = await desk.signed_in("volunteer", "2102")
    await stranger.get("/desk/v1/notes")
    body = {"title": "雨棚", "scheme": "nbs", "area": "210213009"}
    for _ in range(2):
        await worker.post("/desk/v1/notes", json=body, headers={"idempotency-key": "k"})

    async with probe(health) as ops:
        metrics = (await ops.get("/metrics")).text

    assert 'authz_denied_total{permission="notes:read"}' in metrics
    assert "idempotency_replays_total" in metrics
