"""F2: every process is restarted while needs come in, and no client notices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from support.chaos import service_parts
from support.evidence import SERVICES
from support.rolling import orderly_ends, restart_in_turn
from support.seeds import seeded
from support.trial import check_effects, check_replays, run_trial

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
GROUPS = [
    parts
    for service in SERVICES
    for parts in (
        [f"{service}.serve", f"{service}.serve.2"],
        [f"{service}.consume", f"{service}.relay"],
    )
]


@pytest.mark.parametrize(
    ("rounds", "needs", "load_seconds"),
    [(1, 150, 10.0), pytest.param(20, 3_000, 240.0, marks=pytest.mark.long)],
)
async def test_no_client_notices_that_every_process_is_restarted(
    rounds: int, needs: int, load_seconds: float, split: Stack
) -> None:
    parts = service_parts(split)
    before = {part: orderly_ends(split, part) for part in parts}

    outcome = await run_trial(
        split,
        seeded("rolling restarts"),
        needs=needs,
        over_seconds=load_seconds,
        breaking=partial(restart_in_turn, split, GROUPS, rounds=rounds),
    )

    assert set(outcome.ledger.statuses) <= {"200", "201"}, outcome.describe()
    ends = {part: orderly_ends(split, part) - before[part] for part in parts}
    assert ends == dict.fromkeys(parts, rounds)
    await check_effects(outcome)
    await check_replays(outcome)
