from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import UNASSIGNED, Limits, Problem, Result, Status, assign
from matching.engine.prune import undominated


@dataclass(frozen=True)
class Instance:
    quantity: tuple[int, ...]
    capacity: tuple[int, ...]
    values: dict[tuple[int, int], int]

    def problem(self, shuffled: Random | None = None) -> Problem:
        lines, offers = list(range(len(self.quantity))), list(range(len(self.capacity)))
        pairs = list(self.values)
        if shuffled is not None:
            for given_order in (lines, offers, pairs):
                shuffled.shuffle(given_order)
        return Problem.of(
            line_ids=[UUID(int=line) for line in lines],
            quantity=[self.quantity[line] for line in lines],
            offer_ids=[UUID(int=offer) for offer in offers],
            capacity=[self.capacity[offer] for offer in offers],
            line=[lines.index(line) for line, _ in pairs],
            offer=[offers.index(offer) for _, offer in pairs],
            value=[self.values[pair] for pair in pairs],
        )

    def best_by_trying_everything(self) -> int:
        choices = [
            [None, *(offer for offer in range(len(self.capacity)) if (line, offer) in self.values)]
            for line in range(len(self.quantity))
        ]
        return max(self._worth(choice) for choice in product(*choices))

    def _worth(self, choice: tuple[int | None, ...]) -> int:
        load = [0] * len(self.capacity)
        worth = 0
        for line, offer in enumerate(choice):
            if offer is not None:
                load[offer] += self.quantity[line]
                worth += self.values[line, offer]
        fits = all(used <= most for used, most in zip(load, self.capacity, strict=True))
        return worth if fits else 0


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    quantity = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    capacity = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
    cells = st.tuples(st.integers(0, len(quantity) - 1), st.integers(0, len(capacity) - 1))
    # Few different values, so that ties are common.
    values = draw(st.dictionaries(cells, st.integers(-2, 6), max_size=20))
    return Instance(tuple(quantity), tuple(capacity), values)


def loads(problem: Problem, result: Result) -> list[int]:
    used = np.zeros(len(problem.offer_ids), dtype=np.int64)
    made = result.offer_of_line != UNASSIGNED
    np.add.at(used, result.offer_of_line[made], problem.quantity[made])
    return used.tolist()


@given(instances())
@settings(max_examples=150, deadline=None)
def test_no_other_assignment_is_worth_more(instance: Instance) -> None:
    result = assign(instance.problem())

    assert result.value == instance.best_by_trying_everything()
    assert result.status is Status.OPTIMAL
    assert result.gap == 0


@given(instances(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_input_makes_no_difference(instance: Instance, order: Random) -> None:
    assert assign(instance.problem(order)).pairs() == assign(instance.problem()).pairs()


@given(instances())
@settings(max_examples=100, deadline=None)
def test_capacity_is_never_exceeded_and_only_given_pairs_are_made(instance: Instance) -> None:
    problem = instance.problem()

    result = assign(problem)

    assert all(
        used <= most for used, most in zip(loads(problem, result), instance.capacity, strict=True)
    )
    made = {(line.int, offer.int) for line, offer in result.pairs().items()}
    assert made <= instance.values.keys()
    assert sum(instance.values[pair] for pair in made) == result.value


def test_lines_that_compete_for_nothing_are_each_given_their_best() -> None:
    instance = Instance((1, 1), (5, 5), {(0, 0): 3, (0, 1): 4, (1, 0): 9})

    assert assign(instance.problem()).pairs() == {
        UUID(int=0): UUID(int=1),
        UUID(int=1): UUID(int=0),
    }


def test_a_tie_goes_to_the_earlier_ids() -> None:
    instance = Instance((1, 1), (1, 1), {(0, 0): 5, (0, 1): 5, (1, 0): 5, (1, 1): 5})

    assert assign(instance.problem()).pairs() == {
        UUID(int=0): UUID(int=0),
        UUID(int=1): UUID(int=1),
    }


def test_what_happens_elsewhere_does_not_break_a_tie_otherwise() -> None:
    alone = Instance((1, 1, 1), (1, 1), {(1, 0): 5, (1, 1): 5, (2, 0): 5, (2, 1): 5})
    beside = Instance((2, *alone.quantity[1:]), (1, 1, 2), {**alone.values, (0, 2): 9})

    together = assign(beside.problem()).pairs()

    assert {line: o for line, o in together.items() if line.int > 0} == assign(
        alone.problem()
    ).pairs()


def test_a_result_that_ran_out_of_nodes_states_its_gap() -> None:
    random = Random(7)  # noqa: S311 - the same instance every time
    lines, offers = 60, 9
    instance = Instance(
        tuple(random.randint(3, 19) for _ in range(lines)),
        tuple(random.randint(40, 60) for _ in range(offers)),
        {(i, j): random.randint(400, 999) for i in range(lines) for j in range(offers)},
    )
    problem = instance.problem()

    result = assign(problem, limits=Limits(nodes=0, seconds=5))

    assert result.gap > 0
    assert result.status is Status.FEASIBLE
    assert result.value == sum(
        instance.values[line.int, offer.int] for line, offer in result.pairs().items()
    )
    assert all(a <= b for a, b in zip(loads(problem, result), instance.capacity, strict=True))


def test_nothing_to_decide_is_decided() -> None:
    result = assign(Instance((1,), (1,), {}).problem())

    assert (result.value, result.bound, result.pairs()) == (0, 0, {})


@pytest.mark.parametrize(
    ("quantity", "capacity", "line", "value", "complaint"),
    [
        ([0], [1], [0], [1], "quantity"),
        ([1], [-1], [0], [1], "capacity"),
        ([1, 2], [1], [0], [1], "ids"),
        ([1], [1], [0, 0], [1, 1], "shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    quantity: list[int], capacity: list[int], line: list[int], value: list[int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Problem.of(
            line_ids=[UUID(int=0)],
            quantity=quantity,
            offer_ids=[UUID(int=0)],
            capacity=capacity,
            line=line,
            offer=[0],
            value=value,
        )


def test_a_pair_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Problem.of(
            line_ids=[UUID(int=0)],
            quantity=[1],
            offer_ids=[UUID(int=0)],
            capacity=[1],
            line=[0, 0],
            offer=[0, 0],
            value=[1, 2],
        )


@st.composite
def crowded_instances(draw: st.DrawFn) -> Instance:
    """Many lines of few quantities for little capacity, where most pairs are left out."""
    quantity = draw(st.lists(st.integers(1, 2), min_size=4, max_size=6))
    capacity = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    every = [(line, offer) for line in range(len(quantity)) for offer in range(len(capacity))]
    values = {pair: draw(st.integers(1, 4)) for pair in every}
    return Instance(tuple(quantity), tuple(capacity), values)


@given(crowded_instances())
@settings(max_examples=150, deadline=None)
def test_leaving_out_what_is_dominated_costs_nothing(instance: Instance) -> None:
    problem = instance.problem()

    result = assign(problem)

    assert undominated(problem).pairs <= problem.pairs
    assert result.value == instance.best_by_trying_everything()
    assert result.gap == 0


def test_where_offers_are_scarce_little_is_left_to_decide() -> None:
    values = {
        (line, offer): 1 + (line * 7 + offer) % 100 for line in range(500) for offer in (0, 1)
    }
    problem = Instance((10,) * 500, (20, 20), values).problem()

    assert undominated(problem).pairs == 8
