"""What the standing plan says about itself, and instances whose optimum others have published."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.compiled import play
from matching.engine.standing import Snapshot, StandingPlan, Transport, Unproved

if TYPE_CHECKING:
    from collections.abc import Sequence


def lap_at() -> Path | None:
    told = os.environ.get("WUSHE_SHARED")
    above = [folder / "shared" for folder in Path(__file__).resolve().parents]
    folders = [folder / "data" / "matching" / "lap" for folder in ([Path(told)] if told else above)]
    return next((folder for folder in folders if folder.is_dir()), None)


LAP = lap_at()
needs_lap = pytest.mark.skipif(
    LAP is None, reason="The instances of OR-Library are not here; WUSHE_SHARED says where."
)


def name(number: int) -> UUID:
    return UUID(int=number)


def dense(values: Sequence[Sequence[int]], **columns: object) -> Transport:
    """Every need with every offer."""
    table = np.array(values, dtype=np.int64)
    rows, width = table.shape
    return Transport.of(
        need_ids=[name(k) for k in range(rows)],
        offer_ids=[name(100_000 + k) for k in range(width)],
        need=np.repeat(np.arange(rows), width),
        offer=np.tile(np.arange(width), rows),
        value=table.ravel(),
        **{"units": 1, "capacity": 1, **columns},
    )


@needs_lap
@pytest.mark.parametrize(("instance", "optimum"), [("assign100", 305), ("assign600", 1176)])
def test_a_published_assignment_problem_is_solved_to_its_optimum(
    instance: str, optimum: int
) -> None:
    assert LAP is not None
    size, *costs = map(int, (LAP / f"{instance}.txt").read_text().split())
    most = 1_000  # Above every cost, so that everybody is given something.
    plan = StandingPlan.solved(dense(most - np.reshape(costs, (size, size))))

    assert most * size - plan.verify().value == optimum


@needs_lap
def test_a_published_assignment_problem_is_solved_need_by_need() -> None:
    assert LAP is not None
    size, *costs = map(int, (LAP / "assign100.txt").read_text().split())
    values = 1_000 - np.reshape(costs, (size, size))
    plan = StandingPlan()
    offers = [plan.insert_offer(name(100_000 + k), 1, [], []) for k in range(size)]
    for need in range(size):
        plan.insert_need(name(need), 1, offers, values[need])

    assert 1_000 * size - plan.verify().value == 305


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(-2, 5), min_size=width, max_size=width), min_size=1, max_size=5
    )
)


@given(tables, st.data())
@settings(max_examples=200, deadline=None)
def test_no_other_plan_is_worth_more(values: list[list[int]], data: st.DataObject) -> None:
    width = len(values[0])
    capacity = data.draw(st.lists(st.integers(0, 3), min_size=width, max_size=width))
    best = 0
    for choice in product(range(-1, width), repeat=len(values)):
        if all(choice.count(offer) <= capacity[offer] for offer in range(width)):
            best = max(best, sum(row[c] for row, c in zip(values, choice, strict=True) if c >= 0))

    assert StandingPlan.solved(dense(values, capacity=capacity)).verify().value == best


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_input_makes_no_difference(values: list[list[int]], order: Random) -> None:
    given_order = dense(values)
    needs, offers = list(range(len(values))), list(range(len(values[0])))
    pairs = list(range(given_order.value.size))
    for each in (needs, offers, pairs):
        order.shuffle(each)
    shuffled = Transport.of(
        need_ids=[name(k) for k in needs],
        offer_ids=[name(100_000 + k) for k in offers],
        need=[needs.index(int(given_order.need[pair])) for pair in pairs],
        offer=[offers.index(int(given_order.offer[pair])) for pair in pairs],
        value=given_order.value[pairs],
        units=1,
        capacity=1,
    )

    one, other = StandingPlan.solved(given_order), StandingPlan.solved(shuffled)

    assert [one.offers_of(name(k)) for k in range(len(values))] == [
        other.offers_of(name(k)) for k in range(len(values))
    ]
    assert [one.price_of(name(100_000 + k)) for k in range(len(offers))] == [
        other.price_of(name(100_000 + k)) for k in range(len(offers))
    ]


def test_equal_events_in_equal_order_give_equal_plans() -> None:
    def told() -> list[object]:
        dice = Random(3)  # noqa: S311 - the same story every time
        plan = StandingPlan()
        rows = [plan.insert_offer(name(1000 + k), dice.randint(0, 2), [], []) for k in range(8)]
        for step in range(150):
            if step % 3 == 2 and name(step - 2) in plan:
                plan.remove_need(name(step - 2))
            else:
                plan.insert_need(name(step), 1, rows, [dice.randint(1, 3) for _ in rows])
        needs = [name(step) for step in range(150) if name(step) in plan]
        return [(need, plan.offers_of(need), plan.surplus_of(need)) for need in needs]

    assert told() == told()


def test_a_stored_plan_that_is_not_the_best_is_repaired() -> None:
    plan = StandingPlan.solved(dense([[5, 4], [5, 1]]))
    kept = plan.snapshot()
    worse = Snapshot(problem=kept.problem, carried=np.array([1, 0, 0, 1]), price=kept.price)

    restored = StandingPlan.restored(worse)

    assert restored.verify().value == plan.certificate().value == 9
    assert restored.changed() == (name(0), name(1))


def test_whom_a_plan_from_nothing_serves_has_changed() -> None:
    plan = StandingPlan.solved(dense([[5, 4], [5, 1], [0, -1]]))

    assert plan.changed() == (name(0), name(1))
    assert plan.changed() == ()


def test_a_crowd_for_few_offers_is_planned_as_well_from_nothing_as_one_by_one() -> None:
    dice = np.random.default_rng(5)
    values = dice.integers(1, 10_000, (300, 20))
    capacity = dice.integers(1, 8, 20)
    plan = StandingPlan()
    rows = [plan.insert_offer(name(100_000 + k), int(capacity[k]), [], []) for k in range(20)]
    for need in range(300):
        plan.insert_need(name(need), 1, rows, values[need])

    assert (
        plan.verify().value == StandingPlan.solved(dense(values, capacity=capacity)).verify().value
    )


def test_stored_prices_that_are_wrong_are_repaired() -> None:
    kept = StandingPlan.solved(dense([[5, 4], [5, 1], [2, 2]])).snapshot()
    for price in ([0, 0], [9, 9], [0, 7]):
        wrong = Snapshot(problem=kept.problem, carried=kept.carried, price=np.array(price))

        assert StandingPlan.restored(wrong).verify().value == 9


def test_a_price_is_what_one_more_unit_would_cost_others() -> None:
    plan = StandingPlan.solved(dense([[8], [5], [3]], capacity=2))

    assert plan.price_of(name(100_000)) in range(3, 6)
    assert [plan.offers_of(name(k)) for k in range(3)] == [{name(100_000): 1}] * 2 + [{}]
    assert plan.load_of(name(100_000)) == 2
    assert max(plan.reduced_values_of(name(2)).values()) <= 0
    assert plan.reduced_values_of(name(0)) == {name(100_000): 0}


def test_units_are_dearer_from_step_to_step() -> None:
    plan = StandingPlan.solved(dense([[9]], units=6, capacity=6, steps=[[1, 5, 9]]))

    assert plan.offers_of(name(0)) == {name(100_000): 2}
    assert plan.certificate().value == 8 + 4


def test_a_pinned_unit_stays_even_above_the_capacity() -> None:
    plan = StandingPlan.solved(dense([[1], [9]], capacity=1))
    plan.pin(name(0), name(100_000), 1)

    assert plan.offers_of(name(1)) == {}
    plan.resize_offer(name(100_000), 0)
    assert plan.offers_of(name(0)) == {name(100_000): 1}
    assert plan.verify().value == 1


def test_a_proof_that_does_not_hold_is_no_proof() -> None:
    plan = StandingPlan.solved(dense([[5, 4], [5, 1]]))
    plan._state.price[0] += 1  # noqa: SLF001 - what only a fault could do

    with pytest.raises(Unproved):
        plan.verify()


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"units": 0}, "units"),
        ({"capacity": -1}, "capacity"),
        ({"pinned": 2}, "pinned"),
        ({"steps": [[3, 2]]}, "step"),
        ({"steps": [[1], [1]]}, "steps of 2"),
    ],
    ids=["units", "capacity", "pinned", "steps", "offers"],
)
def test_columns_that_do_not_fit_are_refused(columns: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        dense([[5]], **columns)


def test_what_is_in_the_plan_is_not_taken_in_again_and_what_is_not_is_not_found() -> None:
    plan = StandingPlan()
    row = plan.insert_offer(name(1), 1, [], [])

    with pytest.raises(ValueError, match="already"):
        plan.insert_offer(name(1), 1, [], [])
    with pytest.raises(ValueError, match="unknown"):
        plan.insert_need(name(2), 1, [row + 1], [5])
    with pytest.raises(KeyError):
        plan.remove_need(name(2))


def test_kernels_are_loaded_not_compiled() -> None:
    counted = (
        "from matching.engine.compiled import play; from matching.engine.standing import settle;"
        "play(); print(settle.settle.stats.cache_misses)"
    )
    play()
    done = subprocess.run(  # noqa: S603 - a constant
        [sys.executable, "-c", counted], check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == "Counter()"
