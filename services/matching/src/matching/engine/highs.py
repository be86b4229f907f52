"""An integer program by HiGHS, as scipy brings it: strong where programs are large.

HiGHS computes in floating point. What it finds is checked in whole numbers, and what it proves is
believed only where numbers are small enough for its tolerances.
"""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.integer_program import Solution

if TYPE_CHECKING:
    from matching.engine.effort import Effort
    from matching.engine.integer_program import IntegerProgram

LARGEST_WORTH: Final = 10**9
LARGEST_NUMBER: Final = 10**6
"""Beyond these, tolerances of 1e-6 and 1e-9 are no longer less than one point."""

NODES_PER_WORK: Final = 200
COLUMNS_PER_WORK: Final = 100
"""Nodes are the same on every machine, but the first may take minutes where columns are many."""

MOST_COLUMNS: Final = 25_000
"""Beyond this it has been seen to run on for minutes after its time."""

_LEAST_SECONDS: Final = 0.01
_MOST_NODES: Final = 2**31 - 1
_TOLERANCE: Final = 1e-6
_RELATIVE_TOLERANCE: Final = 1e-10


def is_within_reach(program: IntegerProgram, effort: Effort) -> bool:
    """Tell whether the numbers are small enough for floating point, and it for the work."""
    if program.columns > min(effort.work * COLUMNS_PER_WORK, MOST_COLUMNS):
        return False
    largest = max(int(np.abs(each).max(initial=0)) for each in (program.coefficient, program.most))
    worth = float((np.abs(program.value).astype(np.float64) * program.most).sum())
    return largest <= LARGEST_NUMBER and worth <= LARGEST_WORTH


def solve_by_highs(program: IntegerProgram, effort: Effort) -> Solution:
    """Return the better of the start and what HiGHS finds, with the bound that it proves."""
    # It takes half a second to load, which most processes need not spend.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415
    from scipy.sparse import coo_array  # noqa: PLC0415

    known = Solution(program.start, program.worth(program.start), program.ceiling)
    if effort.is_spent:
        return known
    shape = (len(program.lower), program.columns)
    entries = (program.coefficient.astype(np.float64), (program.row, program.column))
    rows = LinearConstraint(
        coo_array(entries, shape=shape).tocsr(),
        program.lower.astype(np.float64),
        program.upper.astype(np.float64),
    )
    outcome = milp(
        -program.value.astype(np.float64),
        integrality=np.ones(program.columns, dtype=np.int64),
        bounds=Bounds(0, program.most.astype(np.float64)),
        constraints=rows,
        options={
            "mip_rel_gap": 0.0,
            "node_limit": int(min(effort.work * NODES_PER_WORK, _MOST_NODES)),
            "time_limit": max(effort.seconds_left(), _LEAST_SECONDS),
        },
    )
    dual = outcome.mip_dual_bound
    bound = program.ceiling if dual is None else min(program.ceiling, _whole(-dual))
    if outcome.x is None:
        return Solution(known.chosen, known.value, bound)
    chosen = np.rint(outcome.x).astype(np.int64)
    if not program.allows(chosen) or program.worth(chosen) < known.value:
        chosen = known.chosen
    value = program.worth(chosen)
    return Solution(chosen, value, max(value, bound))


def _whole(bound: float) -> int:
    if not isfinite(bound):
        return LARGEST_WORTH
    return floor(bound + _TOLERANCE + _RELATIVE_TOLERANCE * abs(bound))
