"""Allocation where every offer is used evenly: a flow, and exact at the size of a province."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.engine.allocation import AllocationProblem
    from matching.engine.problem import Integers


class CostsTooLarge(ValueError):
    """The values are too large for the flow, which multiplies them by the number of nodes."""


def places(problem: AllocationProblem) -> tuple[Integers, NDArray[np.bool_]]:
    """Return how many units each offer can take, and which offers' loads are not all alike.

    An offer whose loads are alike takes so many units, whichever they are. One whose loads are all
    zero takes everything.
    """
    offers = len(problem.capacity)
    least = np.full(offers, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(least, problem.offer, problem.load)
    greatest = np.full(offers, -1, dtype=np.int64)
    np.maximum.at(greatest, problem.offer, problem.load)
    asked = np.zeros(offers, dtype=np.int64)
    np.add.at(asked, problem.offer, problem.most)
    room = np.minimum(asked, problem.capacity // np.maximum(least, 1))
    return np.where(least > 0, room, asked), greatest > least


def transport(problem: AllocationProblem) -> Integers:
    """Return the units of each pair that are worth most, whole needs taken for divisible ones.

    The value is the optimum where no need is whole, and else a bound.

    Args:
        problem: Loads of one offer are alike.

    Raises:
        CostsTooLarge: See there.
    """
    # Most processes need not load it.
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    needs, offers = len(problem.units), len(problem.capacity)
    room, _ = places(problem)
    pairs = np.flatnonzero(problem.value > 0)
    need, offer = np.arange(needs), np.arange(offers)
    sink = needs + offers
    # Its stubs mix up the shape of an array and what is in it.
    flow: Any = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([problem.need[pairs], need, needs + offer]),
        np.concatenate([needs + problem.offer[pairs], np.full(needs + offers, sink)]),
        np.concatenate([problem.most[pairs], problem.units, room]),
        np.concatenate([-problem.value[pairs], np.zeros(needs + offers, dtype=np.int64)]),
    )
    flow.set_nodes_supplies(np.append(need, sink), np.append(problem.units, -problem.units.sum()))
    status = flow.solve()
    if status == flow.BAD_COST_RANGE:
        raise CostsTooLarge
    assert status == flow.OPTIMAL, f"every need may stay without: {status}"
    given = np.zeros(problem.pairs, dtype=np.int64)
    given[pairs] = flow.flows(arcs[: len(pairs)])
    return given
