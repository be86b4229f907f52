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


@pytest.mark.parametrize(
    ("mode", "load_seconds", "kill_seconds"),
    [pytest.param("whole", 10.0, 7.0, marks=pytest.mark.long), ("split", 20.0, 12.0)],
)
async def test_what_was_accepted_happens_once_although_every_process_is_killed_twice(
    mode: str, load_seconds: float, kill_seconds: float, request: pytest.FixtureRequest
) -> None:
    stack: Stack = request.getfixturevalue(mode)
    random = seeded(f"killed services, {mode}")
    parts = service_parts(stack)

    outcome = await run_trial(
        stack,
        random,
        needs=NEEDS,
        over_seconds=load_seconds,
        breaking=partial(
            kill_each, stack, parts, times=KILLS, within_seconds=kill_seconds, random=random
        ),
    )

    assert len(outcome.outages) == KILLS * len(parts)
    # Sixteen processes that start at once leave each other no time: whoever answers too late for
    # the gateway is as good as frozen.
    check_answers(outcome, also=frozenset({"504"}))
    await check_effects(outcome)
    await check_replays(outcome)
    # Replaying changed nothing.
    await check_effects(outcome)
