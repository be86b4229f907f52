"""Asks a stack all the time while something happens to it, and keeps what it heard."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import httpx

from support.evidence import SERVICES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Sequence

    from wushe.state import Status

UNANSWERED: Final = 0
_PAUSE_SECONDS: Final = 0.1
_PATHS: Final = {
    "registry": "/registry/v1/areas?scheme=nbs&limit=1",
    "cases": "/cases/v1/meetings?limit=1",
    "matching": "/matching/v1/needs?limit=1",
    "reporting": "/reporting/v1/needs?limit=1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request that is made again and again."""

    name: str
    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer, and how long it took."""

    question: str
    status: int
    seconds: float


def reads(status: Status, token: str) -> list[Question]:
    """Return a small question for each service, by the gateway."""
    headers = {"authorization": f"Bearer {token}"}
    return [
        Question(name=service, url=f"{status.gateway}{path}", headers=headers)
        for service, path in _PATHS.items()
    ]


def probes(status: Status, path: str) -> list[Question]:
    """Return what an orchestrator asks of every process of a service: ``/livez``, ``/readyz``."""
    return [
        Question(name=name, url=f"{part.ops}{path}")
        for name, part in status.parts.items()
        if name.partition(".")[0] in SERVICES
    ]


@asynccontextmanager
async def watched(
    questions: Collection[Question], *, callers: int = 1
) -> AsyncGenerator[list[Heard]]:
    """Have so many callers ask each question all the time as long as the block.

    What was asked is waited for, so that no answer is missing when the block is over.
    """
    heard: list[Heard] = []
    over = asyncio.Event()

    async def ask(client: httpx.AsyncClient, question: Question) -> None:
        while not over.is_set():
            heard.append(await answer_to(client, question))
            await asyncio.sleep(_PAUSE_SECONDS)

    async with (
        httpx.AsyncClient(timeout=20.0, limits=httpx.Limits(), trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        for question in questions:
            for _ in range(callers):
                group.create_task(ask(client, question))
        try:
            yield heard
        finally:
            over.set()


async def answer_to(client: httpx.AsyncClient, question: Question) -> Heard:
    """Ask once."""
    started = time.monotonic()
    try:
        answer = await client.request(
            question.method, question.url, headers=question.headers, json=question.body
        )
        status = answer.status_code
    except httpx.TransportError:
        status = UNANSWERED
    return Heard(question=question.name, status=status, seconds=time.monotonic() - started)


def statuses(heard: Sequence[Heard]) -> set[int]:
    """Return which answers there were."""
    return {each.status for each in heard}


def slowest(heard: Sequence[Heard]) -> float:
    """Return how long the slowest answer took."""
    return max(each.seconds for each in heard)


def median(heard: Sequence[Heard]) -> float:
    """Return within which time half of the answers came."""
    return statistics.median(each.seconds for each in heard)


def p99(heard: Sequence[Heard]) -> float:
    """Return within which time 99 of 100 answers came."""
    ordered = sorted(each.seconds for each in heard)
    return ordered[ceil(len(ordered) * 0.99) - 1]
