"""Row 1: what an accepted need costs, set against a request that does nothing."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import httpx
import psutil
from pydantic import SecretStr

from benchmarks import limits
from benchmarks.figures import Figure, Row, ratios
from benchmarks.load import BATCH, NOTHING, Load, put_from_elsewhere
from benchmarks.profiles import profiled
from common.accounts import put_account
from common.area_lists import replace_areas
from common.clearance import cleared, system
from common.frame import Frame, build_frame
from common.grants import Role
from common.persistence.migrations import migrate
from common.settings import ServiceSettings
from common.vocabulary import AreaScheme
from testing.api import STREET, small_tree
from testing.callers import AUDIENCE, ISSUER, Issuer, a_grant, claim_of
from wushe.components.postgres import create_databases, running_postgres, user_of
from wushe.ports import free_port

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator

    from benchmarks.sizes import Sizes
    from wushe.components.postgres import PostgresAddress

DATABASE: Final = "wushe_cases"
WORKER: Final = "bench-worker"
COUNTY: Final = "210213"
CLIENTS: Final = 10
"""Connections of pgbench: as many as the pool of one process has."""
_READY_WITHIN_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A process that serves cases, and how to reach it and its database."""

    pid: int
    port: int
    token: str
    dsn: str
    directory: Path

    def load(self, kind: str, *, connections: int, sizes: Sizes) -> Load:
        """Return a load of one kind of request."""
        return Load(
            port=self.port,
            token=self.token,
            kind=kind,
            area=STREET,
            connections=connections,
            seconds=sizes.intake_seconds,
            warm_up=sizes.warm_up_seconds,
        )


async def measure(sizes: Sizes, *, profiles: Path | None = None) -> Row:
    """Measure the row; repetitions of different things take turns."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    async with serving() as served:
        connection = await limits.connected(served.dsn)
        try:
            for repetition in range(sizes.repetitions):
                await _repeat(served, connection, sizes, found)
                print(f"  intake {repetition + 1}/{sizes.repetitions}:", _brief(found), flush=True)  # noqa: T201
            if profiles is not None:
                for kind, connections in (("nothing", 16), ("need", 16), ("batch", 2)):
                    await limits.clear(connection)
                    load = served.load(kind, connections=connections, sizes=sizes)
                    seconds = sizes.warm_up_seconds + sizes.intake_seconds
                    async with profiled(served.pid, profiles / f"intake-{kind}", seconds=seconds):
                        await put_from_elsewhere(load)
        finally:
            await connection.close()
    return _row(found)


async def _repeat(
    served: Served,
    connection: Any,  # noqa: ANN401 - the driver has no types
    sizes: Sizes,
    found: dict[str, list[float]],
) -> None:
    for kind, connections, each in (("nothing", 16, 1), ("need", 16, 1), ("batch", 2, BATCH)):
        await limits.clear(connection)
        before = _processor_seconds(served.pid)
        sent = await put_from_elsewhere(served.load(kind, connections=connections, sizes=sizes))
        used = _processor_seconds(served.pid) - before
        found[f"{kind} processor"].append(1000 * used / sum(sent.statuses.values()) / each)
        found[kind].append(each * sent.rate)
        found[f"{kind} p50"].append(sent.p50_ms)
        found[f"{kind} p99"].append(sent.p99_ms)
    found["copy"].append(await limits.by_copy(connection))
    for kind, rows, clients in (("need", 1, CLIENTS), ("batch", BATCH, 2)):
        await limits.clear(connection)
        found[f"pgbench {kind}"].append(
            await limits.by_pgbench(
                served.dsn,
                served.directory,
                rows=rows,
                clients=clients,
                seconds=sizes.limit_seconds,
            )
        )


def _processor_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


@asynccontextmanager
async def serving() -> AsyncGenerator[Served]:
    """Run a database and one process that serves cases, with areas and one worker's account."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        issuer = Issuer.at(directory)
        with running_postgres(directory / "postgres") as address:
            settings = await _prepare(address, issuer)
            async with _process(settings, directory) as (process, port):
                token = issuer.token(Role.COMMUNITY_WORKER, COUNTY, sub=WORKER)
                await _await_ready(process, port, token, log=directory / "service.log")
                yield Served(
                    pid=process.pid,
                    port=port,
                    token=token,
                    dsn=address.dsn(DATABASE),
                    directory=directory,
                )


async def _prepare(address: PostgresAddress, issuer: Issuer) -> ServiceSettings:
    create_databases(address.dsn(), address, [DATABASE])
    settings = ServiceSettings(
        database_url=_url(address, user_of(DATABASE)),
        migrate_database_url=_url(address, DATABASE),
        kafka_bootstrap="localhost:9",
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        oidc_jwks=str(issuer.jwks),
    )
    assert settings.migrate_database_url is not None
    await migrate("cases", settings.migrate_database_url, for_role=user_of(DATABASE))
    frame = build_frame("cases", settings)
    with cleared(system("benchmark")):
        await _furnish(frame)
    await frame.close()
    return settings


def _url(address: PostgresAddress, role: str) -> SecretStr:
    return SecretStr(address.dsn(DATABASE, role, scheme="postgresql+asyncpg"))


async def _furnish(frame: Frame) -> None:
    async with frame.unit_of_work.transaction() as session:
        await replace_areas(session, AreaScheme.NBS.value, uuid4(), small_tree())
        grants = [claim_of(a_grant(Role.COMMUNITY_WORKER, COUNTY))]
        await put_account(session, account_id=uuid4(), sub=WORKER, grants=grants, version=1)


@asynccontextmanager
async def _process(
    settings: ServiceSettings, directory: Path
) -> AsyncGenerator[tuple[Process, int]]:
    port = free_port()
    environment = {
        "CASES_DATABASE_URL": settings.database_url.get_secret_value(),
        "CASES_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "CASES_OIDC_ISSUER": settings.oidc_issuer,
        "CASES_OIDC_AUDIENCE": settings.oidc_audience,
        "CASES_OIDC_JWKS": settings.oidc_jwks,
        "CASES_HTTP_PORT": str(port),
    }
    with (directory / "service.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.intake_service"),
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    try:
        yield process, port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _await_ready(process: Process, port: int, token: str, *, log: Path) -> None:
    headers = {"authorization": f"Bearer {token}"}
    base = f"http://127.0.0.1:{port}"
    async with (
        asyncio.timeout(_READY_WITHIN_SECONDS),
        httpx.AsyncClient(base_url=base, headers=headers, trust_env=False) as client,
    ):
        while True:
            try:
                answer = await client.get(NOTHING)
            except httpx.TransportError:
                if process.returncode is not None:
                    raise RuntimeError(_text_of(log)) from None
                await asyncio.sleep(0.05)
            else:
                answer.raise_for_status()
                return


def _text_of(log: Path) -> str:
    return log.read_text()


def _brief(found: dict[str, list[float]]) -> str:
    shown = ("nothing", "need", "batch", "copy", "pgbench need", "pgbench batch")
    return ", ".join(f"{name} {found[name][-1]:,.0f}/s" for name in shown)


def _row(found: dict[str, list[float]]) -> Row:
    def figure(name: str, of: str, unit: str = "/s", **more: Any) -> Figure:  # noqa: ANN401
        return Figure(name=name, unit=unit, samples=tuple(found[of]), **more)

    def ratio(name: str, of: str, to: str, **more: Any) -> Figure:  # noqa: ANN401
        return Figure(name=name, unit="", samples=ratios(found[of], found[to]), **more)

    return Row(
        name="Accepted needs",
        figures=(
            ratio("accepted need ÷ authenticated 204", "need", "nothing", budget=0.35),
            figure("accepted need", "need", "needs/s"),
            figure("authenticated 204", "nothing", "answers/s"),
            figure("processor time, one need", "need processor", "ms"),
            figure("processor time, one 204", "nothing processor", "ms"),
            ratio("processor time, 204 ÷ need", "nothing processor", "need processor"),
            figure("processor time, a need in a batch", "batch processor", "ms"),
            figure("time of one, median", "need p50", "ms", note="16 at once"),
            figure("time of one, p99", "need p99", "ms", note="16 at once"),
            figure("batch of 500, existing clients", "batch", "needs/s", budget=5_000.0),
            figure("time of one batch, median", "batch p50", "ms", note="2 at once"),
            figure("limit: pgbench, the same rows one by one", "pgbench need", "needs/s"),
            figure("limit: pgbench, the same rows by 500", "pgbench batch", "needs/s"),
            figure("limit: bare COPY of the same rows", "copy", "needs/s"),
            ratio("accepted need ÷ pgbench", "need", "pgbench need"),
            ratio("batch ÷ pgbench", "batch", "pgbench batch"),
            ratio("batch ÷ bare COPY", "batch", "copy"),
        ),
        remarks=_REMARKS,
    )


_SET_UP: Final = (
    "One process serves; PostgreSQL 18 with its default durability and the load generator share "
    "the machine with it. Every need has one line, a known client and ids made by the caller; "
    "every request its own Idempotency-Key, kept with the answer."
)
_REMARKS: Final = (
    _SET_UP,
    "Processor times are of the serving process alone; a busy machine changes them least.",
    "With new encrypted clients: not measured, because clients are not encrypted yet.",
)
