"""Orders of pairs that a general sort would take too long for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.native import native

if TYPE_CHECKING:
    from matching.engine.standing.state import Integers


@native
def by_row(rows: Integers, begin: Integers) -> Integers:
    """Return the order that groups pairs by row, and leaves it at that within each.

    ``begin`` says where the group of each row begins.
    """
    order = np.empty(len(rows), np.int64)
    free = begin.copy()
    for pair in range(len(rows)):
        order[free[rows[pair]]] = pair
        free[rows[pair]] += 1
    return order


@native
def falling(value: Integers, begin: Integers) -> Integers:
    """Return the order that sorts each group of pairs by falling value, equal ones as they are.

    Groups are those from ``begin[k]`` to ``begin[k + 1]``.
    """
    order = np.arange(len(value))
    for group in range(len(begin) - 1):
        for pair in range(begin[group] + 1, begin[group + 1]):
            at, most = pair, value[pair]
            while at > begin[group] and value[order[at - 1]] < most:
                order[at] = order[at - 1]
                at -= 1
            order[at] = pair
    return order


def begins(rows: Integers, count: int) -> Integers:
    """Return where the pairs of each of so many rows begin in order, and where the last end."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))]).astype(np.int64)
