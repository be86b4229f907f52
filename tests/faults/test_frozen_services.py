"""A service that is frozen is started anew by the supervisor, and nothing is lost with it."""

from __future__ import annotations

import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import Outage, restarted
from support.evidence import SERVICES
from support.seeds import seeded
from support.trial import check_answers, check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.long, pytest.mark.xdist_group("stack")]
SILENT_SECONDS = 20.0


async def freeze_in_turn(stack: Stack, parts: Sequence[str]) -> list[Outage]:
    """Freeze each part; return when the supervisor has ended it and has it ready again."""
    start = time.monotonic()
    outages: list[Outage] = []
    for part in parts:
        after = time.monotonic() - start
        await restarted(stack, part, signal.SIGSTOP)
        seconds = time.monotonic() - start - after
        outages.append(Outage(part=part, after_seconds=round(after, 1), seconds=round(seconds, 1)))
    return outages


async def test_what_was_accepted_happens_once_although_each_service_is_frozen_for_good(
    whole: Stack,
) -> None:
    before = {name: whole.status().parts[name].restarts for name in SERVICES}

    outcome = await run_trial(
        whole,
        seeded("frozen services"),
        needs=300,
        over_seconds=100.0,
        breaking=partial(freeze_in_turn, whole, SERVICES),
    )

    after = {name: whole.status().parts[name].restarts for name in SERVICES}
    assert after == {name: restarts + 1 for name, restarts in before.items()}
    # Not at once: a service that is only slow is left alone.
    assert min(each.seconds for each in outcome.outages) > SILENT_SECONDS
    # The gateway gives up what nobody answers, and the caller asks again.
    check_answers(outcome, also=frozenset({"504"}))
    await check_effects(outcome)
    await check_replays(outcome)
