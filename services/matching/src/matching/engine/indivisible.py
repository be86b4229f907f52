"""Allocation that is no flow: loads of different size, needs that want everything or nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.cp_sat import solve_by_cp_sat
from matching.engine.greed import greedy
from matching.engine.integer_program import IntegerProgram, Solution
from matching.engine.knapsacks import is_relaxable, relaxed_by_knapsacks
from matching.engine.prove import prove
from matching.engine.transport import CostsTooLarge, places, transport

if TYPE_CHECKING:
    from matching.engine.allocation import AllocationProblem
    from matching.engine.effort import Effort
    from matching.engine.problem import Integers


EASY_PAIRS: Final = 3_000
"""Up to here CP-SAT is likely to prove the optimum before prices are found."""

_AT_ONCE: Final = 0.1
_FOR_PRICES: Final = 0.3
_FOR_LIKELY: Final = 0.4


def proved(part: AllocationProblem, relaxed: Integers, effort: Effort) -> Solution:
    """Return the best units for the pairs of one component, and a bound.

    Args:
        part: The component.
        relaxed: Units that are worth no less than any that are allowed.
        effort: What may be spent.
    """
    ceiling = part.worth(relaxed)
    start = _started(part)
    if part.worth(start) >= ceiling:
        return Solution(start, part.worth(start), part.worth(start))
    if is_relaxable(part):
        return _between_knapsacks(part, start, ceiling, effort)
    found = prove(_program(part, start), effort)
    return Solution(found.chosen[: part.pairs], found.value, min(found.bound, ceiling))


def _between_knapsacks(
    part: AllocationProblem, start: Integers, ceiling: int, effort: Effort
) -> Solution:
    """Solve at once what is easy; else find prices of needs first, and look where they point.

    Pairs that could be in an allocation as good as the bound are looked at before all others; what
    cannot be in any that is better than the best known is not looked at any more.
    """
    if part.pairs <= EASY_PAIRS:
        at_once = solve_by_cp_sat(_program(part, start), effort.share(_AT_ONCE))
        start, ceiling = at_once.chosen[: part.pairs], min(ceiling, at_once.bound)
        if at_once.is_proved:
            return Solution(start, at_once.value, at_once.value)
    relaxed = relaxed_by_knapsacks(part, start, effort.share(_FOR_PRICES))
    ceiling = min(ceiling, relaxed.bound)
    likely = relaxed.better_than(relaxed.bound - 1)
    best = _proved_among(part, likely, relaxed.chosen, effort.share(_FOR_LIKELY))
    if best.value < ceiling:
        relaxed = replace(relaxed, chosen=best.chosen)
        best = _proved_among(part, relaxed.better_than(best.value), best.chosen, effort)
        ceiling = min(ceiling, best.bound)
    return Solution(best.chosen, best.value, max(best.value, ceiling))


def _proved_among(
    part: AllocationProblem, pairs: Integers, start: Integers, effort: Effort
) -> Solution:
    """Return the best allocation that has no other pairs, and the bound of those."""
    found = prove(_program(part.only(pairs), start[pairs]), effort)
    chosen = np.zeros(part.pairs, dtype=np.int64)
    chosen[pairs] = found.chosen[: len(pairs)]
    return Solution(chosen, found.value, found.bound)


def _started(part: AllocationProblem) -> Integers:
    """Return the best of what is found at once."""
    found = [greedy(part)]
    _, uneven = places(part)
    if not uneven.any():
        with suppress(CostsTooLarge):
            found.append(_without_pieces(part))
    return max(found, key=part.worth)


def _without_pieces(part: AllocationProblem) -> Integers:
    """Return the flow of the needs that are not left in pieces, dropping the others in rounds."""
    given = transport(part)
    kept = np.ones(len(part.units), dtype=np.bool_)
    while (pieces := part.in_pieces(given)).any():
        kept &= ~pieces
        given = transport(replace(part, units=np.where(kept, part.units, 0)))
    return given


def _program(part: AllocationProblem, start: Integers) -> IntegerProgram:
    """Return one number for each pair, and one for each whole need: whether it is served."""
    needs, need = np.unique(part.need, return_inverse=True)
    offers, offer = np.unique(part.offer, return_inverse=True)
    whole = np.flatnonzero(part.whole[needs] & (part.units[needs] > 1))
    pair, served = np.arange(part.pairs), part.pairs + np.arange(len(whole))
    units = part.units[needs]
    upper = units.copy()
    upper[whole] = 0
    is_served = (part.served(start)[needs][whole] > 0).astype(np.int64)
    return IntegerProgram(
        value=np.append(part.value, np.zeros(len(whole), dtype=np.int64)),
        most=np.append(part.most, np.ones(len(whole), dtype=np.int64)),
        row=np.concatenate([need, len(needs) + offer, whole]),
        column=np.concatenate([pair, pair, served]),
        coefficient=np.concatenate([np.ones(part.pairs, np.int64), part.load, -units[whole]]),
        lower=np.zeros(len(needs) + len(offers), dtype=np.int64),
        upper=np.append(upper, part.capacity[offers]),
        start=np.append(start, is_served),
    )
