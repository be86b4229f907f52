"""Allocation component by component: what competes for nothing common is decided apart."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from matching.engine.connected import component_of_node
from matching.engine.greed import best_of_each
from matching.engine.indivisible import proved
from matching.engine.transport import CostsTooLarge, places, transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matching.engine.allocation import AllocationProblem, Flags
    from matching.engine.effort import Effort
    from matching.engine.problem import Integers


def allocated_by_component(
    problem: AllocationProblem, apportion: Callable[[float], Effort]
) -> tuple[Integers, int]:
    """Return the units of each pair, and the bound of all components together.

    Args:
        problem: Canonical, with pairs that may be of use.
        apportion: What a component may cost which is this part of what is left to do.
    """
    if not problem.pairs:
        return np.zeros(0, dtype=np.int64), 0
    component = component_of_pair(problem)
    given = _relaxed(problem, component)
    is_open = np.isin(component, component[_broken(problem, given)])
    bound = problem.worth(np.where(is_open, 0, given))
    for pairs, part in _by_component(component, is_open):
        found = proved(problem.only(pairs), given[pairs], apportion(part))
        given[pairs] = found.chosen
        bound += found.bound
    return given, bound


def component_of_pair(problem: AllocationProblem) -> Integers:
    """Return the number of the component that each pair belongs to."""
    needs, offers = len(problem.units), len(problem.capacity)
    component = component_of_node(problem.need, problem.offer + needs, nodes=needs + offers)
    return component[problem.need]


def _relaxed(problem: AllocationProblem, component: Integers) -> Integers:
    """Return units that are worth no less than the optimum, component by component.

    Where loads are alike only whole needs may be in pieces; elsewhere offers may be overdrawn too.
    """
    _, uneven = places(problem)
    even = np.flatnonzero(~np.isin(component, component[uneven[problem.offer]]))
    given = best_of_each(problem)
    with suppress(CostsTooLarge):
        given[even] = transport(problem.only(even))
    return given


def _broken(problem: AllocationProblem, given: Integers) -> Flags:
    """Tell which pairs belong to a whole need in pieces, or to an offer that is overdrawn."""
    pieces = problem.in_pieces(given)
    overdrawn = problem.used(given) > problem.capacity
    return np.asarray(pieces[problem.need] | overdrawn[problem.offer], dtype=np.bool_)


def _by_component(component: Integers, is_open: Flags) -> Iterator[tuple[Integers, float]]:
    """Yield the pairs of each open component, least first, and its part of what is left to do.

    Small components rarely use up their part, so that the large ones get more.
    """
    pairs = np.flatnonzero(is_open)
    pairs = pairs[np.argsort(component[pairs], kind="stable")]
    begins = np.flatnonzero(np.diff(component[pairs], prepend=-1))
    groups = sorted(np.split(pairs, begins[1:]), key=len) if len(pairs) else []
    left = len(pairs)
    for group in groups:
        yield group, len(group) / left
        left -= len(group)
