from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_oracle import Case, cases, plain

from matching.engine.allocation import LARGEST_SUM, SumsTooLarge
from matching.engine.planner import PlannerLimits, plan
from matching.engine.planner_problem import ALONE, Objective, PlannerProblem
from matching.engine.result import Status

if TYPE_CHECKING:
    from random import Random

    from matching.engine.planner_result import PlannerResult

NO_WORK = PlannerLimits(work=0)


def chosen(result: PlannerResult) -> frozenset[tuple[int, int]]:
    return frozenset(
        (line.int, offer.int) for line, offers in result.pairs().items() for offer in offers
    )


@given(cases())
@settings(max_examples=150, deadline=None)
def test_no_other_plan_is_worth_more(case: Case) -> None:
    result = plan(case.problem())

    picked = chosen(result)
    assert case.is_allowed(picked)
    assert result.value == case.total_of(picked) == case.best()[1]
    assert result.worth == sum(case.pairs[pair][0] for pair in picked)
    assert (result.status, result.least) == (Status.OPTIMAL, None)


@given(cases().map(plain))
@settings(max_examples=60, deadline=None)
def test_lines_of_different_size_alone_are_planned_exactly(case: Case) -> None:
    result = plan(case.problem())

    assert case.is_allowed(chosen(result))
    assert (result.value, result.gap) == (case.best()[1], 0)


@given(cases(Objective.LEAST_FIRST))
@settings(max_examples=100, deadline=None)
def test_nobody_could_be_less_badly_off_and_then_no_plan_is_worth_more(case: Case) -> None:
    result = plan(case.problem())

    picked = chosen(result)
    least, total = case.best()
    assert case.is_allowed(picked)
    assert result.value == case.total_of(picked) == total
    assert case.least_of(picked) == least
    assert (least if result.least is None else result.least.value) == least
    assert result.status is Status.OPTIMAL


@given(cases(), st.integers(0, 2**9 - 1))
@settings(max_examples=100, deadline=None)
def test_without_work_the_optimum_lies_between_value_and_bound(case: Case, kept: int) -> None:
    result = plan(case.problem(kept=kept), NO_WORK)

    assert case.is_allowed(chosen(result))
    assert result.value == case.total_of(chosen(result))
    assert result.value <= case.best()[1] <= result.bound


@given(cases(Objective.LEAST_FIRST))
@settings(max_examples=50, deadline=None)
def test_without_work_the_least_lies_between_its_value_and_bound(case: Case) -> None:
    result = plan(case.problem(), NO_WORK)

    assert case.is_allowed(chosen(result))
    if result.least is not None:
        assert result.least.value <= case.best()[0] <= result.least.bound
        assert case.least_of(chosen(result)) >= result.least.value


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_what_is_given_makes_no_difference(case: Case, dice: Random) -> None:
    assert plan(case.problem()).pairs() == plan(case.problem(dice)).pairs()


@given(cases(), cases())
@settings(max_examples=40, deadline=None)
def test_what_happens_elsewhere_moves_nothing(case: Case, other: Case) -> None:
    lines, offers = len(case.wanted), len(case.capacity)
    beside = Case(
        wanted=case.wanted + other.wanted,
        bundle=case.bundle + tuple(ALONE if each == ALONE else each + 9 for each in other.bundle),
        group=case.group + other.group,
        capacity=case.capacity + other.capacity,
        price=case.price + other.price,
        pairs=case.pairs
        | {(line + lines, offer + offers): what for (line, offer), what in other.pairs.items()},
        offer_clashes=case.offer_clashes
        + tuple(tuple(each + offers for each in clash) for clash in other.offer_clashes),
        pair_clashes=case.pair_clashes
        + tuple(
            tuple((line + lines, offer + offers) for line, offer in clash)
            for clash in other.pair_clashes
        ),
    )

    together = chosen(plan(beside.problem()))

    assert {pair for pair in together if pair[0] < lines} == chosen(plan(case.problem()))


def session(*, seats: int = 1, clashes: bool) -> Case:
    """Return a case of two sessions of one party and a line for each."""
    return Case(
        wanted=(1, 1, 1),
        bundle=(ALONE,) * 3,
        group=(ALONE,) * 3,
        capacity=(seats, seats),
        price=(0, 0),
        pairs={(0, 0): (5, 1), (1, 0): (4, 1), (2, 1): (6, 1)},
        offer_clashes=((0, 1),) if clashes else (),
    )


def test_of_sessions_that_overlap_one_is_used_with_all_its_seats() -> None:
    assert chosen(plan(session(seats=2, clashes=True).problem())) == {(0, 0), (1, 0)}
    assert chosen(plan(session(clashes=True).problem())) == {(2, 1)}
    assert chosen(plan(session(clashes=False).problem())) == {(0, 0), (2, 1)}


def test_the_price_of_the_flow_keeps_the_planner_from_what_others_need_more() -> None:
    case = Case((1,), (ALONE,), (ALONE,), (4,), (2,), {(0, 0): (7, 3)})
    dearer = Case((1,), (ALONE,), (ALONE,), (4,), (3,), {(0, 0): (7, 3)})

    assert (plan(case.problem()).value, plan(case.problem()).worth) == (1, 7)
    assert chosen(plan(dearer.problem())) == frozenset()


def test_what_is_kept_is_where_the_search_begins() -> None:
    case = Case((1, 1), (ALONE,) * 2, (ALONE,) * 2, (3, 3), (0, 0), {}, pair_clashes=())
    pairs = {(0, 0): (5, 2), (0, 1): (5, 2), (1, 0): (5, 2), (1, 1): (5, 2)}
    crossed = Case(case.wanted, (0, 0), case.group, case.capacity, case.price, pairs)

    result = plan(crossed.problem(kept=0b0110), NO_WORK)

    assert chosen(result) == {(0, 1), (1, 0)}


def test_nothing_to_decide_is_decided() -> None:
    result = plan(Case((), (), (), (), (), {}).problem())

    assert (result.pairs(), result.value, result.gap) == ({}, 0, 0)


def scattered(seed: int, lines: int, offers: int) -> PlannerProblem:
    """Return lines in bundles of two, offers that clash in pairs, and six pairs a line."""
    dice = np.random.default_rng(seed)
    return PlannerProblem.of(
        line_ids=[UUID(int=each) for each in range(lines)],
        offer_ids=[UUID(int=each) for each in range(offers)],
        bundle=np.arange(lines) // 2,
        wanted=dice.integers(1, 3, lines),
        group=np.arange(lines) % 4,
        capacity=dice.integers(2, 9, offers),
        line=np.repeat(np.arange(lines), 6),
        offer=np.concatenate([dice.choice(offers, 6, replace=False) for _ in range(lines)]),
        value=dice.integers(1, 1000, 6 * lines),
        load=dice.integers(1, 5, 6 * lines),
        offer_clashes=np.arange(offers - offers % 2).reshape(-1, 2).tolist(),
        objective=Objective.LEAST_FIRST if seed % 2 else Objective.TOTAL,
    )


@pytest.mark.parametrize("seed", [2, 3])
def test_equal_work_gives_equal_plans(seed: int) -> None:
    problem = scattered(seed, lines=40, offers=16)

    one, other = (plan(problem, PlannerLimits(work=0.1)) for _ in range(2))

    assert one.pairs() == other.pairs()
    assert (one.value, one.bound) == (other.value, other.bound)
    assert 0 < one.value <= one.bound


def test_a_middling_component_is_proved() -> None:
    problem = scattered(4, lines=16, offers=10)

    result = plan(problem)

    assert (result.status, result.gap) == (Status.OPTIMAL, 0)
    assert result.value > plan(problem, NO_WORK).value


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"line": [1]}, "a pair names a line that is not there"),
        ({"offer": [-1]}, "a pair names a offer that is not there"),
        ({"line": [0, 0], "offer": [0, 0], "value": [1, 1], "load": [1, 1]}, "a pair occurs twice"),
        ({"line_ids": [UUID(int=1)] * 2}, "a line or an offer occurs twice"),
        ({"value": [1, 2]}, "values where"),
        ({"capacity": [-1]}, "capacity is less than 0"),
        ({"load": [-1]}, "load is less than 0"),
        ({"price": [-1]}, "price is less than 0"),
        ({"wanted": [0]}, "wanted is less than 1"),
        ({"offer_clashes": [[0, 1]]}, "names a clash"),
        ({"objective": "most"}, "is not a valid Objective"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, object], why: str) -> None:
    given = {
        "line_ids": [UUID(int=1)],
        "offer_ids": [UUID(int=2)],
        "capacity": [1],
        "line": [0],
        "offer": [0],
        "value": [1],
        "load": [1],
    }

    with pytest.raises(ValueError, match=why):
        PlannerProblem.of(**{**given, **changed})  # type: ignore[arg-type]


def test_sums_beyond_64_bits_are_refused() -> None:
    with pytest.raises(SumsTooLarge):
        Case((1,), (ALONE,), (ALONE,), (1,), (0,), {(0, 0): (LARGEST_SUM + 999, 1)}).problem()
