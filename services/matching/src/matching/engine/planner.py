"""The planner: what a flow cannot express, exactly where it is small, with a bound always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.allocation import AllocationProblem
from matching.engine.components import allocated_by_component
from matching.engine.effort import Effort
from matching.engine.planner_component import PlannerComponent, component_of_pair
from matching.engine.planner_problem import ALONE, Objective
from matching.engine.planner_result import PlannerResult, Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.engine.allocation import Flags
    from matching.engine.planner_problem import PlannerProblem
    from matching.engine.problem import Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerLimits:
    """What one component may cost: work first, because it is the same on every machine.

    ``work`` is in units that take about a second each. ``seconds`` is a guard; a plan that it cut
    short may be another on another machine.
    """

    work: float = 2.0
    seconds: float = 30.0

    def effort(self) -> Effort:
        """Return it as what a solver may spend."""
        return Effort(work=self.work, seconds_left=lambda: self.seconds)


_NONE: Final = np.zeros(0, dtype=np.int64)

DEFAULT_LIMITS: Final = PlannerLimits()


def plan(problem: PlannerProblem, limits: PlannerLimits = DEFAULT_LIMITS) -> PlannerResult:
    """Choose the pairs that are worth most together, beyond the price of what they take.

    What competes for nothing common is decided apart, so that a change here moves nothing there.
    A component without bundles, clashes and groups is an allocation, and a flow where loads are
    alike; the rest are integer programs. Equal input gives equal output.

    >>> from uuid import UUID
    >>> from matching.engine.planner_problem import PlannerProblem
    >>> both = PlannerProblem.of(
    ...     line_ids=[UUID(int=1), UUID(int=2), UUID(int=3)], bundle=[5, 5, ALONE],
    ...     offer_ids=[UUID(int=7), UUID(int=8)], capacity=[1, 1],
    ...     line=[0, 1, 2], offer=[0, 1, 1], value=[4, 4, 6], load=[1, 1, 1])
    >>> result = plan(both)
    >>> sorted(line.int for line in result.pairs()), result.value, result.gap
    ([1, 2], 8, 0)

    Args:
        problem: A canonical instance.
        limits: What one component may cost. One that reaches them keeps the best plan found and
            adds its gap to the result's.
    """
    part = problem.only(np.flatnonzero(_useful(problem)))
    chosen = np.zeros(part.pairs, dtype=np.int64)
    component = component_of_pair(part)
    plain = ~np.isin(component, component[_is_special(part)])
    chosen[plain], bound = _allocated(part, np.flatnonzero(plain), limits)
    special = [(pairs, PlannerComponent(part.only(pairs))) for pairs in _split(component, ~plain)]
    least = _best_least([each for _, each in special if each.has_groups], limits)
    for pairs, each in special:
        at_least = least.value if least is not None and each.has_groups else None
        found = each.with_best_total(limits.effort(), least=at_least)
        chosen[pairs] = found.chosen
        bound += found.bound
    picked = np.flatnonzero(chosen)
    return PlannerResult(
        line_ids=problem.line_ids,
        offer_ids=problem.offer_ids,
        line=part.line[picked],
        offer=part.offer[picked],
        worth=int(part.value[picked].sum()),
        total=Proof(value=int(part.reduced[picked].sum()), bound=bound),
        least=least,
    )


def _useful(problem: PlannerProblem) -> Flags:
    """Tell which pairs an optimal plan may need."""
    fits = problem.load <= problem.capacity[problem.offer]
    lines = len(problem.line_ids)
    possible = np.bincount(problem.line[fits], minlength=lines)
    hopeless = np.zeros(lines, dtype=np.bool_)
    hopeless[problem.bundle[possible < problem.wanted]] = True
    helps = problem.is_composite[problem.line] | (problem.reduced > 0)
    if problem.objective is Objective.LEAST_FIRST:
        helps |= (problem.group[problem.line] != ALONE) & (problem.value > 0)
    return np.asarray(fits & helps & ~hopeless[problem.bundle[problem.line]], dtype=np.bool_)


def _is_special(part: PlannerProblem) -> Flags:
    """Tell which pairs are under rules that an allocation does not know."""
    special = part.is_composite[part.line]
    special |= np.isin(part.offer, np.concatenate([_NONE, *part.offer_clashes]))
    special |= np.isin(np.arange(part.pairs), np.concatenate([_NONE, *part.pair_clashes]))
    if part.objective is Objective.LEAST_FIRST:
        special |= part.group[part.line] != ALONE
    return special


def _split(component: Integers, which: Flags) -> list[Integers]:
    pairs = np.flatnonzero(which)
    pairs = pairs[np.argsort(component[pairs], kind="stable")]
    begins = np.flatnonzero(np.diff(component[pairs], prepend=-1))
    return np.split(pairs, begins[1:]) if len(pairs) else []


def _allocated(
    part: PlannerProblem, pairs: Integers, limits: PlannerLimits
) -> tuple[Integers, int]:
    lines = len(part.line_ids)
    problem = AllocationProblem.of(
        units=np.ones(lines),
        whole=np.zeros(lines),
        capacity=part.capacity,
        need=part.line[pairs],
        offer=part.offer[pairs],
        value=part.reduced[pairs],
        load=part.load[pairs],
    )
    return allocated_by_component(problem, lambda _: limits.effort())


def _best_least(components: Sequence[PlannerComponent], limits: PlannerLimits) -> Proof | None:
    found = [each.with_best_least(limits.effort()) for each in components]
    if not found:
        return None
    return Proof(value=min(each.value for each in found), bound=min(each.bound for each in found))
