"""A good allocation at once: somewhere to start from, and something to have if time is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matching.engine.allocation import AllocationProblem
    from matching.engine.problem import Integers


def greedy(problem: AllocationProblem) -> Integers:
    """Return the better of two: the most valuable pairs first, or those that use capacity best."""
    density = problem.value / np.maximum(problem.load, 1)
    by_value = np.lexsort((problem.offer, problem.need, -problem.value))
    by_density = np.lexsort((problem.offer, problem.need, -density))
    found = [filled(problem, order) for order in (by_value, by_density)]
    return max(found, key=problem.worth)


def filled(problem: AllocationProblem, order: Integers) -> Integers:
    """Return what is there when pairs are filled in this order, as far as each fits."""
    return _Filling(problem).filled(order)


def best_of_each(problem: AllocationProblem) -> Integers:
    """Return what each need would have if it were alone and divisible."""
    wanted = np.where(problem.value > 0, problem.most, 0)
    order = np.lexsort((problem.offer, -problem.value, problem.need))
    need, ordered = problem.need[order], wanted[order]
    before = np.cumsum(ordered) - ordered
    begins = np.searchsorted(need, need)
    left = problem.units[need] - (before - before[begins])
    given = np.zeros(problem.pairs, dtype=np.int64)
    given[order] = np.clip(left, 0, ordered)
    return given


class _Filling:
    """What is left while pairs are filled one after the other: each choice changes the next."""

    def __init__(self, problem: AllocationProblem) -> None:
        self._needs = problem.need.tolist()
        self._offers = problem.offer.tolist()
        self._values = problem.value.tolist()
        self._loads = problem.load.tolist()
        self._most = problem.most.tolist()
        self._whole = problem.whole.tolist()
        self._wanted = problem.units.tolist()
        self._room = problem.capacity.tolist()
        self._begins = np.searchsorted(problem.need, np.arange(len(problem.units) + 1)).tolist()
        self._given = [0] * problem.pairs

    def filled(self, order: Integers) -> Integers:
        """Fill pairs in this order; a whole need all at once, when its first pair comes."""
        tried: set[int] = set()
        for pair in order.tolist():
            need = self._needs[pair]
            if not self._whole[need]:
                # Most pairs come too late, and there may be a million.
                has_room = self._room[self._offers[pair]] >= self._loads[pair]
                if has_room and self._wanted[need] and self._values[pair] > 0:
                    self._fill(pair)
            elif need not in tried:
                tried.add(need)
                self._fill_whole(need)
        return np.array(self._given, dtype=np.int64)

    def _fill(self, pair: int) -> None:
        load, offer, need = self._loads[pair], self._offers[pair], self._needs[pair]
        amount = min(self._wanted[need], self._most[pair])
        if load:
            amount = min(amount, self._room[offer] // load)
        self._move(pair, amount)

    def _move(self, pair: int, amount: int) -> None:
        self._given[pair] += amount
        self._wanted[self._needs[pair]] -= amount
        self._room[self._offers[pair]] -= amount * self._loads[pair]

    def _fill_whole(self, need: int) -> None:
        pairs = range(self._begins[need], self._begins[need + 1])
        for pair in sorted(pairs, key=lambda each: -self._values[each]):
            self._fill(pair)
        worth = sum(self._values[pair] * self._given[pair] for pair in pairs)
        if self._wanted[need] or worth <= 0:
            for pair in pairs:
                self._move(pair, -self._given[pair])
