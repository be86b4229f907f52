from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from common.http.server import create_app
from common.runtime import PARTS, Process, main
from testing.api import STREET, Api, running
from testing.desk.service import Settings, build
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from common.service import Service
    from testing.callers import Issuer

NOTES = "/desk/v1/notes"
NOTE = {"title": "雨棚", "scheme": "nbs", "area": STREET}


@pytest.fixture
async def desk() -> AsyncIterator[Api]:
    async with running(build, Settings, "testing.desk") as (service, issuer):
        client = Api(create_app(service), service, issuer)
        await client.put_areas()
        yield client
        await client.aclose()


def environment(service: Service, issuer: Issuer, **change: str) -> Mapping[str, str]:
    settings = service.frame.settings
    own = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_JWKS": str(issuer.jwks),
        "DRAIN_SECONDS": "0",
        **change,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESK_")}
    return {**kept, **{f"DESK_{name}": value for name, value in own.items()}}


@dataclass
class Running:
    """A process of the desk, and what it has said so far."""

    process: asyncio.subprocess.Process
    said: list[dict[str, Any]]
    reading: asyncio.Task[None]

    def event(self, name: str) -> dict[str, Any] | None:
        return next((line for line in self.said if line.get("event") == name), None)

    async def port(self, which: str) -> int:
        await until(
            lambda: self.event("started") is not None or self.process.returncode is not None
        )
        started = self.event("started")
        assert started is not None, self.said
        return int(started[which])

    async def ended(self) -> int:
        status = await asyncio.wait_for(self.process.wait(), 30)
        await self.reading
        return status


@contextlib.asynccontextmanager
async def started(environ: Mapping[str, str], *arguments: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "testing.desk",
        *arguments,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
    )
    said: list[dict[str, Any]] = []

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said.append(json.loads(line))  # noqa: PERF401 - others read while we do

    found = Running(process, said, asyncio.create_task(read()))
    try:
        yield found
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await found.reading


async def test_a_process_serves_until_it_is_told_to_leave(desk: Api) -> None:
    worker = await desk.signed_in("station_worker", STREET)
    async with started(environment(desk.service, desk.issuer), "serve") as process:
        api, ops = await process.port("api"), await process.port("ops")
        headers = {"authorization": worker.headers["authorization"], "idempotency-key": "k"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
            answer = await client.post(f"http://127.0.0.1:{api}{NOTES}?", json=NOTE)
            ready = await client.get(f"http://127.0.0.1:{ops}/readyz")
        process.process.send_signal(signal.SIGTERM)
        status = await process.ended()

    assert (answer.status_code, ready.status_code, status) == (201, 200, 0)
    assert "server" not in answer.headers
    line = process.event("request")
    assert line is not None
    assert (line["route"], line["status"], line["service"]) == (NOTES, 201, "desk")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert headers["authorization"][7:] not in json.dumps(process.said)


async def test_requests_are_finished_before_the_process_leaves(desk: Api) -> None:
    application: Any = desk.service.application
    worker = await desk.signed_in("station_worker", STREET)
    headers = {"authorization": worker.headers["authorization"]}
    process = Process(desk.service, PARTS["serve"])
    status = asyncio.create_task(process.run())
    await until(lambda: "api" in process.ports)
    api, ops = (f"http://127.0.0.1:{process.ports[port]}" for port in ("api", "ops"))

    async with httpx.AsyncClient(trust_env=False, headers=headers, timeout=20) as client:
        call = asyncio.create_task(client.get(f"{api}/desk/v1/gate"))
        stream = asyncio.create_task(client.get(f"{api}/desk/v1/numbers"))
        for _ in range(2):
            await asyncio.wait_for(application.arrivals.acquire(), 10)
        process.leave()
        ready = await client.get(f"{ops}/readyz")
        with pytest.raises(httpx.TransportError):
            await refused(client, f"{api}/desk/v1/me")
        heard = await stream
        application.gate.set()
        answer = await call

    assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["draining"])
    assert heard.text.count("event: number") == 3
    assert (answer.json(), await status) == ("open", 0)


async def refused(client: httpx.AsyncClient, url: str) -> None:
    async with asyncio.timeout(10):
        while True:
            await client.get(url, headers={"connection": "close"})


async def test_all_parts_run_in_one_process_even_without_a_broker(desk: Api) -> None:
    async with started(environment(desk.service, desk.issuer), "all") as process:
        ops = await process.port("ops")
        async with httpx.AsyncClient(trust_env=False) as client:
            ready = await client.get(f"http://127.0.0.1:{ops}/readyz")
            alive = await client.get(f"http://127.0.0.1:{ops}/livez")
        process.process.send_signal(signal.SIGTERM)
        status = await process.ended()

    assert (ready.status_code, alive.status_code, status) == (200, 200, 0)


async def test_a_part_that_fails_ends_the_process(desk: Api) -> None:
    async def fail(_: asyncio.Event) -> None:
        message = "王小明"
        raise RuntimeError(message)

    service = replace(desk.service, background=[fail], owns_accounts_and_areas=True)

    assert await Process(service, PARTS["consume"]).run() == 1


async def test_a_port_that_is_taken_ends_the_process(desk: Api) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = str(taken.sockets[0].getsockname()[1])

    async with started(environment(desk.service, desk.issuer, HTTP_PORT=port), "serve") as process:
        status = await process.ended()

    taken.close()
    await taken.wait_closed()
    complaint = process.event("cannot_listen")
    assert status == 1
    assert complaint is not None
    assert complaint["port"] == int(port)


async def test_the_tables_are_brought_up_to_date(desk: Api) -> None:
    async with started(environment(desk.service, desk.issuer), "migrate") as process:
        assert await process.ended() == 0


@pytest.mark.parametrize("arguments", [(), ("dance",)])
def test_an_unknown_command_is_refused(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "argv", ["desk", *arguments])

    with pytest.raises(SystemExit, match=r"usage: python -m desk .*serve"):
        main("desk", Settings, build)


def test_missing_settings_are_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["desk", "serve"])
    for name in (name for name in os.environ if name.startswith("DESK_")):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DESK_HTTP_PORT", "many")
    monkeypatch.setenv("DESK_DATABASE_URL", "postgresql+asyncpg://me:secret@host/desk")

    with pytest.raises(SystemExit) as refusal:
        main("desk", Settings, build)

    assert refusal.value.code == (
        "desk: missing or wrong settings: "
        "DESK_HTTP_PORT, DESK_KAFKA_BOOTSTRAP, DESK_OIDC_ISSUER, DESK_OIDC_JWKS"
    )
