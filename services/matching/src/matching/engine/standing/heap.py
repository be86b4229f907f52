"""The rows that a search has reached and not yet left, the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner

if TYPE_CHECKING:
    from matching.engine.standing.state import Integers, Rows


@inner
def push(keys: Integers, rows: Rows, places: Rows, size: int, key: int, row: int, new: bool) -> int:  # noqa: FBT001 - positional for the compiler
    """Put a row in, or move one that has come nearer; return how many there are."""
    at = size if new else places[row]
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at], rows[at] = keys[above], rows[above]
        places[rows[at]] = at
        at = above
    keys[at], rows[at] = key, row
    places[row] = at
    return size + 1 if new else size


@inner
def drop_first(keys: Integers, rows: Rows, places: Rows, size: int) -> int:
    """Take the nearest row out, which is at 0; return how many are left."""
    size -= 1
    key, row, at = keys[size], rows[size], 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        nearest = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[nearest]:
                nearest = other
        if keys[nearest] >= key:
            break
        keys[at], rows[at] = keys[nearest], rows[nearest]
        places[rows[at]] = at
        at = nearest
    keys[at], rows[at] = key, row
    places[row] = at
    return size
