"""Every event in any order: after each the plan is as good as a solver's that starts anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.engine.standing import StandingPlan

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDS, OFFERS = st.integers(0, 9), st.integers(100, 107)
# Few different values, so that ties are common.
VALUES = st.one_of(st.integers(-2, 6), st.integers(-50, 200))
TERMS = st.one_of(st.just(0), st.integers(-6, 6), st.integers(-80, 80))
STEPS = st.lists(st.integers(0, 4), max_size=4).map(
    lambda rises: [sum(rises[: k + 1]) for k in range(len(rises))]
)


@dataclass
class Offer:
    capacity: int
    steps: list[int]
    term: int = 0

    def cost(self, load: int) -> int:
        return sum(self.step(k) for k in range(1, load + 1))

    def step(self, k: int) -> int:
        return self.steps[min(k, len(self.steps)) - 1] if self.steps else 0


@dataclass
class Need:
    units: int
    term: int = 0


@dataclass
class Model:
    """The instance in plain words, and what a solver makes of it."""

    needs: dict[int, Need] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    values: dict[tuple[int, int], int] = field(default_factory=dict)
    pinned: dict[tuple[int, int], int] = field(default_factory=dict)

    def worth(self, need: int, offer: int) -> int:
        return self.values[need, offer] + self.needs[need].term + self.offers[offer].term

    def pinned_of(self, need: int) -> int:
        return sum(units for (i, _), units in self.pinned.items() if i == need)

    def best(self) -> int:
        """What the best plan is worth, by OR-Tools: pinned units apart, the rest as a flow."""
        flow = SimpleMinCostFlow()
        rows = {need: row for row, need in enumerate(self.needs)}
        columns = {offer: len(rows) + column for column, offer in enumerate(self.offers)}
        sink = len(rows) + len(columns)
        fixed, supply = 0, 0
        for offer, column in columns.items():
            held = sum(units for (_, j), units in self.pinned.items() if j == offer)
            fixed -= self.offers[offer].cost(held)
            for k in range(held + 1, self.offers[offer].capacity + 1):
                cost = self.offers[offer].step(k)
                flow.add_arc_with_capacity_and_unit_cost(column, sink, 1, cost)
        for need, row in rows.items():
            free = self.needs[need].units - self.pinned_of(need)
            supply += free
            flow.set_node_supply(row, free)
            flow.add_arc_with_capacity_and_unit_cost(row, sink, free, 0)
        flow.set_node_supply(sink, -supply)
        for need, offer in self.values:
            worth = self.worth(need, offer)
            fixed += worth * self.pinned.get((need, offer), 0)
            if worth > 0:
                flow.add_arc_with_capacity_and_unit_cost(rows[need], columns[offer], 99, -worth)
        assert flow.solve() == flow.OPTIMAL
        return fixed - flow.optimal_cost()

    def value_of(self, served: dict[int, dict[int, int]]) -> int:
        """What a plan is worth, unit by unit."""
        loads = dict.fromkeys(self.offers, 0)
        value = 0
        for need, offers in served.items():
            for offer, units in offers.items():
                value += units * self.worth(need, offer)
                loads[offer] += units
        return value - sum(self.offers[offer].cost(load) for offer, load in loads.items())


def name(number: int) -> UUID:
    return UUID(int=number)


class Events(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model, self.plan = Model(), StandingPlan()
        self.told: dict[int, dict[int, int]] = {}

    @rule(
        need=NEEDS,
        units=st.one_of(st.just(1), st.integers(1, 6)),
        term=TERMS,
        values=st.dictionaries(OFFERS, VALUES),
    )
    def insert_need(self, need: int, units: int, term: int, values: dict[int, int]) -> None:
        if need in self.model.needs:
            return
        values = {offer: value for offer, value in values.items() if offer in self.model.offers}
        self.plan.insert_need(
            name(need),
            units,
            [self.plan.row_of(name(offer)) for offer in values],
            list(values.values()),
            term,
        )
        self.model.needs[need] = Need(units, term)
        self.model.values |= {(need, offer): value for offer, value in values.items()}

    @rule(need=NEEDS)
    def remove_need(self, need: int) -> None:
        if need in self.model.needs:
            self.plan.remove_need(name(need))
            del self.model.needs[need]
            self._drop(lambda pair: pair[0] == need)
            self.told.pop(need, None)

    @rule(
        offer=OFFERS,
        capacity=st.integers(0, 5),
        steps=STEPS,
        term=TERMS,
        values=st.dictionaries(NEEDS, VALUES),
    )
    def insert_offer(
        self, offer: int, capacity: int, steps: list[int], term: int, values: dict[int, int]
    ) -> None:
        if offer in self.model.offers:
            return
        values = {need: value for need, value in values.items() if need in self.model.needs}
        self.plan.insert_offer(
            name(offer),
            capacity,
            [self.plan.row_of_need(name(need)) for need in values],
            list(values.values()),
            steps,
            term,
        )
        self.model.offers[offer] = Offer(capacity, steps, term)
        self.model.values |= {(need, offer): value for need, value in values.items()}

    @rule(offer=OFFERS)
    def remove_offer(self, offer: int) -> None:
        if offer in self.model.offers:
            self.plan.remove_offer(name(offer))
            del self.model.offers[offer]
            self._drop(lambda pair: pair[1] == offer)

    @rule(offer=OFFERS, capacity=st.integers(0, 8))
    def resize_offer(self, offer: int, capacity: int) -> None:
        if offer in self.model.offers:
            self.plan.resize_offer(name(offer), capacity)
            self.model.offers[offer].capacity = capacity

    @rule(need=NEEDS, term=TERMS)
    def set_need_term(self, need: int, term: int) -> None:
        if need in self.model.needs:
            self.plan.set_need_term(name(need), term)
            self.model.needs[need].term = term

    @rule(offer=OFFERS, term=TERMS)
    def set_offer_term(self, offer: int, term: int) -> None:
        if offer in self.model.offers:
            self.plan.set_offer_term(name(offer), term)
            self.model.offers[offer].term = term

    @rule(need=NEEDS, offer=OFFERS, value=VALUES)
    def set_value(self, need: int, offer: int, value: int) -> None:
        if need in self.model.needs and offer in self.model.offers:
            self.plan.set_value(name(need), name(offer), value)
            self.model.values[need, offer] = value

    @rule(need=NEEDS, offer=OFFERS)
    def forbid(self, need: int, offer: int) -> None:
        if need in self.model.needs and offer in self.model.offers:
            self.plan.forbid(name(need), name(offer))
            self._drop(lambda pair: pair == (need, offer))

    @rule(need=NEEDS, offer=OFFERS, units=st.integers(0, 6))
    def pin(self, need: int, offer: int, units: int) -> None:
        if (need, offer) not in self.model.values:
            return
        others = self.model.pinned_of(need) - self.model.pinned.get((need, offer), 0)
        if units > self.model.needs[need].units - others:
            with pytest.raises(ValueError, match="pinned elsewhere"):
                self.plan.pin(name(need), name(offer), units)
            return
        self.plan.pin(name(need), name(offer), units)
        self.model.pinned[need, offer] = units

    @rule(need=NEEDS, offer=OFFERS)
    def unpin(self, need: int, offer: int) -> None:
        if (need, offer) in self.model.pinned:
            self.plan.unpin(name(need), name(offer))
            del self.model.pinned[need, offer]

    @rule()
    def restore(self) -> None:
        kept = self.plan.snapshot()
        self.changed_as_told()
        self.plan = StandingPlan.restored(kept)
        assert self.plan.searches() == 0
        assert self.plan.changed() == ()

    @rule()
    def solve_anew(self) -> None:
        self.changed_as_told()
        before = self.served()
        kept = self.plan.snapshot()
        self.plan = StandingPlan.solved(kept.problem)
        assert self.plan.certificate().value == self.model.value_of(before)
        self.plan.changed()
        self.told = self.served()

    @rule()
    def changed_as_told(self) -> None:
        served = self.served()
        changed = {need for need in self.model.needs if served[need] != self.told.get(need, {})}
        assert {each.int for each in self.plan.changed()} == changed
        self.told = served

    @invariant()
    def best(self) -> None:
        certificate = self.plan.certificate()
        assert certificate.gap == 0
        assert self.plan.verify() == certificate
        served = self.served()
        assert certificate.value == self.model.value_of(served)
        assert certificate.value == self.model.best()
        for (need, offer), units in self.model.pinned.items():
            assert served[need].get(offer, 0) >= units

    def served(self) -> dict[int, dict[int, int]]:
        return {
            need: {offer.int: units for offer, units in self.plan.offers_of(name(need)).items()}
            for need in self.model.needs
        }

    def _drop(self, is_gone: Callable[[tuple[int, int]], bool]) -> None:
        for pairs in (self.model.values, self.model.pinned):
            for pair in [pair for pair in pairs if is_gone(pair)]:
                del pairs[pair]


def run_events(*, examples: int, steps: int) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(Events, settings=chosen)


def test_after_every_event_the_plan_is_the_best_there_is() -> None:
    run_events(examples=100, steps=30)


@pytest.mark.long
def test_after_every_event_of_thousands_of_stories_the_plan_is_the_best_there_is() -> None:
    run_events(examples=3000, steps=60)
