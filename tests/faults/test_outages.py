"""F3: what the services stand on breaks under load, and nothing that was accepted is lost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import kill_each
from support.seeds import seeded
from support.trial import check_answers, check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("postgres", id="the database crashes"),
        pytest.param("broker", id="the broker forgets everything"),
    ],
)
async def test_what_was_accepted_happens_once_although(part: str, whole: Stack) -> None:
    random = seeded(f"outage of {part}")

    outcome = await run_trial(
        whole,
        random,
        needs=250,
        over_seconds=8.0,
        breaking=partial(kill_each, whole, [part], times=2, within_seconds=8.0, random=random),
    )

    assert len(outcome.outages) == 2
    check_answers(outcome)
    await check_effects(outcome)
    await check_replays(outcome)
