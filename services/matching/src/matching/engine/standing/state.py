"""The arrays of a standing plan, as the kernels see them.

A need and an offer each have a row; a pair is an edge of its need's block and has a twin in its
offer's block. Blocks have room to grow, by doubling. Prices and surpluses are kept *net*, without
the additive terms: the reduced cost of an edge is ``surplus + price - value``, whatever the terms.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.int32]
Records: TypeAlias = NDArray[Any]

FAR: Final = 1 << 62
"""A distance that nothing has."""

NONE: Final = -1
SIZE_CLASSES: Final = 40

OFFER: Final = np.dtype(
    [
        ("term", np.int64),
        ("capacity", np.int64),
        ("load", np.int64),
        ("pinned", np.int64),
        ("first_step", np.int64),
        ("steps", np.int64),
        ("begin", np.int64),
        ("edges", np.int64),
        ("room", np.int64),
        ("holders", np.int64),
        ("step_room", np.int64),
        ("is_due", np.int64),
    ],
    align=True,
)
"""An offer's row. Its block begins with the ``holders``: the edges that carry units."""

NEED: Final = np.dtype(
    [
        ("term", np.int64),
        ("units", np.int64),
        ("pinned", np.int64),
        ("unmet", np.int64),
        ("excess", np.int64),
        ("begin", np.int64),
        ("edges", np.int64),
        ("room", np.int64),
        ("first", np.int64),
        ("is_touched", np.int64),
        ("has_lost", np.int64),
        ("is_due", np.int64),
    ],
    align=True,
)
"""A need's row. ``unmet`` units are left out by the plan, ``excess`` ones are still to be placed.

Its block is sorted by falling value; ``first`` begins the list of edges that carry units. It
``has_lost`` an offer that served it when last asked.
"""

FLOW: Final = np.dtype(
    [
        ("units", np.int64),
        ("pinned", np.int64),
        ("told", np.int64),
        ("back", np.int32),
        ("next", np.int32),
    ],
    align=True,
)
"""What an edge carries; what it carried when last asked; its twin; the next edge that carries."""

TALLY: Final = np.dtype(
    [
        ("value", np.int64),
        ("bound", np.int64),
        ("floor", np.int64),
        ("edges", np.int64),
        ("twins", np.int64),
        ("steps", np.int64),
        ("touched", np.int64),
        ("offers_due", np.int64),
        ("needs_due", np.int64),
        ("searches", np.int64),
        ("visited", np.int64),
    ],
    align=True,
)
"""Sums and ends of arrays. No net price is below ``floor``."""


class State(NamedTuple):
    """Everything there is; the names of arrays of one length share a line."""

    price: Integers
    offers: Records
    surplus: Integers
    needs: Records
    to: Rows
    value: Integers
    flows: Records
    came: Rows
    worth: Integers
    edge: Rows
    steps: Integers
    tally: Records
    free_edges: Rows
    free_twins: Rows
    touched: Rows
    offers_due: Rows
    needs_due: Rows
    offer_at: Integers
    offer_via: Rows
    offers_seen: Rows
    need_at: Integers
    need_via: Rows
    needs_seen: Rows
    heap_key: Integers
    heap_row: Rows
    heap_place: Rows


_OF_OFFERS: Final = ("price", "offers", "offers_due", "offer_at", "offer_via", "offers_seen")
_OF_NEEDS: Final = (
    *("surplus", "needs", "touched", "needs_due", "need_at", "need_via", "needs_seen"),
)
_OF_EITHER: Final = ("heap_key", "heap_row", "heap_place")
_OF_EDGES: Final = ("to", "value", "flows")
_OF_TWINS: Final = ("came", "worth", "edge")
_FAR_AT_FIRST: Final = ("offer_at", "need_at")


def empty_state(*, needs: int = 0, offers: int = 0, edges: int = 0, twins: int = 0) -> State:
    """Return the state of a plan of nothing, with room for so many rows."""
    rows, cells = np.zeros(0, np.int32), np.zeros(0, np.int64)
    state = State(
        price=cells,
        offers=np.zeros(0, OFFER),
        surplus=cells,
        needs=np.zeros(0, NEED),
        to=rows,
        value=cells,
        flows=np.zeros(0, FLOW),
        came=rows,
        worth=cells,
        edge=rows,
        steps=cells,
        tally=np.zeros(1, TALLY),
        free_edges=np.full(SIZE_CLASSES, NONE, np.int32),
        free_twins=np.full(SIZE_CLASSES, NONE, np.int32),
        touched=rows,
        offers_due=rows,
        needs_due=rows,
        offer_at=cells,
        offer_via=rows,
        offers_seen=rows,
        need_at=cells,
        need_via=rows,
        needs_seen=rows,
        heap_key=cells,
        heap_row=rows,
        heap_place=rows,
    )
    return roomy(state, needs=needs, offers=offers, edges=edges, twins=twins)


def roomy(
    state: State, *, needs: int = 0, offers: int = 0, edges: int = 0, twins: int = 0, steps: int = 0
) -> State:
    """Return the state with arrays at least so long; what has to grow is doubled."""
    wanted = {
        **dict.fromkeys(_OF_OFFERS, offers),
        **dict.fromkeys(_OF_NEEDS, needs),
        **dict.fromkeys(_OF_EITHER, max(needs, offers) + 1),
        **dict.fromkeys(_OF_EDGES, edges),
        **dict.fromkeys(_OF_TWINS, twins),
        "steps": steps,
    }
    grown = {
        name: _grown(getattr(state, name), length, FAR if name in _FAR_AT_FIRST else 0)
        for name, length in wanted.items()
        if length > len(getattr(state, name))
    }
    return state._replace(**grown) if grown else state


def _grown(array: Records, length: int, fill: int) -> Records:
    grown = np.zeros(max(length, 2 * len(array)), array.dtype)
    if fill:
        grown[len(array) :] = fill
    grown[: len(array)] = array
    return grown
