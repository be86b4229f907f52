"""A plan in the making: what is taken, what still fits, and a good plan at once by greed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.engine.planner_problem import PlannerProblem
    from matching.engine.problem import Integers


def started(part: PlannerProblem) -> Integers:
    """Return a plan to begin with, as 0 or 1 for each pair: what is kept first, then by worth."""
    order = np.lexsort((part.offer, part.line, -part.reduced, ~part.is_kept)).tolist()
    bundles = part.bundle[part.line].tolist()
    in_order: dict[int, list[int]] = {}
    for pair in order:
        in_order.setdefault(bundles[pair], []).append(pair)
    is_composite = part.is_composite[part.line].tolist()
    board = _Board(part)
    for pair in order:
        if not is_composite[pair]:
            board.take_for_one(pair)
        elif in_order[bundles[pair]][0] == pair:
            board.take_for_all(in_order[bundles[pair]])
    return np.array(board.taken, dtype=np.int64)


class _Board:
    """Places that are left; each pair that is taken changes what fits next."""

    def __init__(self, part: PlannerProblem) -> None:
        self.taken = [0] * part.pairs
        self._line = part.line.tolist()
        self._offer = part.offer.tolist()
        self._load = part.load.tolist()
        self._reduced = part.reduced.tolist()
        self._room = part.capacity.tolist()
        self._wanted = part.wanted.tolist()
        self._users = [0] * len(part.offer_ids)
        self._rivals = _sets_of(part.offer_clashes)
        self._exclusive = _sets_of(part.pair_clashes)

    def take_for_one(self, pair: int) -> None:
        """Take a pair of a line that wants one, if the line has none and the pair is worth it."""
        if self._reduced[pair] > 0 and self._fits(pair):
            self._take(pair, 1)

    def take_for_all(self, pairs: Sequence[int]) -> None:
        """Take what all lines of a bundle want, the first that fit, or nothing."""
        mine: list[int] = []
        for pair in pairs:
            if self._fits(pair):
                self._take(pair, 1)
                mine.append(pair)
        lines = {self._line[pair] for pair in pairs}
        is_complete = not any(self._wanted[line] for line in lines)
        if not is_complete or sum(self._reduced[pair] for pair in mine) <= 0:
            for pair in mine:
                self._take(pair, -1)

    def _fits(self, pair: int) -> bool:
        offer = self._offer[pair]
        return (
            self._wanted[self._line[pair]] > 0
            and self._load[pair] <= self._room[offer]
            and not any(self._users[each] for each in self._rivals.get(offer, ()))
            and not any(self.taken[each] for each in self._exclusive.get(pair, ()))
        )

    def _take(self, pair: int, times: int) -> None:
        self.taken[pair] += times
        self._wanted[self._line[pair]] -= times
        self._room[self._offer[pair]] -= times * self._load[pair]
        self._users[self._offer[pair]] += times


def _sets_of(clashes: Sequence[Integers]) -> dict[int, set[int]]:
    """Return what each member of a clash cannot be together with."""
    against: dict[int, set[int]] = {}
    for clash in clashes:
        members = clash.tolist()
        for member in members:
            against.setdefault(member, set()).update(members)
    for member, others in against.items():
        others.discard(member)
    return against
