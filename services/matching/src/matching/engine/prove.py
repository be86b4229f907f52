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
"""The part of what is left that HiGHS has."""

_REST: Final = 1.0


def prove(program: IntegerProgram, effort: Effort) -> Solution:
    """Return the best choice and the least bound that were found within the effort.

    CP-SAT begins, because small programs, which are nearly all, it proves at once. What it leaves
    open HiGHS looks at, if neither the numbers nor the program are too large for it; the
    rest is spent on improving the best choice.
    """
    best = Solution(program.start, program.worth(program.start), program.ceiling)
    for solver, part in _turns(program, effort):
        if best.is_proved:
            break
        found = solver(replace(program, start=best.chosen), effort.share(part))
        if part < _REST:
            effort = replace(effort, work=effort.work * (1 - part))
        best = Solution(found.chosen, found.value, max(found.value, min(best.bound, found.bound)))
    return best


def _turns(
    program: IntegerProgram, effort: Effort
) -> list[tuple[Callable[[IntegerProgram, Effort], Solution], float]]:
    if not is_within_reach(program, effort):
        return [(solve_by_cp_sat, _REST)]
    return [(solve_by_cp_sat, _FIRST), (solve_by_highs, _SECOND), (solve_by_cp_sat, _REST)]
