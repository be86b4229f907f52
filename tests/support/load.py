"""Clients that submit needs as phones do: under keys of their own, until they are answered."""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import httpx

from support.ledger import Acceptance, Ledger, Submission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

BATCH: Final = 5
_GROUPS: Final = 0.5
"""Needs of groups have a place, and so a party that may come; homes are for their own township."""
ANSWER_WITHIN_SECONDS: Final = 300.0
"""Longer than anything is away."""
_PAUSE_SECONDS: Final = 0.2
_IN_PROGRESS: Final = "request-in-progress"
_NOT_NOW: Final = {"503", "504", _IN_PROGRESS}
LINES: Final = (
    ("meal_delivery", "person_time", 20),
    ("home_care", "hour", 6),
    ("rice_and_oil", "piece", 2),
    ("legal_advice", "person", 1),
)


def submissions(random: Random, *, needs: int, areas: Sequence[str]) -> list[Submission]:
    """Return requests for so many needs: about half of them one by one, half in batches."""
    made: list[Submission] = []
    left = needs
    while left:
        size = min(left, BATCH if random.random() < 1 / (BATCH + 1) else 1)
        left -= size
        made.append(_submission(random, [_need(random, areas) for _ in range(size)]))
    return made


async def submit_all(
    gateway: str,
    token: str,
    requests: Sequence[Submission],
    *,
    over_seconds: float,
    ledger: Ledger,
) -> None:
    """Send the requests evenly over a time, each until it is accepted or refused."""
    headers = {"authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=64)
    async with (
        httpx.AsyncClient(
            base_url=gateway, headers=headers, limits=limits, timeout=20.0, trust_env=False
        ) as client,
        asyncio.TaskGroup() as group,
    ):
        start = time.monotonic()
        for number, submission in enumerate(requests):
            due = start + number * over_seconds / len(requests)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            group.create_task(_submit(client, submission, ledger))


async def replay(
    gateway: str, token: str, acceptances: Sequence[Acceptance]
) -> list[tuple[int, bytes]]:
    """Send what was accepted once more, under the same keys, and return the answers."""
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=gateway, headers=headers, timeout=20.0, trust_env=False
    ) as client:
        answers = [await _post(client, each.submission) for each in acceptances]
    return [(answer.status_code, answer.content) for answer in answers]


async def _submit(client: httpx.AsyncClient, submission: Submission, ledger: Ledger) -> None:
    deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
    attempts = 0
    while time.monotonic() < deadline:
        attempts += 1
        try:
            answer = await _post(client, submission)
        except httpx.TransportError as error:
            ledger.statuses[type(error).__name__] += 1
        else:
            said = _said(answer)
            ledger.statuses[said] += 1
            if said not in _NOT_NOW:
                _enter(ledger, submission, answer, attempts)
                return
        await asyncio.sleep(_PAUSE_SECONDS)
    ledger.refused.append(f"{submission.key} was not answered in {ANSWER_WITHIN_SECONDS} s")


def _said(answer: httpx.Response) -> str:
    """Return the status, or that the first time is still at work."""
    if answer.status_code == HTTPStatus.CONFLICT and answer.json()["type"].endswith(_IN_PROGRESS):
        return _IN_PROGRESS
    return str(answer.status_code)


def _enter(ledger: Ledger, submission: Submission, answer: httpx.Response, attempts: int) -> None:
    if answer.is_success and _takes_all(answer):
        ledger.accepted.append(
            Acceptance(
                submission=submission,
                status=answer.status_code,
                body=answer.content,
                attempts=attempts,
            )
        )
    else:
        ledger.refused.append(f"{submission.path}: {answer.status_code} {answer.text}")


def _takes_all(answer: httpx.Response) -> bool:
    document: Any = answer.json()
    items: list[dict[str, Any]] = document.get("items", [document])
    return all(item.get("problem") is None for item in items)


async def _post(client: httpx.AsyncClient, submission: Submission) -> httpx.Response:
    return await client.post(
        submission.path,
        content=json.dumps(submission.body, ensure_ascii=False).encode(),
        headers={
            "content-type": "application/json",
            "idempotency-key": str(submission.key),
        },
    )


def _submission(random: Random, needs: list[dict[str, Any]]) -> Submission:
    single = len(needs) == 1
    return Submission(
        path="/cases/v1/needs" if single else "/cases/v1/needs/batch",
        key=_uuid(random),
        body=needs[0] if single else {"needs": needs},
        needs=tuple(UUID(need["id"]) for need in needs),
    )


def _need(random: Random, areas: Sequence[str]) -> dict[str, Any]:
    service, unit, most = random.choice(LINES)
    is_group = random.random() < _GROUPS
    return {
        "id": str(_uuid(random)),
        "scheme": "nbs",
        "area": random.choice(areas),
        "beneficiary": "group" if is_group else "household",
        "persons": random.randint(1, 5),
        "urgency": random.randint(1, 4),
        "title": "入户走访发现的需求",
        "place": _place(random) if is_group else None,
        "lines": [{"service": service, "quantity": random.randint(1, most), "unit": unit}],
    }


def _place(random: Random) -> dict[str, float]:
    return {"longitude": random.uniform(121.5, 121.9), "latitude": random.uniform(38.9, 39.3)}


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
