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


@native
def near_together(
    begin: Integers, to: Integers, came_begin: Integers, came: Integers
) -> tuple[Integers, Integers]:
    """Return orders of needs and of offers in which those with pairs in common are near.

    A search goes from neighbour to neighbour; what is near in memory is read at once. Depth
    first, from the first need; whoever has no pair comes last.
    """
    needs, offers = len(begin) - 1, len(came_begin) - 1
    need_order, offer_order = np.empty(needs, np.int64), np.empty(offers, np.int64)
    is_met, is_seen = np.zeros(needs, np.bool_), np.zeros(offers, np.bool_)
    stack, met, seen = np.empty(needs, np.int64), 0, 0
    for first in range(needs):
        if is_met[first]:
            continue
        stack[0], depth, is_met[first] = first, 1, True
        while depth > 0:
            depth -= 1
            need = stack[depth]
            need_order[met] = need
            met += 1
            for edge in range(begin[need], begin[need + 1]):
                offer = to[edge]
                if is_seen[offer]:
                    continue
                is_seen[offer] = True
                offer_order[seen] = offer
                seen += 1
                for twin in range(came_begin[offer], came_begin[offer + 1]):
                    if not is_met[came[twin]]:
                        is_met[came[twin]] = True
                        stack[depth] = came[twin]
                        depth += 1
    for offer in range(offers):
        if not is_seen[offer]:
            offer_order[seen] = offer
            seen += 1
    return need_order, offer_order
