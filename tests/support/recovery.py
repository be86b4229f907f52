"""How long a stack needs until all of it works again."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from support.conditions import eventually
from support.evidence import is_journalled
from support.ledger import Ledger
from support.load import submissions, submit_all
from support.watch import answer_to, probes, reads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from support.watch import Question
    from wushe.stack import Stack

BACK_WITHIN_SECONDS: Final = 150.0


async def seconds_to_recover(
    stack: Stack, token: str, random: Random, areas: Sequence[str]
) -> float:
    """Return how long it takes until all are ready and answer, and a new need is in reporting."""
    started = time.monotonic()
    status = stack.status()
    (submission,) = submissions(random, needs=1, areas=areas)
    need, ledger = str(submission.needs[0]), Ledger()
    await asyncio.gather(
        _answered([*probes(status, "/readyz"), *reads(status, token)]),
        submit_all(status.gateway, token, [submission], over_seconds=0.0, ledger=ledger),
    )
    assert ledger.refused == [], ledger.refused
    await eventually(
        lambda: is_journalled(status, need),
        bool,
        what=f"need {need} in reporting",
        seconds=BACK_WITHIN_SECONDS,
    )
    return time.monotonic() - started


async def _answered(questions: Sequence[Question]) -> None:
    async with httpx.AsyncClient(timeout=20.0, trust_env=False) as client:
        for question in questions:
            await eventually(
                lambda question=question: answer_to(client, question),  # type: ignore[misc]
                lambda heard: heard.status == HTTPStatus.OK,
                what=f"an answer of {question.name}",
                seconds=BACK_WITHIN_SECONDS,
            )
