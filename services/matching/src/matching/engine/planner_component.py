"""One component of the planner: what competes for something common, and how well it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.connected import component_of_node
from matching.engine.integer_program import Solution
from matching.engine.planner_board import started
from matching.engine.planner_problem import ALONE, Objective
from matching.engine.planner_program import PlannerProgram
from matching.engine.prove import prove

if TYPE_CHECKING:
    from matching.engine.effort import Effort
    from matching.engine.planner_problem import PlannerProblem
    from matching.engine.problem import Integers


class PlannerComponent:
    """A part of the problem that shares nothing with others, and the best plan known for it."""

    def __init__(self, part: PlannerProblem) -> None:
        self._part = part
        self._program = PlannerProgram(part)
        self._best = started(part)

    @property
    def has_groups(self) -> bool:
        """Whether somebody here counts for who is worst off."""
        return self._part.objective is Objective.LEAST_FIRST and self._program.has_groups

    def with_best_least(self, effort: Effort) -> Solution:
        """Find the plan whose worst-off group has most, and begin with it from now on."""
        start = self._best
        if self._program.least_of(start) < 0:
            start = np.zeros_like(start)
        found = prove(self._program.of_least(start), effort)
        self._best = found.chosen[: self._part.pairs]
        return found

    def with_best_total(self, effort: Effort, *, least: int | None) -> Solution:
        """Find the plan of the greatest total, with no group left with less than this."""
        total = self._part.reduced
        if least is None and int((total * self._best).sum()) == (most := self._ceiling()):
            return Solution(self._best, most, most)
        found = prove(self._program.of_total(self._best, least=least), effort)
        self._best = found.chosen[: self._part.pairs]
        bound = found.bound if least is not None else min(found.bound, self._ceiling())
        return Solution(self._best, found.value, bound)

    def _ceiling(self) -> int:
        """Return the total if every bundle had its best, which nothing can exceed."""
        part = self._part
        order = np.lexsort((-part.reduced, part.line))
        line = part.line[order]
        rank = np.arange(part.pairs) - np.searchsorted(line, line)
        best = order[rank < part.wanted[line]]
        worth = np.zeros(len(part.line_ids), dtype=np.int64)
        np.add.at(worth, part.bundle[part.line[best]], part.reduced[best])
        return int(np.maximum(worth, 0).sum())


def component_of_pair(problem: PlannerProblem) -> Integers:
    """Return the number of the component that each pair belongs to.

    Lines and offers of pairs belong together, lines of a bundle, offers and pairs that clash,
    and lines of a group where the worst-off group counts.
    """
    lines, offers = len(problem.line_ids), len(problem.offer_ids)
    # One node for each line, bundle, offer, clash and group.
    first_offer = 2 * lines
    node = first_offer + offers
    edges = [
        (problem.line, first_offer + problem.offer),
        (np.arange(lines), lines + problem.bundle),
    ]
    for clash in problem.offer_clashes:
        edges.append((first_offer + clash, np.full(len(clash), node)))
        node += 1
    for clash in problem.pair_clashes:
        edges.append((problem.line[clash], np.full(len(clash), node)))
        node += 1
    if problem.objective is Objective.LEAST_FIRST:
        grouped = np.flatnonzero(problem.group != ALONE)
        groups, group = np.unique(problem.group[grouped], return_inverse=True)
        edges.append((grouped, node + group))
        node += len(groups)
    tails, heads = (np.concatenate([each[at] for each in edges]) for at in range(2))
    return component_of_node(tails, heads, nodes=node)[problem.line]
