from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from allocation_oracle import Instance, instances
from hypothesis import given, settings

from matching.engine import indivisible
from matching.engine.allocate import allocate
from matching.engine.allocation import AllocationProblem
from matching.engine.effort import Effort
from matching.engine.knapsacks import is_relaxable, relaxed_by_knapsacks

SINGLE = instances().map(
    lambda drawn: replace(
        drawn,
        units=tuple(min(1, each) for each in drawn.units),
        whole=(False,) * len(drawn.units),
    )
)


@given(SINGLE)
@settings(max_examples=70, deadline=None)
def test_the_optimum_lies_between_what_is_met_and_the_bound(instance: Instance) -> None:
    problem = instance.problem()
    if not is_relaxable(problem):
        return

    relaxed = relaxed_by_knapsacks(problem, np.zeros(problem.pairs, dtype=np.int64), Effort())

    assert problem.allows(relaxed.chosen)
    assert problem.worth(relaxed.chosen) <= instance.best_by_trying_everything() <= relaxed.bound


@given(SINGLE)
@settings(max_examples=70, deadline=None)
def test_pairs_that_are_left_out_are_in_no_better_allocation(instance: Instance) -> None:
    problem = instance.problem()
    if not is_relaxable(problem):
        return
    nothing = np.zeros(problem.pairs, dtype=np.int64)

    relaxed = relaxed_by_knapsacks(problem, nothing, Effort(work=1e-7))
    left = relaxed.better_than(problem.worth(relaxed.chosen))

    best = instance.best_by_trying_everything()
    pairs = sorted(instance.pairs)
    among = {pairs[at]: instance.pairs[pairs[at]] for at in left.tolist()}
    assert replace(instance, pairs=among).best_by_trying_everything() == best


@given(SINGLE)
@settings(max_examples=80, deadline=None)
def test_what_goes_by_prices_is_exact_too(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indivisible, "EASY_PAIRS", 0)

        found = allocate(instance.problem())

    assert (found.value, found.gap) == (instance.best_by_trying_everything(), 0)


def test_prices_come_nearer_than_a_relaxed_program() -> None:
    # Three of load 2 want two offers of 3: each offer holds one, though 6 would fit into 6.
    problem = AllocationProblem.of(
        units=[1, 1, 1],
        whole=[False] * 3,
        capacity=[3, 3],
        need=[0, 0, 1, 1, 2, 2],
        offer=[0, 1, 0, 1, 0, 1],
        value=[10] * 6,
        load=[2] * 6,
    )

    relaxed = relaxed_by_knapsacks(problem, np.zeros(6, dtype=np.int64), Effort())

    assert (problem.worth(relaxed.chosen), relaxed.bound) == (20, 20)
