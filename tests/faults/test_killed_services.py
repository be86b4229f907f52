"""F1, F17: services are killed while needs come in; what was accepted happens once, everywhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import kill_each, service_parts
from support.seeds import seeded
from support.trial import check_answers, check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
NEEDS = 500
KILLS = 2


@pytest.mark.parametrize(("mode", "seconds"), [("whole", 10.0), ("split", 16.0)])
async def test_what_was_accepted_happens_once_although_every_process_is_killed_twice(
    mode: str, seconds: float, request: pytest.FixtureRequest
) -> None:
    stack: Stack = request.getfixturevalue(mode)
    random = seeded(f"killed services, {mode}")
    parts = service_parts(stack)

    outcome = await run_trial(
        stack,
        random,
        needs=NEEDS,
        over_seconds=seconds,
        breaking=partial(
            kill_each, stack, parts, times=KILLS, within_seconds=seconds, random=random
        ),
    )

    assert len(outcome.outages) == KILLS * len(parts)
    check_answers(outcome.ledger)
    await check_effects(stack, outcome.ledger)
    await check_replays(stack, outcome.ledger)
    # Replaying changed nothing.
    await check_effects(stack, outcome.ledger)
