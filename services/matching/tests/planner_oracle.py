"""Plans by trying everything, and instances small enough for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import strategies as st

from matching.engine.planner_problem import ALONE, Objective, PlannerProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@dataclass(frozen=True)
class Case:
    wanted: tuple[int, ...]
    bundle: tuple[int, ...]
    group: tuple[int, ...]
    capacity: tuple[int, ...]
    price: tuple[int, ...]
    pairs: dict[tuple[int, int], tuple[int, int]]
    """What each is worth and what it takes, by line and offer."""
    offer_clashes: tuple[tuple[int, ...], ...] = ()
    pair_clashes: tuple[tuple[tuple[int, int], ...], ...] = ()
    objective: Objective = Objective.TOTAL

    def problem(self, dice: Random | None = None, kept: int = 0) -> PlannerProblem:
        """Return it as the planner takes it, in any order; ``kept`` has a bit for each pair."""
        lines, offers = list(range(len(self.wanted))), list(range(len(self.capacity)))
        pairs = list(self.pairs)
        bits = {pair: kept >> at & 1 for at, pair in enumerate(sorted(self.pairs))}
        if dice is not None:
            for order in (lines, offers, pairs):
                dice.shuffle(order)
        return PlannerProblem.of(
            line_ids=[UUID(int=line) for line in lines],
            offer_ids=[UUID(int=offer) for offer in offers],
            wanted=[self.wanted[line] for line in lines],
            bundle=[self.bundle[line] for line in lines],
            group=[self.group[line] for line in lines],
            capacity=[self.capacity[offer] for offer in offers],
            price=[self.price[offer] for offer in offers],
            line=[lines.index(line) for line, _ in pairs],
            offer=[offers.index(offer) for _, offer in pairs],
            value=[self.pairs[pair][0] for pair in pairs],
            load=[self.pairs[pair][1] for pair in pairs],
            is_kept=[bits[pair] for pair in pairs],
            offer_clashes=[[offers.index(each) for each in clash] for clash in self.offer_clashes],
            pair_clashes=[[pairs.index(each) for each in clash] for clash in self.pair_clashes],
            objective=self.objective,
        )

    def best(self) -> tuple[int, int]:
        """Return the greatest least, and the greatest total of the plans that reach it."""
        plans = list(self._plans())
        least = max(map(self.least_of, plans))
        if self.objective is Objective.TOTAL:
            return least, max(map(self.total_of, plans))
        return least, max(self.total_of(plan) for plan in plans if self.least_of(plan) == least)

    def total_of(self, plan: frozenset[tuple[int, int]]) -> int:
        return sum(self.reduced(pair) for pair in plan)

    def reduced(self, pair: tuple[int, int]) -> int:
        value, load = self.pairs[pair]
        return value - self.price[pair[1]] * load

    def least_of(self, plan: frozenset[tuple[int, int]]) -> int:
        helpable = {
            self.group[line]
            for (line, _), (value, _) in self.useful().items()
            if self.group[line] != ALONE and value > 0
        }
        return min(
            (
                sum(self.pairs[pair][0] for pair in plan if self.group[pair[0]] == group)
                for group in helpable
            ),
            default=0,
        )

    def useful(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return the pairs that fit their offer, of bundles whose lines all have enough."""
        fitting = {
            (line, offer): pair
            for (line, offer), pair in self.pairs.items()
            if pair[1] <= self.capacity[offer]
        }
        hopeless = [
            {line, *self._bundle_of(line)}
            for line, wanted in enumerate(self.wanted)
            if sum(pair[0] == line for pair in fitting) < wanted
        ]
        gone = set[int]().union(*hopeless)
        return {pair: what for pair, what in fitting.items() if pair[0] not in gone}

    def is_allowed(self, plan: frozenset[tuple[int, int]]) -> bool:
        lines, offers = range(len(self.wanted)), range(len(self.capacity))
        has = [sum(pair[0] == line for pair in plan) for line in lines]
        used = [sum(self.pairs[pair][1] for pair in plan if pair[1] == offer) for offer in offers]
        open_offers = {offer for _, offer in plan}
        return (
            all(has[line] in {0, self.wanted[line]} for line in lines)
            and all(
                (has[line] > 0) == (has[other] > 0)
                for line in lines
                for other in self._bundle_of(line)
            )
            and all(used[offer] <= self.capacity[offer] for offer in offers)
            and all(len(open_offers & {*clash}) <= 1 for clash in self.offer_clashes)
            and all(len(plan & {*clash}) <= 1 for clash in self.pair_clashes)
        )

    def _bundle_of(self, line: int) -> list[int]:
        label = self.bundle[line]
        return (
            [] if label == ALONE else [at for at, each in enumerate(self.bundle) if each == label]
        )

    def _plans(self) -> Iterator[frozenset[tuple[int, int]]]:
        for picked in product((False, True), repeat=len(self.pairs)):
            plan = frozenset(pair for pair, is_in in zip(self.pairs, picked, strict=True) if is_in)
            if self.is_allowed(plan):
                yield plan


@st.composite
def cases(draw: st.DrawFn, objective: Objective = Objective.TOTAL) -> Case:
    lines = draw(st.integers(1, 5))
    offers = draw(st.integers(1, 4))

    def of_lines(each: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(st.lists(each, min_size=lines, max_size=lines)))

    cells = st.tuples(st.integers(0, lines - 1), st.integers(0, offers - 1))
    # Few different values, so that ties are common.
    pair = st.tuples(st.integers(-2, 6), st.integers(0, 3))
    pairs = draw(st.dictionaries(cells, pair, min_size=1, max_size=9))
    sets = st.sets(st.integers(0, offers - 1), min_size=1, max_size=3)
    some = st.sets(st.sampled_from(sorted(pairs)), min_size=1, max_size=3)
    return Case(
        wanted=of_lines(st.sampled_from((1, 1, 1, 2))),
        bundle=of_lines(st.integers(ALONE, 2)),
        group=of_lines(st.integers(ALONE, 1)),
        capacity=tuple(draw(st.lists(st.integers(0, 5), min_size=offers, max_size=offers))),
        price=tuple(draw(st.lists(st.integers(0, 1), min_size=offers, max_size=offers))),
        pairs=pairs,
        offer_clashes=tuple(map(tuple, draw(st.lists(sets, max_size=2)))),
        pair_clashes=tuple(map(tuple, draw(st.lists(some, max_size=2)))),
        objective=objective,
    )


def plain(case: Case) -> Case:
    """Return the case with loads alone: no bundles, no clashes, one offer a line."""
    lines = len(case.wanted)
    return replace(
        case, wanted=(1,) * lines, bundle=(ALONE,) * lines, offer_clashes=(), pair_clashes=()
    )
