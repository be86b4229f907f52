"""Allocation that is no flow: loads of different size, needs that want everything or nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matching.engine.greed import greedy
from matching.engine.integer_program import IntegerProgram, Solution
from matching.engine.prove import prove
from matching.engine.transport import CostsTooLarge, places, transport

if TYPE_CHECKING:
    from matching.engine.allocation import AllocationProblem
    from matching.engine.effort import Effort
    from matching.engine.problem import Integers


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
    found = prove(_program(part, start), effort)
    return Solution(found.chosen[: part.pairs], found.value, min(found.bound, ceiling))


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
