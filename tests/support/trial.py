"""One trial: needs come in while something breaks, and afterwards every promise is counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support import evidence
from support.chaos import Outage
from support.ledger import Ledger
from support.load import replay, submissions, submit_all
from support.stacks import administrator, townships
from support.supply import publish_offers
from wushe.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from random import Random


ALLOWED_ANSWERS: Final = frozenset({"200", "201", "503"})
REPLAYED: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the clients were told, and what broke meanwhile."""

    stack: Stack
    token: str
    ledger: Ledger
    outages: list[Outage]

    def describe(self) -> str:
        """Say what happened, for the log of the test."""
        broken = ", ".join(
            f"{each.part} at {each.after_seconds} s for {each.seconds} s" for each in self.outages
        )
        return f"{self.ledger.summary()}; broken: {broken}"


async def run_trial(
    stack: Stack,
    random: Random,
    *,
    needs: int,
    over_seconds: float,
    breaking: Callable[[], Awaitable[list[Outage]]],
) -> Outcome:
    """Submit needs over a time while something breaks; return when all are answered."""
    token = administrator(stack)
    await evidence.await_areas(stack.status())
    areas = townships(stack, token)
    await publish_offers(stack.status().gateway, token, random, areas=areas)
    requests = submissions(random, needs=needs, areas=areas)
    ledger = Ledger()
    load = submit_all(
        stack.status().gateway, token, requests, over_seconds=over_seconds, ledger=ledger
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(load)
        broken = group.create_task(_as_coroutine(breaking))
    outcome = Outcome(stack, token, ledger, broken.result())
    print(outcome.describe())  # noqa: T201  # A failing run is understood from it.
    assert ledger.refused == [], ledger.refused[:5]
    assert ledger.needs == {str(need) for each in requests for need in each.needs}
    return outcome


def check_answers(outcome: Outcome, *, also: frozenset[str] = frozenset()) -> None:
    """Clients saw success, "not now", or a broken connection, and nothing else."""
    statuses = {answer for answer in outcome.ledger.statuses if answer.isdecimal()}
    assert statuses - ALLOWED_ANSWERS - also == set(), outcome.describe()


async def check_effects(outcome: Outcome) -> None:
    """Every accepted need is in cases, matching and reporting, once and in order."""
    status, needs = outcome.stack.status(), outcome.ledger.needs
    await evidence.await_needs(status, outcome.token, needs)
    await evidence.await_quiet(status)
    journal = await evidence.journal_of(status)
    shown = await evidence.needs_in_matching(status.gateway, outcome.token)
    assert await evidence.needs_in_cases(status, needs) == len(needs)
    assert {need: journal.submitted[need] for need in needs} == dict.fromkeys(needs, 1)
    await evidence.await_matches(status, outcome.ledger.needs_of_groups)
    assert {need: shown[need] for need in needs} == dict.fromkeys(needs, 1)
    assert journal.doubled == []
    assert journal.disordered == []
    assert await evidence.dead_letters(status) == []


async def check_replays(outcome: Outcome) -> None:
    """The same keys get the same bytes again, most of all where the first answer was lost."""
    accepted = outcome.ledger.accepted
    others = [each for each in accepted if each.attempts == 1]
    chosen = [*outcome.ledger.retried, *others][:REPLAYED]
    answers = await replay(outcome.stack.status().gateway, outcome.token, chosen)
    assert answers == [(each.status, each.body) for each in chosen]


async def _as_coroutine(breaking: Callable[[], Awaitable[list[Outage]]]) -> list[Outage]:
    return await breaking()
