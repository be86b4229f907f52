"""Allocation by trying everything, and instances small enough for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from matching.engine.allocation import AllocationProblem

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True)
class Instance:
    units: tuple[int, ...]
    whole: tuple[bool, ...]
    capacity: tuple[int, ...]
    pairs: dict[tuple[int, int], tuple[int, int]]
    """What a unit is worth and what it takes, by need and offer."""

    def problem(self, shuffled: Random | None = None) -> AllocationProblem:
        pairs = list(self.pairs)
        if shuffled is not None:
            shuffled.shuffle(pairs)
        return AllocationProblem.of(
            units=self.units,
            whole=self.whole,
            capacity=self.capacity,
            need=[need for need, _ in pairs],
            offer=[offer for _, offer in pairs],
            value=[self.pairs[pair][0] for pair in pairs],
            load=[self.pairs[pair][1] for pair in pairs],
        )

    def best_by_trying_everything(self) -> int:
        pairs = sorted(self.pairs)
        choices = [range(self.units[need] + 1) for need, _ in pairs]
        allowed = (
            sum(self.pairs[pair][0] * each for pair, each in zip(pairs, units, strict=True))
            for units in product(*choices)
            if self._allows(dict(zip(pairs, units, strict=True)))
        )
        return max(allowed)

    def _allows(self, given: dict[tuple[int, int], int]) -> bool:
        served, used = [0] * len(self.units), [0] * len(self.capacity)
        for (need, offer), units in given.items():
            served[need] += units
            used[offer] += units * self.pairs[need, offer][1]
        return all(use <= room for use, room in zip(used, self.capacity, strict=True)) and all(
            has == wants or (has < wants and (has == 0 or not whole))
            for has, wants, whole in zip(served, self.units, self.whole, strict=True)
        )


@st.composite
def instances(draw: st.DrawFn, *, are_even: bool = False) -> Instance:
    """Draw an instance; where it is even, all loads are 1 and every need is divisible."""
    units = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    capacity = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    whole = [not are_even and draw(st.booleans()) for _ in units]
    cells = st.tuples(st.integers(0, len(units) - 1), st.integers(0, len(capacity) - 1))
    load = st.just(1) if are_even else st.integers(0, 3)
    # Few different values, so that ties are common.
    pair = st.tuples(st.integers(-2, 5), load)
    pairs = draw(st.dictionaries(cells, pair, max_size=6))
    return Instance(tuple(units), tuple(whole), tuple(capacity), pairs)
