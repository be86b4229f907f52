"""One component as an integer program, solved by HiGHS and checked in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matching.engine.problem import Integers

if TYPE_CHECKING:
    from matching.engine.problem import Problem

PAIRS_WORTH_TIDYING: Final = 2_000
"""Above this, a second solve only to break ties by id would cost more than it gives."""

_EPSILON: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The chosen pairs of a component, what they are worth, and what they could be at most."""

    chosen: Integers
    value: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The inequalities ``matrix @ x <= limit``: one row a line, one row an offer."""

    matrix: coo_array[np.float64, tuple[int, int]]
    limit: NDArray[np.float64]


def solve(part: Problem, *, nodes: int, seconds: float) -> Solution:
    """Return the best assignment that was found, and the best that there can be."""
    rows = _rows(part)
    picked, bound = _maximise(part.value, rows, nodes=nodes, seconds=seconds)
    best = _best_start(part, picked)
    value = int(part.value[best].sum())
    is_proved = bound <= value
    if is_proved and part.pairs <= PAIRS_WORTH_TIDYING:
        best = _tidied(part, best, rows, nodes=nodes, seconds=seconds)
    return Solution(best, value, max(value, bound))


def _rows(part: Problem) -> _Rows:
    _, line = np.unique(part.line, return_inverse=True)
    offers, offer = np.unique(part.offer, return_inverse=True)
    lines = int(line.max()) + 1
    pair = np.arange(part.pairs)
    matrix = coo_array(
        (
            np.concatenate([np.ones(part.pairs), part.quantity[part.line]]).astype(np.float64),
            (np.concatenate([line, offer + lines]), np.concatenate([pair, pair])),
        ),
        shape=(lines + len(offers), part.pairs),
    )
    limit = np.concatenate([np.ones(lines), part.capacity[offers]]).astype(np.float64)
    return _Rows(matrix, limit)


def _maximise(worth: Integers, rows: _Rows, *, nodes: int, seconds: float) -> tuple[Integers, int]:
    """Return the pairs of the best solution found, perhaps none, and an upper bound."""
    outcome = milp(
        -worth.astype(np.float64),
        integrality=np.ones(len(worth), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows.matrix.tocsr(), -np.inf, rows.limit),
        options={"mip_rel_gap": 0.0, "node_limit": nodes, "time_limit": seconds},
    )
    picked = np.flatnonzero(outcome.x > 0.5) if outcome.x is not None else np.array([], np.int64)  # noqa: PLR2004
    dual = outcome.mip_dual_bound
    if dual is None or not isfinite(dual):
        return picked.astype(np.int64), int(worth.sum())
    return picked.astype(np.int64), floor(-dual + _EPSILON)


def _best_start(part: Problem, picked: Integers) -> Integers:
    """Trust the solver only as far as whole numbers go; else take what greed finds."""
    greedy = _greedy(part)
    if not _is_feasible(part, picked):
        return greedy
    return picked if part.value[picked].sum() >= part.value[greedy].sum() else greedy


def _is_feasible(part: Problem, picked: Integers) -> bool:
    load = np.zeros(len(part.offer_ids), dtype=np.int64)
    np.add.at(load, part.offer[picked], part.quantity[part.line[picked]])
    is_single = len(np.unique(part.line[picked])) == len(picked)
    return is_single and bool((load <= part.capacity).all())


def _greedy(part: Problem) -> Integers:
    # Pair by pair, because each choice changes what is left for the next.
    left = part.capacity.copy()
    taken: set[int] = set()
    picked: list[int] = []
    for pair in np.lexsort((part.offer, part.line, -part.value)).tolist():
        line, offer = int(part.line[pair]), int(part.offer[pair])
        if line not in taken and part.quantity[line] <= left[offer]:
            taken.add(line)
            left[offer] -= part.quantity[line]
            picked.append(pair)
    return np.array(sorted(picked), dtype=np.int64)


def _tidied(part: Problem, best: Integers, rows: _Rows, *, nodes: int, seconds: float) -> Integers:
    """Among assignments of the same value, prefer that earlier lines have earlier offers.

    The preference of a pair is a product of ranks: for any two lines that could exchange their
    offers, the sorted way is worth more, so that such ties have one answer.
    """
    value = int(part.value[best].sum())
    _, line = np.unique(part.line, return_inverse=True)
    _, offer = np.unique(part.offer, return_inverse=True)
    preference = (line.max() + 1 - line) * (offer.max() + 1 - offer)
    keep_value = coo_array(-part.value.astype(np.float64)[np.newaxis, :])
    stacked = coo_array(_stack(rows.matrix, keep_value))
    limit = np.append(rows.limit, -float(value))
    picked, _ = _maximise(preference, _Rows(stacked, limit), nodes=nodes, seconds=seconds)
    is_equal = _is_feasible(part, picked) and int(part.value[picked].sum()) == value
    return picked if is_equal else best


def _stack(
    upper: coo_array[np.float64, tuple[int, int]], lower: coo_array[np.float64, tuple[int, int]]
) -> tuple[NDArray[np.float64], tuple[Integers, Integers]]:
    rows = upper.shape[0]
    return (
        np.concatenate([upper.data, lower.data]),
        (
            np.concatenate([upper.coords[0], lower.coords[0] + rows]).astype(np.int64),
            np.concatenate([upper.coords[1], lower.coords[1]]).astype(np.int64),
        ),
    )
