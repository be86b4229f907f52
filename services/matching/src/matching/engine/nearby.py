"""Rows by what they are listed under and by where they lie: an index in compiled code.

Each row stands in a few lists, and may lie in a cell: a cube of a lattice through the globe. A
straight line through the globe is never longer than the way on it, so nothing near is overlooked,
at no meridian or pole. Nobody loops over rows in Python, be there one question or many.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.engine.native import inner, native

if TYPE_CHECKING:
    from collections.abc import Iterator

Integers: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float64]

NONE: Final = -1
KINDS_OF_KEYS: Final = 16
LAYERS: Final = 8
"""So many of the kinds are for cells, the last ones."""

_KIND: Final = 58
_SERVICE: Final = 42
_AXIS: Final = 14
_MIDDLE: Final = 1 << (_AXIS - 1)
_MIX: Final = -7046029254386353131
"""The golden ratio as a fraction of 2 ** 64, as hash functions have it."""

_PITCH: Final = 1.0001
"""Rounding of sines must not lose a neighbour; nor must half a metre, for which there is one."""


class Places(NamedTuple):
    """Rows and lists. Entry ``row * lists + k`` is the row's place in the k-th of its lists.

    A list begins at the entry ``first`` of its key's slot; ``at`` is metres from the centre of the
    globe on three axes, and how far the row reaches. ``seen`` is the last question that has found a
    row.
    """

    key: Integers
    after: Rows
    before: Rows
    at: Floats
    seen: Integers
    slot: Integers
    first: Rows
    tally: Integers


class Questions(NamedTuple):
    """Questions of one row each: whole lists by ``keys``, and what is near in lists and cells.

    Near are those rows whose distance from ``at`` (nan: ask for none) is within ``within`` and
    within their own reach, those of the list ``far`` and of cells. A layer has cells of so many
    ``metres``, and no row in it reaches farther than ``reaches``.
    """

    keys: Integers
    service: Integers
    far: Integers
    at: Floats
    within: Floats
    metres: Floats
    reaches: Floats


def list_key(kind: int, service: Integers, number: Integers) -> Integers:
    """Return keys of lists; ``NONE`` where the number is below zero."""
    keys: Integers = np.where(number < 0, NONE, (kind << _KIND) | (service << _SERVICE) | number)
    return keys


def cell_key(layer: Integers, service: Integers, at: Floats, metres: Floats) -> Integers:
    """Return keys of the cells in which places lie."""
    x, y, z = (np.floor(at / metres[:, None]).astype(np.int64) + _MIDDLE).T
    number = (x << (2 * _AXIS)) | (y << _AXIS) | z
    return ((KINDS_OF_KEYS - LAYERS + layer) << _KIND) | (service << _SERVICE) | number


class Nearby:
    """Rows that may be asked for by list and by place."""

    def __init__(self, lists: int) -> None:
        self._lists: Final = lists
        self._places = _roomier(_EMPTY, rows=64, lists=lists)

    def put(self, rows: Integers, keys: Integers, at: Floats, reach: Floats) -> None:
        """Know rows by their keys and places, in place of what was known of them.

        Args:
            rows: Each once.
            keys: A column for each list that a row can be in; ``NONE`` where it is in none.
            at: Where they lie, in metres from the centre of the globe; nan where nobody knows.
            reach: How far each reaches.
        """
        most = int(rows.max(initial=-1)) + 1
        if most > len(self._places.seen):
            size = max(most, 2 * len(self._places.seen))
            self._places = _roomier(self._places, rows=size, lists=self._lists)
        if 2 * (int(self._places.tally[0]) + keys.size) > len(self._places.slot):
            size = 4 * (int((self._places.key != NONE).sum()) + keys.size)
            self._places = _with_slots(self._places, 1 << size.bit_length())
        put(self._places, rows, keys, np.column_stack([at, reach]))

    def drop(self, row: int) -> None:
        """Forget a row, if it is known."""
        if row < len(self._places.seen):
            drop(self._places, row, self._lists)

    def answers(self, asked: Questions, most: int) -> Iterator[tuple[Integers, Integers]]:
        """Yield questions and rows side by side, all rows of a question in one part, each once.

        A part ends with the question that makes it at least ``most`` pairs.
        """
        done, count = 0, len(asked.service)
        while done < count:
            done, question, row = near(self._places, asked, self._lists, done, most)
            yield question, row


_EMPTY: Final = Places(
    key=np.zeros(0, np.int64),
    after=np.zeros(0, np.int32),
    before=np.zeros(0, np.int32),
    at=np.zeros((0, 4)),
    seen=np.zeros(0, np.int64),
    slot=np.full(64, NONE, np.int64),
    first=np.full(64, NONE, np.int32),
    tally=np.zeros(2, np.int64),
)


def _roomier(places: Places, *, rows: int, lists: int) -> Places:
    more, entries = rows - len(places.seen), rows * lists - len(places.key)
    return places._replace(
        key=np.concatenate([places.key, np.full(entries, NONE, np.int64)]),
        after=np.concatenate([places.after, np.full(entries, NONE, np.int32)]),
        before=np.concatenate([places.before, np.full(entries, NONE, np.int32)]),
        at=np.concatenate([places.at, np.full((more, 4), np.nan)]),
        seen=np.concatenate([places.seen, np.zeros(more, np.int64)]),
        slot=places.slot.copy(),
        first=places.first.copy(),
        tally=places.tally.copy(),
    )


def _with_slots(places: Places, slots: int) -> Places:
    """Return the same with another table, without the lists in which nobody is left."""
    wider = places._replace(
        slot=np.full(slots, NONE, np.int64), first=np.full(slots, NONE, np.int32)
    )
    wider.tally[0] = 0
    enter_all(places, wider)
    return wider


@inner
def slot_of(slots: Integers, key: int) -> int:
    """Return the slot of a key, or the free one that it may have."""
    mixed = key * _MIX
    place = (mixed ^ (mixed >> 29)) & (len(slots) - 1)
    while slots[place] not in (NONE, key):
        place = (place + 1) & (len(slots) - 1)
    return place


@native
def enter_all(before: Places, after: Places) -> None:
    """Enter every list that somebody is in into a table."""
    for k in range(len(before.slot)):
        if before.first[k] != NONE:
            place = slot_of(after.slot, before.slot[k])
            after.slot[place], after.first[place] = before.slot[k], before.first[k]
            after.tally[0] += 1


@native
def put(p: Places, rows: Integers, keys: Integers, at: Floats) -> None:
    """Take rows out of the lists that they are in, and put them into others."""
    lists = keys.shape[1]
    for k in range(len(rows)):
        row = rows[k]
        leave(p, row, lists)
        for axis in range(4):
            p.at[row, axis] = at[k, axis]
        for each in range(lists):
            if keys[k, each] != NONE:
                join(p, row * lists + each, keys[k, each])


@native
def drop(p: Places, row: int, lists: int) -> None:
    """Take a row out of every list."""
    leave(p, row, lists)


@inner
def join(p: Places, entry: int, key: int) -> None:
    """Put an entry at the beginning of a list."""
    place = slot_of(p.slot, key)
    if p.slot[place] == NONE:
        p.slot[place] = key
        p.tally[0] += 1
    second = p.first[place]
    p.key[entry], p.after[entry], p.before[entry] = key, second, NONE
    p.first[place] = entry
    if second != NONE:
        p.before[second] = entry


@inner
def leave(p: Places, row: int, lists: int) -> None:
    """Take a row out of every list."""
    for entry in range(row * lists, (row + 1) * lists):
        if p.key[entry] == NONE:
            continue
        after, before = p.after[entry], p.before[entry]
        if before == NONE:
            p.first[slot_of(p.slot, p.key[entry])] = after
        else:
            p.after[before] = after
        if after != NONE:
            p.before[after] = before
        p.key[entry] = NONE


@inner
def first_of(p: Places, key: int) -> int:
    """Return the first entry of a list."""
    return p.first[slot_of(p.slot, key)]


@inner
def is_near(p: Places, row: int, at: Floats, within: float) -> bool:
    """Tell whether a row may be within reach, each of the other."""
    most = min(within, p.at[row, 3]) * _PITCH + 1
    x, y, z = p.at[row, 0] - at[0], p.at[row, 1] - at[1], p.at[row, 2] - at[2]
    return x * x + y * y + z * z <= most * most


@inner
def cell_of(at: float, metres: float) -> int:
    """Return in which cell of an axis a place lies."""
    return floor(at / metres) + _MIDDLE


@inner
def squared_gap(at: float, cell: int, metres: float) -> float:
    """Return the square of how far a place is from a cell on an axis."""
    begin = (cell - _MIDDLE) * metres
    gap = max(0.0, begin - at, at - begin - metres)
    return gap * gap


@native
def near(
    p: Places, q: Questions, lists: int, begin: int, most: int
) -> tuple[int, Integers, Integers]:
    """Answer questions from one on, until there are enough answers.

    Returns:
        The next question, and questions and rows side by side.
    """
    question, found, size = np.empty(64, np.int64), np.empty(64, np.int64), 0
    k = begin
    while k < len(q.service) and size < most:
        p.tally[1] += 1
        before = size
        for each in range(q.keys.shape[1]):
            if q.keys[k, each] != NONE:
                found, size = listed(p, lists, q.keys[k, each], found, size)
        if q.at[k, 0] == q.at[k, 0]:
            if q.far[k] != NONE:
                found, size = near_of(p, q, lists, k, q.far[k], found, size)
            found, size = searched(p, q, lists, k, found, size)
        if len(question) < len(found):
            question = longer(question, len(found))
        question[before:size] = k
        k += 1
    return k, question[:size], found[:size]


@inner
def searched(
    p: Places, q: Questions, lists: int, k: int, found: Integers, size: int
) -> tuple[Integers, int]:
    """Look into every cell of each layer that is not too far."""
    a, b, c = q.at[k]
    for layer in range(len(q.metres)):
        metres, reach = q.metres[layer], min(q.reaches[layer], q.within[k]) * _PITCH + 1
        kind = ((KINDS_OF_KEYS - LAYERS + layer) << _KIND) | (q.service[k] << _SERVICE)
        for x in range(cell_of(a - reach, metres), cell_of(a + reach, metres) + 1):
            left = reach * reach - squared_gap(a, x, metres)
            for y in range(cell_of(b - reach, metres), cell_of(b + reach, metres) + 1):
                rest = left - squared_gap(b, y, metres)
                if rest < 0:
                    continue
                for z in range(cell_of(c - reach, metres), cell_of(c + reach, metres) + 1):
                    if squared_gap(c, z, metres) <= rest:
                        key = kind | (x << (2 * _AXIS)) | (y << _AXIS) | z
                        found, size = near_of(p, q, lists, k, key, found, size)
    return found, size


@inner
def listed(p: Places, lists: int, key: int, found: Integers, size: int) -> tuple[Integers, int]:
    """Take every row of a list that was not taken yet."""
    entry = first_of(p, key)
    while entry != NONE:
        row = entry // lists
        if p.seen[row] != p.tally[1]:
            found, size = taken(p, row, found, size)
        entry = p.after[entry]
    return found, size


@inner
def near_of(
    p: Places, q: Questions, lists: int, k: int, key: int, found: Integers, size: int
) -> tuple[Integers, int]:
    """Take every row of a list that is near and was not taken yet."""
    entry = first_of(p, key)
    while entry != NONE:
        row = entry // lists
        if p.seen[row] != p.tally[1] and is_near(p, row, q.at[k], q.within[k]):
            found, size = taken(p, row, found, size)
        entry = p.after[entry]
    return found, size


@inner
def taken(p: Places, row: int, found: Integers, size: int) -> tuple[Integers, int]:
    """Add a row to what is found."""
    p.seen[row] = p.tally[1]
    if size == len(found):
        found = longer(found, 2 * size)
    found[size] = row
    return found, size + 1


@inner
def longer(array: Integers, length: int) -> Integers:
    """Return an array with more room behind it."""
    more = np.empty(length, np.int64)
    more[: len(array)] = array
    return more
