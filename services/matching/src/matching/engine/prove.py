"""The best that two solvers, one after the other, can say about an integer program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from matching.engine.cp_sat import solve_by_cp_sat
from matching.engine.highs import is_within_reach, solve_by_highs
from matching.engine.integer_program import Solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from matching.engine.effort import Effort
    from matching.engine.integer_program import IntegerProgram

_FIRST: Final = 0.25
"""The part of the effort in which CP-SAT proves most of what it will ever prove."""

_SECOND: Final = 0.6


def prove(program: IntegerProgram, effort: Effort) -> Solution:
    """Return the best choice and the least bound that were found within the effort.

    CP-SAT begins, because small programs, which are nearly all, it proves at once. What it leaves
    open HiGHS looks at, if the numbers are not too large for it; the rest of the effort is spent
    on improving the best choice.
    """
    best = Solution(program.start, program.worth(program.start), program.ceiling)
    for solver, part in _turns(program):
        if best.is_proved:
            break
        found = solver(replace(program, start=best.chosen), effort.share(part))
        best = Solution(found.chosen, found.value, max(found.value, min(best.bound, found.bound)))
    return best


def _turns(
    program: IntegerProgram,
) -> list[tuple[Callable[[IntegerProgram, Effort], Solution], float]]:
    if not is_within_reach(program):
        return [(solve_by_cp_sat, 1.0)]
    return [(solve_by_cp_sat, _FIRST), (solve_by_highs, _SECOND), (solve_by_cp_sat, 1.0)]
