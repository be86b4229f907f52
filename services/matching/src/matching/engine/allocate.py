"""The allocation of greatest value: a flow where it is one, integer programs for the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.allocation import Allocation, AllocationProblem, Flags
from matching.engine.effort import Effort
from matching.engine.transport import CostsTooLarge, places, transport

if TYPE_CHECKING:
    from matching.engine.problem import Integers

UNLIMITED: Final = Effort()


def allocate(problem: AllocationProblem, effort: Effort = UNLIMITED) -> Allocation:
    r"""Give units of needs to offers so that the total value is greatest.

    Solves

    .. math:: \max_{x \in \mathbb{N}^P} \sum_p v_p x_p \quad \text{s.t.} \quad
        \sum_{p \ni n} x_p \le u_n \;\; \forall n, \quad
        \sum_{p \ni o} w_p x_p \le c_o \;\; \forall o

    over the pairs :math:`P`, with :math:`\sum_{p \ni n} x_p \in \{0, u_n\}` for whole needs. A pair
    that is worth nothing or less has units only where a whole need is worth it.

    Needs that compete for no common offer, directly or through others, are decided apart. Where
    loads of one offer are alike and no whole need is left in pieces, the answer is a flow and
    exact, whatever the effort. The rest is an integer program for each component.

    >>> both = AllocationProblem.of(
    ...     units=[2, 1], whole=[True, False], capacity=[2],
    ...     need=[0, 1], offer=[0, 0], value=[3, 5], load=[1, 1])
    >>> result = allocate(both)
    >>> result.units.tolist(), result.value, result.gap
    ([2, 0], 6, 0)

    Args:
        problem: Canonical, so that the order of what was given makes no difference.
        effort: What may be spent on components that are no flow. Where it does not suffice the
            result says how much better another allocation could be.
    """
    useful = np.flatnonzero(_useful(problem))
    part = problem.only(useful)
    given, bound = _allocated(part, effort)
    units = np.zeros(problem.pairs, dtype=np.int64)
    units[useful] = given
    return Allocation(units=units, value=problem.worth(units), bound=bound)


def _useful(problem: AllocationProblem) -> Flags:
    """Tell which pairs an optimal allocation may need."""
    most = problem.most
    possible = problem.served(most)
    whole = problem.whole & (problem.units > 1)
    completed = whole & (possible >= problem.units)
    helps = np.where(whole[problem.need], completed[problem.need], problem.value > 0)
    return np.asarray((most > 0) & helps, dtype=np.bool_)


def _allocated(problem: AllocationProblem, effort: Effort) -> tuple[Integers, int]:
    """Return the units of each pair, and the bound."""
    _, uneven = places(problem)
    if not uneven.any():
        with suppress(CostsTooLarge):
            given = transport(problem)
            if problem.allows(given):
                return given, problem.worth(given)
    # What is a flow, and that may be a million pairs, need not wait for solvers to be loaded.
    from matching.engine.components import allocated_by_component  # noqa: PLC0415

    return allocated_by_component(problem, effort.share)
