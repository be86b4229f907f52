"""How long 50,000 rows take to be checked and to be written, and a province to be seeded."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import text

from benchmarks import limits
from benchmarks.figures import Figure, Row
from common.accounts import put_account
from common.clearance import cleared, system
from common.grants import Caller, Role, Scope
from common.persistence.migrations import migrate
from common.personal.key_ring import new_key_ring
from common.service import Service
from common.vocabulary import AreaScheme
from registry.adapters.spreadsheets.writing import XlsxWriter
from registry.app.application import Application
from registry.app.import_areas import ImportAreas
from registry.app.import_files import BeginImport
from registry.bootstrap import build
from registry.domain.imports import LARGEST_PART, Accept, Form, ImportState, Outcome
from registry.settings import Settings
from testing.callers import AUDIENCE, ISSUER, Issuer, a_grant, claim_of
from wushe.components.postgres import create_databases, running_postgres, user_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

    from benchmarks.sizes import Sizes
    from registry.domain.imports import Import, ImportId
    from wushe.components.postgres import PostgresAddress

T = TypeVar("T")

DATABASE: Final = "wushe_registry"
KEYS: Final = "wushe_registry_keys"
OPERATOR: Final = "bench-operator"
PROVINCE: Final = "52"
EVERYWHERE: Final = Scope(sub=OPERATOR, is_everywhere=True)
CALLER: Final = Caller(sub=OPERATOR, grants=(a_grant(Role.PLATFORM_ADMIN),))
HEADER: Final = ("society", "public_name", "is_person", "area")
VETTED: Final = ("vetted_on", "vetting_valid_until")
_FILLED: Final = (
    *("party", "station", "station_step", "import_job", "outbox"),
    *("social_worker", "volunteer", "posting"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry with the areas of a province, and how to run its commands."""

    application: Application
    service: Service
    environment: dict[str, str]
    province: str
    townships: Sequence[str]
    connection: Any

    async def checked(self, content: bytes, form: Form) -> ImportId:
        """Have a file checked, after it has come in its parts."""
        files = self.application.imports.files
        parts = [content[at : at + LARGEST_PART] for at in range(0, len(content), LARGEST_PART)]
        begun = await files.begin(_announcing(form, len(parts)), EVERYWHERE, CALLER)
        for number, part in enumerate(parts, start=1):
            await files.receive(begun.id, number, part, EVERYWHERE)
        return begun.id

    async def work(self, awaited: ImportState) -> Import:
        """Do what an import waits for."""
        work = self.application.imports.work
        claimed = await work.claim()
        assert claimed is not None, "nothing waits"
        rested = await work.do(claimed)
        assert rested.state is awaited, rested
        return rested

    async def commit(self, import_id: ImportId) -> None:
        """Confirm that all of a file is to be written."""
        await self.application.imports.files.commit(import_id, Accept.ALL, EVERYWHERE, CALLER)

    async def clear(self) -> None:
        """Begin with nothing but areas, and with nothing left to write back."""
        await self.connection.execute(f"truncate {', '.join(_FILLED)} cascade")
        await self.connection.execute("checkpoint")


async def measure(sizes: Sizes) -> Row:
    """Measure the row, every repetition on empty tables."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    async with a_registry(sizes) as registry:
        people = _people(registry.townships, sizes.import_rows)
        for repetition in range(sizes.import_repetitions):
            with cleared(system("benchmark")):
                await _repeat(registry, people, found)
            shown = ", ".join(f"{name} {values[-1]:.1f} s" for name, values in found.items())
            load = os.getloadavg()[0]
            print(f"  imports {repetition + 1}: {shown}; load {load:.1f}", flush=True)  # noqa: T201
    return _row(found, sizes)


async def _repeat(
    registry: Registry, people: Sequence[Sequence[str]], found: dict[str, list[float]]
) -> None:
    await registry.clear()
    vetted = [(*row, "2026-01-01", "2027-01-01") for row in people]
    book = _workbook((HEADER, *people))
    for what, content, form, outcome in (
        ("", _csv((HEADER, *people)), Form.CSV, Outcome.CREATED),
        (", again", _csv((HEADER, *people)), Form.CSV, Outcome.UNCHANGED),
        (", with a vetting", _csv(((*HEADER, *VETTED), *vetted)), Form.CSV, Outcome.CHANGED),
    ):
        import_id = await registry.checked(content, form)
        found[f"check{what}"].append(await _seconds(registry.work(ImportState.CHECKED)))
        await registry.commit(import_id)
        began = time.perf_counter()
        written = await registry.work(ImportState.DONE)
        found[f"write{what}"].append(time.perf_counter() - began)
        assert written.counts == {outcome: len(people)}, written.counts
    await registry.clear()
    await registry.checked(book, Form.XLSX)
    found["check of a workbook"].append(await _seconds(registry.work(ImportState.CHECKED)))
    await registry.clear()
    found["seed"].append(await _seconds(_seed(registry)))


async def _seed(registry: Registry) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "registry", "seed", "--area", registry.province, "--scale", "1"),
        env={**os.environ, **registry.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(said.decode())


async def _seconds(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


@asynccontextmanager
async def a_registry(sizes: Sizes) -> AsyncGenerator[Registry]:
    """Run a database, and a registry in this process with the areas of a province."""
    with tempfile.TemporaryDirectory() as name:
        issuer = Issuer.at(Path(name))
        with running_postgres(Path(name) / "postgres") as address:
            settings = _settings(address, issuer)
            create_databases(address.dsn(), address, [DATABASE, KEYS])
            await migrate(
                "registry",
                SecretStr(address.dsn(DATABASE, scheme="postgresql+asyncpg")),
                for_role=user_of(DATABASE),
            )
            service = build(settings)
            connection = await limits.connected(address.dsn(DATABASE))
            try:
                with cleared(system("benchmark")):
                    townships = await _furnish(service, sizes)
                application = service.application
                assert isinstance(application, Application)
                yield Registry(
                    application=application,
                    service=service,
                    environment=_environment(settings),
                    province=sizes.areas or PROVINCE,
                    townships=townships,
                    connection=connection,
                )
            finally:
                await connection.close()
                await service.frame.close()


def _settings(address: PostgresAddress, issuer: Issuer) -> Settings:
    def url(database: str) -> SecretStr:
        return SecretStr(address.dsn(database, user_of(database), scheme="postgresql+asyncpg"))

    return Settings(
        database_url=url(DATABASE),
        keys_database_url=url(KEYS),
        key_ring=new_key_ring().document(),
        kafka_bootstrap="localhost:9",
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        oidc_jwks=str(issuer.jwks),
    )


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "REGISTRY_DATABASE_URL": settings.database_url.get_secret_value(),
        "REGISTRY_KEYS_DATABASE_URL": settings.keys_database_url.get_secret_value(),
        "REGISTRY_KEY_RING": settings.key_ring.get_secret_value(),
        "REGISTRY_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "REGISTRY_OIDC_ISSUER": settings.oidc_issuer,
        "REGISTRY_OIDC_JWKS": settings.oidc_jwks,
    }


async def _furnish(service: Service, sizes: Sizes) -> Sequence[str]:
    application = service.application
    assert isinstance(application, Application)
    within = sizes.areas or PROVINCE
    await application.import_areas(ImportAreas(scheme=AreaScheme.NBS, within=within, file=None))
    grants = [claim_of(grant) for grant in CALLER.grants]
    async with service.frame.unit_of_work.transaction() as session:
        await put_account(session, account_id=uuid4(), sub=OPERATOR, grants=grants, version=1)
        codes = "select code from area where level = 'township' order by code"
        found = await (await session.connection()).execute(text(codes))
        return found.scalars().all()


def _announcing(form: Form, parts: int) -> BeginImport:
    return BeginImport(
        id=None,
        subject="parties",
        form=form,
        scheme=AreaScheme.NBS,
        area=None,
        parts=parts,
        mapping_id=None,
    )


def _people(townships: Sequence[str], count: int) -> Sequence[Sequence[str]]:
    chance = Random(1)  # noqa: S311 - the same people each time
    return [
        ("volunteer", f"V{number:08}", "yes", chance.choice(townships)) for number in range(count)
    ]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    writer = XlsxWriter("people")
    return writer.begin(rows[0]) + writer.rows(rows[1:]) + writer.end()


def _row(found: dict[str, list[float]], sizes: Sizes) -> Row:
    both = [a + b for a, b in zip(found["check"], found["write"], strict=True)]
    budgets = {"seed": 60.0}
    return Row(
        name="Imports",
        figures=(
            Figure(
                name=f"{sizes.import_rows:,} rows, check and write",
                unit="s",
                samples=tuple(both),
                budget=30.0,
                bound="at most",
            ),
            *(
                Figure(
                    name=name,
                    unit="s",
                    samples=tuple(values),
                    budget=budgets.get(name),
                    bound="at most",
                )
                for name, values in found.items()
            ),
        ),
        remarks=(
            (
                "Volunteers on the townships of Guizhou, as CSV, in one transaction with their "
                "events; PostgreSQL 18 with its default durability shares the machine."
            ),
            (
                "Again: the same file, of which nothing is new. With a vetting: the same people, "
                "each of whom is vetted now."
            ),
            "Seed: `python -m registry seed --area 52 --scale 1`, with the start of the process.",
        ),
    )
