from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from allocation_oracle import Instance, instances
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.engine.allocate import allocate
from matching.engine.allocation import LARGEST_SUM, AllocationProblem, SumsTooLarge
from matching.engine.effort import Effort
from matching.engine.result import Status

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray


@given(instances())
@settings(max_examples=150, deadline=None)
def test_no_other_allocation_is_worth_more(instance: Instance) -> None:
    problem = instance.problem()

    found = allocate(problem)

    assert problem.allows(found.units)
    assert found.value == problem.worth(found.units) == instance.best_by_trying_everything()
    assert found.status is Status.OPTIMAL


@given(instances(are_even=True))
@settings(max_examples=100, deadline=None)
def test_what_is_a_flow_is_exact_without_any_effort(instance: Instance) -> None:
    found = allocate(instance.problem(), Effort(work=0))

    assert found.value == found.bound == instance.best_by_trying_everything()


@given(instances())
@settings(max_examples=100, deadline=None)
def test_without_effort_the_optimum_lies_between_value_and_bound(instance: Instance) -> None:
    problem = instance.problem()

    found = allocate(problem, Effort(work=0))

    assert problem.allows(found.units)
    assert found.value <= instance.best_by_trying_everything() <= found.bound


@given(instances(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_pairs_makes_no_difference(instance: Instance, dice: Random) -> None:
    one, other = allocate(instance.problem()), allocate(instance.problem(dice))

    assert one.units.tolist() == other.units.tolist()


def test_nothing_to_give_is_worth_nothing() -> None:
    found = allocate(Instance((), (), (), {}).problem())

    assert (found.units.tolist(), found.value, found.bound) == ([], 0, 0)


def test_a_harmful_pair_is_chosen_only_where_it_completes_a_whole_need() -> None:
    pairs = {(0, 0): (5, 1), (0, 1): (-3, 1)}

    whole = allocate(Instance((2,), (True,), (1, 1), pairs).problem())
    divisible = allocate(Instance((2,), (False,), (1, 1), pairs).problem())

    assert (whole.units.tolist(), whole.value) == ([1, 1], 2)
    assert (divisible.units.tolist(), divisible.value) == ([1, 0], 5)


def test_what_is_too_large_for_flow_and_floating_point_is_exact_all_the_same() -> None:
    huge = 10**17
    pairs = {(0, 0): (huge, 1), (1, 0): (huge + 1, 1), (1, 1): (huge - 1, 1)}

    found = allocate(Instance((2, 2), (False, False), (3, 1), pairs).problem())

    assert (found.value, found.gap) == (4 * huge, 0)


def test_sums_beyond_64_bits_are_refused() -> None:
    with pytest.raises(SumsTooLarge, match="values are too large"):
        Instance((2,), (False,), (2,), {(0, 0): (LARGEST_SUM, 1)}).problem()


def scattered(seed: int, *, needs: int, offers: int, load: int) -> AllocationProblem:
    dice, degree = np.random.default_rng(seed), 6
    units = dice.integers(1, 9, needs)
    return AllocationProblem.of(
        units=units,
        whole=dice.random(needs) < 0.2,
        capacity=np.full(offers, units.sum() * (1 + load) // 4 // offers),
        need=np.repeat(np.arange(needs), degree),
        offer=np.concatenate([dice.choice(offers, degree, replace=False) for _ in range(needs)]),
        value=dice.integers(-20, 1000, needs * degree),
        load=dice.integers(1, load + 1, needs * degree),
    )


def by_highs(problem: AllocationProblem) -> int:
    """Solve the same as one program, written anew."""
    needs, offers, pairs = len(problem.units), len(problem.capacity), problem.pairs
    matrix: NDArray[np.float64] = np.zeros((needs + offers, pairs + needs))
    matrix[problem.need, np.arange(pairs)] = 1
    matrix[needs + problem.offer, np.arange(pairs)] = problem.load
    wholes = np.flatnonzero(problem.whole)
    matrix[wholes, pairs + wholes] = -problem.units[wholes]
    most = np.append(np.where(problem.whole, 0, problem.units), problem.capacity)
    outcome = milp(
        np.append(-problem.value, np.zeros(needs)).astype(float),
        integrality=np.ones(pairs + needs),
        bounds=Bounds(0, np.append(problem.units[problem.need], np.ones(needs)).astype(float)),
        constraints=LinearConstraint(matrix, np.where(most > 0, -np.inf, 0), most),
        options={"mip_rel_gap": 0.0},
    )
    assert outcome.fun is not None
    return round(-outcome.fun)


@pytest.mark.parametrize(("seed", "load"), [(1, 1), (2, 1), (3, 4), (4, 4)])
def test_middling_instances_agree_with_another_solver(seed: int, load: int) -> None:
    problem = scattered(seed, needs=40, offers=15, load=load)

    found = allocate(problem)

    assert (found.value, found.bound) == (by_highs(problem), found.value)


def test_equal_work_gives_equal_plans_and_true_bounds() -> None:
    problem = scattered(5, needs=60, offers=20, load=5)

    one, other = (allocate(problem, Effort(work=0.1)) for _ in range(2))

    assert one.units.tolist() == other.units.tolist()
    assert (one.value, one.bound) == (other.value, other.bound)
    assert problem.allows(one.units)


@pytest.mark.parametrize("seconds", [1e-6, 1e-3, 0.05])
def test_a_solver_that_had_no_time_to_look_proves_nothing(seconds: float) -> None:
    problem = scattered(7, needs=60, offers=20, load=6)
    best = by_highs(problem)

    found = allocate(problem, Effort(seconds_left=lambda: seconds))

    assert problem.allows(found.units)
    assert found.value <= best <= found.bound


def test_the_clock_of_the_caller_is_heeded() -> None:
    problem = scattered(6, needs=400, offers=130, load=6)
    began = time.monotonic()

    found = allocate(problem, Effort(seconds_left=lambda: began + 0.5 - time.monotonic()))

    assert time.monotonic() - began < 10
    assert 0 < found.value < found.bound
    assert found.status is Status.FEASIBLE
