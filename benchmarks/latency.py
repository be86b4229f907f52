"""Row 2: from a submitted need to its proposal on the stream, through everything in between."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx

from benchmarks.broker import produce_to_consume
from benchmarks.figures import Figure, Row, percentile
from benchmarks.profiles import profiled
from support.load import submissions
from support.supply import publish_offers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.sizes import Sizes
    from wushe.state import Status

STAGES: Final = ("answered", "sent", "taken in", "planned", "heard")
"""The moments on the way of a need; each stage ends with the next one."""
_SEED: Final = 20261122
_HEARD_WITHIN_SECONDS: Final = 30.0
_LOOK_AGAIN_SECONDS: Final = 0.02
_PROVINCE: Final = "21"
_SHED: Final = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})


@dataclass(slots=True)
class Journey:
    """When a need came past which place, on the one clock of this machine."""

    submitted: float
    at: dict[str, float] = field(default_factory=dict[str, float])
    was_refused: bool = False


async def measure(status: Status, token: str, sizes: Sizes, *, profiles: Path | None = None) -> Row:
    """Measure the row on a running stack; between repetitions the broker alone."""
    figures: defaultdict[str, list[float]] = defaultdict(list)
    random = Random(_SEED)  # noqa: S311 - a load, no secret
    areas = await _townships(status.gateway, token)
    for city in sorted({area[:4] for area in areas}):
        await publish_offers(
            status.gateway, token, random, areas=[area for area in areas if area[:4] == city]
        )
    for _repetition in range(sizes.latency_repetitions):
        bare = await produce_to_consume(
            status.kafka, records=sizes.bare_records, rate=sizes.latency_rate
        )
        journeys = await _travel(status, token, random, areas, sizes)
        await _ask_databases(status, journeys)
        _note(figures, bare, journeys)
    if profiles is not None:
        for part in ("matching", "cases"):
            file = profiles / f"latency-{part}"
            async with profiled(status.pid_of(part), file, seconds=sizes.latency_seconds):
                await _travel(status, token, random, areas, sizes)
    return _row(figures, sizes)


async def _travel(
    status: Status, token: str, random: Random, areas: Sequence[str], sizes: Sizes
) -> dict[str, Journey]:
    """Submit needs at a steady rate, each alone, and hear of the proposals."""
    count = round(sizes.latency_rate * sizes.latency_seconds)
    requests = [
        {**each.body, "beneficiary": "group", "place": each.body["place"] or _PLACE}
        for each in submissions(random, needs=2 * count, areas=areas)
        if len(each.needs) == 1
    ][:count]
    journeys: dict[str, Journey] = {}
    headers = {"authorization": f"Bearer {token}"}
    timeout = httpx.Timeout(20.0, read=60.0)
    async with httpx.AsyncClient(
        base_url=status.gateway, headers=headers, timeout=timeout, trust_env=False
    ) as client:
        opened = asyncio.Event()
        hearing = asyncio.create_task(_hear(client, journeys, opened))
        await opened.wait()
        start = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number, body in enumerate(requests):
                due = start + number / sizes.latency_rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(_submit(client, body, journeys))
        give_up = time.monotonic() + _HEARD_WITHIN_SECONDS
        while not all(map(_is_over, journeys.values())):
            if time.monotonic() > give_up:
                break
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
    return journeys


def _is_over(journey: Journey) -> bool:
    return journey.was_refused or "heard" in journey.at


async def _submit(
    client: httpx.AsyncClient, body: dict[str, Any], journeys: dict[str, Journey]
) -> None:
    journey = journeys[body["id"]] = Journey(submitted=time.time())
    answer = await client.post(
        "/cases/v1/needs", json=body, headers={"idempotency-key": str(uuid4())}
    )
    journey.at["answered"] = time.time()
    # A machine that is busy with other things sheds load; that is a figure and no failure.
    journey.was_refused = answer.status_code in _SHED
    if not journey.was_refused:
        answer.raise_for_status()


async def _hear(
    client: httpx.AsyncClient, journeys: dict[str, Journey], opened: asyncio.Event
) -> None:
    """Note when the first proposal for each need is heard, for ever."""
    async with client.stream("GET", "/matching/v1/proposals/stream") as answer:
        answer.raise_for_status()
        opened.set()
        async for line in answer.aiter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line.removeprefix("data:"))
            journey = journeys.get(told["need_id"])
            if journey is not None and "heard" not in journey.at:
                journey.at["heard"] = time.time()


async def _ask_databases(status: Status, journeys: dict[str, Journey]) -> None:
    """Note what only the databases know: when events were sent, taken in, and planned with."""
    needs = [UUID(need) for need in journeys]
    events: dict[UUID, str] = {}
    for row in await _fetch(status.databases["cases"], _SENT, needs):
        journeys[row["need_id"]].at["sent"] = row["at"].timestamp()
        events[row["event_id"]] = row["need_id"]
    for row in await _fetch(status.databases["matching"], _TAKEN_IN, list(events)):
        journeys[events[row["event_id"]]].at["taken in"] = row["at"].timestamp()
    for row in await _fetch(status.databases["matching"], _PLANNED, needs):
        journeys[row["need_id"]].at["planned"] = row["at"].timestamp()


async def _fetch(dsn: str, query: str, ids: Sequence[UUID]) -> Sequence[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        rows: Sequence[Any] = await connection.fetch(query, ids)
    finally:
        await connection.close()
    return rows


def _note(
    figures: dict[str, list[float]], bare: Sequence[float], journeys: dict[str, Journey]
) -> None:
    ended = [each for each in journeys.values() if "heard" in each.at]
    whole = [1000 * (each.at["heard"] - each.submitted) for each in ended]
    figures["refused"].append(sum(each.was_refused for each in journeys.values()))
    figures["unheard"].append(sum(not _is_over(each) for each in journeys.values()))
    figures["p50"].append(percentile(whole, 0.5))
    figures["p99"].append(percentile(whole, 0.99))
    figures["bare p50"].append(percentile(bare, 0.5))
    figures["bare p99"].append(percentile(bare, 0.99))
    figures["ratio"].append(figures["p50"][-1] / figures["bare p50"][-1])
    for stage in STAGES:
        until = [1000 * (each.at[stage] - each.submitted) for each in ended if stage in each.at]
        figures[f"until {stage}"].append(percentile(until, 0.5))


async def _townships(gateway: str, token: str) -> list[str]:
    """Return some formal townships of each city of a province."""
    headers = {"authorization": f"Bearer {token}"}
    found: list[str] = []
    async with httpx.AsyncClient(
        base_url=gateway, headers=headers, timeout=20.0, trust_env=False
    ) as client:
        for city in await _areas_of(client, _PROVINCE, "prefecture"):
            found += await _areas_of(client, city, "township")
    return found


async def _areas_of(client: httpx.AsyncClient, within: str, level: str) -> list[str]:
    limits = {"scheme": "nbs", "within": within, "level": level, "limit": 20}
    answer = await client.get("/registry/v1/areas", params=limits)
    answer.raise_for_status()
    return [item["code"] for item in answer.json()["items"] if item["is_formal"]]


def _brief(figures: dict[str, list[float]]) -> str:
    return ", ".join(f"{name} {values[-1]:.1f}" for name, values in figures.items())


def _row(figures: dict[str, list[float]], sizes: Sizes) -> Row:
    def figure(name: str, of: str, **more: Any) -> Figure:  # noqa: ANN401
        unit = "" if of in {"ratio", "refused", "unheard"} else "ms"
        return Figure(name=name, unit=unit, samples=tuple(figures[of]), **more)

    def most(name: str, of: str, budget: float) -> Figure:
        return figure(name, of, budget=budget, bound="at most")

    return Row(
        name="From need to proposal",
        figures=(
            most("submitted → proposal on the stream, p50", "p50", 60.0),
            most("submitted → proposal on the stream, p99", "p99", 250.0),
            most("p50 ÷ bare produce → consume", "ratio", 15.0),
            figure("bare produce → consume, p50", "bare p50"),
            figure("bare produce → consume, p99", "bare p99"),
            figure("needs refused for want of time", "refused"),
            most("needs whose proposal was not heard in time", "unheard", 0.0),
            figure("submitted → answered", "until answered", note="p50"),
            figure("submitted → event acknowledged", "until sent", note="p50"),
            figure("submitted → taken in by matching", "until taken in", note="p50"),
            figure("submitted → planned", "until planned", note="p50"),
            figure("submitted → heard", "until heard", note="p50"),
        ),
        remarks=_remarks(sizes),
    )


def _remarks(sizes: Sizes) -> tuple[str, ...]:
    rate = f"{sizes.latency_rate:.0f}"
    load = (
        f"{rate} needs a second, each in a request of its own, over the cities of one province; "
        "offers of four parties in each city that fit all of them. All needs of former repetitions "
        "stay open. One client submits and listens, through the gateway; the whole embedded stack "
        "shares the machine with it."
    )
    bare = (
        "The bare figure is taken between repetitions on the same broker, with the same longest "
        "wait of a fetch as the services have."
    )
    return load, bare


_PLACE: Final = {"longitude": 121.7, "latitude": 39.1}
_SENT: Final = """
    select id as event_id, aggregateid as need_id, sent_at as at from outbox
    where type = 'cases.need.submitted.v1' and cast(aggregateid as uuid) = any($1::uuid[])
"""
_TAKEN_IN: Final = """
    select id as event_id, taken_at as at from inbox
    where grp = 'matching' and id = any($1::uuid[])
"""
_PLANNED: Final = """
    select cast(need_id as text) as need_id, min(at) as at from proposal_feed
    where need_id = any($1::uuid[]) group by need_id
"""
