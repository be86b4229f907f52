"""``python -m matching.engine.compiled``: have all kernels compiled, so that nobody waits for it.

Part of ``make setup``, and so of whatever runs them; does nothing but load them when that has been
done.
"""

from __future__ import annotations

import shutil
from uuid import UUID

import numpy as np

from matching.engine.native import KEPT
from matching.engine.nearby import NONE, Nearby, Questions
from matching.engine.standing import StandingPlan


def play() -> None:
    """Let each kernel run once, on a plan of two needs and two offers."""
    meals, care, one, other = (UUID(int=number) for number in range(4))
    plan = StandingPlan()
    row = plan.insert_offer(meals, 1, need_rows=[], values=[], steps=[0, 1])
    plan.insert_need(one, 2, offer_rows=[row], values=[5], term=1)
    first = plan.insert_need(other, 1, offer_rows=[row], values=[8])
    plan.insert_offer(care, 1, need_rows=[first], values=[3])
    plan.resize_offer(meals, 2)
    plan.set_need_term(one, 2)
    plan.set_offer_term(care, 1)
    plan.set_value(one, care, 4)
    plan.pin(one, care, 1)
    plan.unpin(one, care)
    plan.changed()
    plan.forbid(one, care)
    StandingPlan.solved(StandingPlan.restored(plan.snapshot()).snapshot().problem).verify()
    plan.remove_offer(meals)
    plan.remove_need(one)
    _play_nearby()


def _play_nearby() -> None:
    rows = np.arange(64)
    places, far = np.zeros((64, 3)), np.ones(64)
    near = Nearby(lists=1)
    near.put(rows, rows[:, None], places, far)
    asked = Questions(rows[:, None], rows, np.full_like(rows, NONE), places, far, far[:1], far[:1])
    list(near.answers(asked, 1))
    near.drop(0)


def forget_others() -> None:
    """Remove what was compiled from sources that are no more."""
    for kept in KEPT.parent.glob("native-*"):
        if kept != KEPT:
            shutil.rmtree(kept, ignore_errors=True)


if __name__ == "__main__":
    forget_others()
    if not KEPT.exists():
        print("Compiling the matching kernel (most of a minute) ...", flush=True)  # noqa: T201
    play()
