"""The assignment of greatest value, exact, component by component.

Lines that compete for no common offer, directly or through others, are decided apart. Where every
line can have its best offer there is nothing to solve; the rest is a small integer program each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.connected import component_of_node
from matching.engine.planner import plan
from matching.engine.planner_problem import PlannerProblem
from matching.engine.prune import undominated
from matching.engine.result import UNASSIGNED, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from matching.engine.problem import Integers, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop proving: nodes first, because they are the same on every machine."""

    nodes: int = 500
    seconds: float = 5.0


DEFAULT_LIMITS: Final = Limits()


def assign(problem: Problem, *, limits: Limits = DEFAULT_LIMITS) -> Result:
    r"""Give lines to offers so that the total value is greatest.

    Solves

    .. math:: \max_{x \in \{0,1\}^P} \sum_p v_p x_p \quad \text{s.t.} \quad
        \sum_{p \ni l} x_p \le 1 \;\; \forall l, \quad
        \sum_{p \ni o} q_{l(p)} x_p \le c_o \;\; \forall o

    over the pairs :math:`P`. Among assignments of equal value, earlier ids are preferred. Where
    offers clash the planner decides, within limits of its own.

    >>> from uuid import UUID
    >>> both = Problem.of(
    ...     line_ids=[UUID(int=1), UUID(int=2)], quantity=[1, 1],
    ...     offer_ids=[UUID(int=7), UUID(int=8)], capacity=[1, 1],
    ...     line=[0, 1, 1], offer=[0, 0, 1], value=[5, 6, 4])
    >>> result = assign(both)
    >>> result.offer_of_line.tolist(), result.value, result.gap
    ([0, 1], 9, 0)

    Args:
        problem: A canonical instance.
        limits: What one component may cost. A component that reaches them keeps the best
            assignment found and adds its gap to the result's.
    """
    if problem.clashes:
        return _planned(problem)
    offer_of_line = np.full(len(problem.line_ids), UNASSIGNED, dtype=np.int64)
    chosen = _best_of_each_line(problem)
    contested = _contested(problem, chosen)
    settled = chosen[~contested[chosen]]
    value = bound = int(problem.value[settled].sum())
    offer_of_line[problem.line[settled]] = problem.offer[settled]
    for component in _components(problem, contested):
        # It brings the solver with it, which takes half a second to load.
        from matching.engine.program import solve  # noqa: PLC0415

        part = undominated(component)
        solution = solve(part, nodes=limits.nodes, seconds=limits.seconds)
        offer_of_line[part.line[solution.chosen]] = part.offer[solution.chosen]
        value, bound = value + solution.value, bound + solution.bound
    return Result(
        line_ids=problem.line_ids,
        offer_ids=problem.offer_ids,
        offer_of_line=offer_of_line,
        value=value,
        bound=bound,
    )


def _planned(problem: Problem) -> Result:
    planned = plan(
        PlannerProblem.of(
            line_ids=problem.line_ids,
            offer_ids=problem.offer_ids,
            capacity=problem.capacity,
            line=problem.line,
            offer=problem.offer,
            value=problem.value,
            load=problem.quantity[problem.line],
            offer_clashes=problem.clashes,
        )
    )
    offer_of_line = np.full(len(problem.line_ids), UNASSIGNED, dtype=np.int64)
    offer_of_line[planned.line] = planned.offer
    return Result(
        line_ids=problem.line_ids,
        offer_ids=problem.offer_ids,
        offer_of_line=offer_of_line,
        value=planned.value,
        bound=planned.bound,
    )


def _best_of_each_line(problem: Problem) -> Integers:
    """Return the pair that each line would take if it were alone."""
    order = np.lexsort((problem.offer, -problem.value, problem.line))
    _, first = np.unique(problem.line[order], return_index=True)
    return order[first]


def _contested(problem: Problem, chosen: Integers) -> NDArray[np.bool_]:
    """Tell which pairs lie in a component where not every line can have its best."""
    load = np.zeros(len(problem.offer_ids), dtype=np.int64)
    np.add.at(load, problem.offer[chosen], problem.quantity[problem.line[chosen]])
    component = _component_of_pair(problem)
    crowded = load[problem.offer] > problem.capacity[problem.offer]
    contested: NDArray[np.bool_] = np.isin(component, component[crowded])
    return contested


def _component_of_pair(problem: Problem) -> Integers:
    lines, offers = len(problem.line_ids), len(problem.offer_ids)
    component = component_of_node(problem.line, problem.offer + lines, nodes=lines + offers)
    return component[problem.line]


def _components(problem: Problem, contested: NDArray[np.bool_]) -> Iterator[Problem]:
    component = _component_of_pair(problem)
    for label in np.unique(component[contested]):
        yield problem.only(component == label)
