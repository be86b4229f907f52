"""A bound for lines that compete for capacity: each offer fills itself as if lines were shared.

The rule that a line has one offer is given a price for each line instead (Lagrangian relaxation,
Fisher 1981). What is left is a knapsack for each offer, solved exactly by dynamic programming for
all offers at once. Prices are whole numbers of a fraction of a point, so that the bound is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.allocation import LARGEST_SUM, Flags
from matching.engine.greed import filled
from matching.engine.problem import Integers

if TYPE_CHECKING:
    from matching.engine.allocation import AllocationProblem
    from matching.engine.effort import Effort

FRACTION: Final = 64
"""How many parts of a point a price may tell apart."""

MOST_CELLS: Final = 4_000_000
ROUNDS: Final = 600
CELLS_PER_WORK: Final = 100_000_000

_PATIENCE: Final = 15
_REPAIR_EVERY: Final = 20
_PAIRS_PER_ROUND: Final = 2_000
"""Repairs take as long as a round for each so many pairs."""

_LEAST_STEP: Final = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """What no allocation exceeds, the best that was met, and what none with a pair exceeds."""

    bound: int
    chosen: Integers
    reach: Integers

    def better_than(self, value: int) -> Integers:
        """Return the pairs that an allocation worth more than this may have, with the best met."""
        return np.flatnonzero((self.reach > value) | (self.chosen > 0))


def is_relaxable(part: AllocationProblem) -> bool:
    """Tell whether every need wants one unit, and tables of all offers stay small."""
    if not part.pairs or (part.units[part.need] > 1).any():
        return False
    most = np.bincount(part.offer).max()
    cells = int(most) * len(np.unique(part.offer)) * (int(part.capacity[part.offer].max()) + 1)
    worth = float(np.abs(part.value).astype(np.float64).sum())
    return cells <= MOST_CELLS and worth * FRACTION <= LARGEST_SUM


def relaxed_by_knapsacks(part: AllocationProblem, start: Integers, effort: Effort) -> Relaxed:
    """Search prices of lines for which the bound is least, and repair plans on the way.

    Args:
        part: One for which ``is_relaxable`` holds.
        start: An allocation that is known.
        effort: What may be spent; the search also ends by itself.
    """
    return _Search(part, start).run(effort)


class _Search:
    """A subgradient search: a line gets dearer if several offers take it, cheaper if none does."""

    def __init__(self, part: AllocationProblem, start: Integers) -> None:
        self._part = part
        self._chosen = start
        self._table = _Table(part)
        self._lines = len(part.units)
        self._prices = np.zeros(self._lines, dtype=np.int64)
        self._bound = LARGEST_SUM
        self._best_prices = self._prices

    def run(self, effort: Effort) -> Relaxed:
        step, waited = 1.0, 0
        rounds = int(min(ROUNDS, effort.work * CELLS_PER_WORK / self._table.cells))
        repair_every = max(_REPAIR_EVERY, self._part.pairs // _PAIRS_PER_ROUND)
        for turn in range(rounds):
            if effort.is_spent or step < _LEAST_STEP:
                break
            taken, total = self._table.filled(self._reduced(self._prices))
            bound = total + int(self._prices.sum())
            waited += 1
            if bound < self._bound:
                self._bound, self._best_prices, waited = bound, self._prices, 0
            if turn % repair_every == 0:
                self._repair(taken)
            if waited > _PATIENCE:
                step, waited, self._prices = step / 2, 0, self._best_prices
                continue
            over = np.bincount(self._part.need, weights=taken, minlength=self._lines) - 1
            length = float((over * over).sum())
            if not length or self._is_proved():
                self._repair(taken)
                break
            away = bound - FRACTION * self._part.worth(self._chosen)
            moved = self._prices + step * away / length * over
            self._prices = np.maximum(0, np.rint(moved)).astype(np.int64)
        if rounds:
            self._repair(self._table.filled(self._reduced(self._best_prices))[0])
        return Relaxed(self._bound // FRACTION, self._chosen, self._reach())

    def _is_proved(self) -> bool:
        return self._bound // FRACTION <= self._part.worth(self._chosen)

    def _reduced(self, prices: Integers) -> Integers:
        return self._part.value * FRACTION - prices[self._part.need]

    def _repair(self, taken: Integers) -> None:
        """Make an allocation of what the offers took: the best pair of a line stays, gaps fill."""
        part = self._part
        order = np.lexsort((part.offer, part.need, -part.value, -taken))
        found = filled(part, order)
        if part.worth(found) > part.worth(self._chosen):
            self._chosen = found

    def _reach(self) -> Integers:
        """Return what no allocation that has a pair can exceed, for each pair."""
        if self._bound == LARGEST_SUM:
            return np.full(self._part.pairs, LARGEST_SUM, dtype=np.int64)
        lost = self._table.lost_with(self._reduced(self._best_prices))
        return np.asarray((self._bound - lost) // FRACTION, dtype=np.int64)


class _Table:
    """The pairs of all offers side by side: the k-th pair of each offer is the k-th layer."""

    def __init__(self, part: AllocationProblem) -> None:
        offers, offer = np.unique(part.offer, return_inverse=True)
        order = np.argsort(offer, kind="stable")
        rank = np.arange(part.pairs) - np.searchsorted(offer[order], offer[order])
        self._place = np.full((int(rank.max()) + 1, len(offers)), -1, dtype=np.int64)
        self._place[rank, offer[order]] = order
        self._capacity = part.capacity[offers]
        self._load = np.where(self._place >= 0, part.load[self._place], 0)
        self._row = np.arange(len(offers))[:, np.newaxis]
        self._used = np.arange(int(self._capacity.max()) + 1)
        self.cells = self._place.size * len(self._used)

    def filled(self, reduced: Integers) -> tuple[Integers, int]:
        """Return which pairs the offers take, and what these are worth to them."""
        gain = self._layers(reduced)
        worth = np.zeros((len(self._capacity), len(self._used)), dtype=np.int64)
        takes: list[Flags] = []
        for load, each in zip(self._load, gain, strict=True):
            with_it = self._with(worth, load, each)
            takes.append(with_it > worth)
            worth = np.maximum(worth, with_it)
        taken = np.zeros(len(reduced), dtype=np.int64)
        left, row = self._capacity.copy(), self._row[:, 0]
        for place, load, take in zip(self._place[::-1], self._load[::-1], takes[::-1], strict=True):
            is_taken = take[row, left]
            left -= load * is_taken
            taken[place[is_taken]] = 1
        return taken, int(worth[row, self._capacity].sum())

    def lost_with(self, reduced: Integers) -> Integers:
        """Return what the bound loses if a pair is taken whatever else is better."""
        gain = self._layers(reduced)
        before = self._cumulated(self._load, gain)
        after = self._cumulated(self._load[::-1], gain[::-1])[::-1]
        best = before[-1][self._row[:, 0], self._capacity]
        lost = np.zeros(len(reduced), dtype=np.int64)
        for layer, (place, load) in enumerate(zip(self._place, self._load, strict=True)):
            rest = self._capacity[:, np.newaxis] - self._used - load[:, np.newaxis]
            both = before[layer] + after[layer + 1][self._row, np.maximum(rest, 0)]
            with_it = np.where(rest >= 0, both, -LARGEST_SUM).max(axis=1) + gain[layer]
            is_pair = place >= 0
            lost[place[is_pair]] = (best - with_it)[is_pair]
        return lost

    def _layers(self, reduced: Integers) -> Integers:
        return np.where(self._place >= 0, reduced[self._place], 0)

    def _with(self, worth: Integers, load: Integers, gain: Integers) -> Integers:
        rest = self._used - load[:, np.newaxis]
        taken = worth[self._row, np.maximum(rest, 0)] + gain[:, np.newaxis]
        return np.where(rest >= 0, taken, -LARGEST_SUM)

    def _cumulated(self, loads: Integers, gains: Integers) -> list[Integers]:
        found = [np.zeros((len(self._capacity), len(self._used)), dtype=np.int64)]
        for load, gain in zip(loads, gains, strict=True):
            found.append(np.maximum(found[-1], self._with(found[-1], load, gain)))
        return found
