"""Who might be near enough: a few rows out of very many, and never one too few.

Rules decide; this only spares them the pairs that cannot be. Places with a point lie in cells of a
cube around the globe (a straight line through it is never longer than the way on it, so nothing
near is overlooked, at no meridian or pole); offers lie in cells of the size of their own reach.
"""

from __future__ import annotations

from math import cos, floor, isnan, log2, radians, sin
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from common.places import EARTH_RADIUS_M
from matching.domain.columns import NO_LIMIT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from matching.domain.columns import Integers, LineColumns, OfferColumns

LEAST_REACH_M: Final = 1_000
WIDEST_CELL: Final = 6
"""Cells of 64 km; who reaches farther is looked at for every line of the service."""
CELL_OF_LINES_M: Final = 8_000
MANY_CELLS_M: Final = 32_000
"""An offer that reaches farther than this looks at every line of its service."""

Cube: TypeAlias = tuple[int, int, int]
_NOTHING: Final = np.empty(0, dtype=np.int64)
_PITCH: Final = 1.0001
"""Rounding of sines must not lose a neighbour."""


class Buckets:
    """Sets of rows by key, each an array that can be read at once."""

    def __init__(self) -> None:
        self._rows: Final[dict[Hashable, Integers]] = {}
        self._size: Final[dict[Hashable, int]] = {}
        self._place: Final[dict[tuple[Hashable, int], int]] = {}

    def add(self, key: Hashable, row: int) -> None:
        """Put a row into a set."""
        size = self._size.get(key, 0)
        rows = self._rows.get(key, _NOTHING)
        if size == len(rows):
            rows = self._rows[key] = np.concatenate([rows, np.empty(max(4, size), np.int64)])
        rows[size] = row
        self._place[key, row] = size
        self._size[key] = size + 1

    def remove(self, key: Hashable, row: int) -> None:
        """Take a row out of a set; the last one takes its place."""
        place = self._place.pop((key, row))
        size = self._size[key] = self._size[key] - 1
        if size == 0:
            del self._rows[key], self._size[key]
            return
        rows = self._rows[key]
        last = int(rows[size])
        if last != row:
            rows[place] = last
            self._place[key, last] = place

    def of(self, key: Hashable) -> Integers:
        """Return the rows of a set."""
        rows = self._rows.get(key)
        return _NOTHING if rows is None else rows[: self._size[key]]


class _Index:
    """Rows under several keys each."""

    def __init__(self) -> None:
        self._buckets: Final = Buckets()
        self._keys: Final[dict[int, tuple[Hashable, ...]]] = {}

    def drop(self, row: int) -> None:
        """Forget a row, if it is known."""
        for key in self._keys.pop(row, ()):
            self._buckets.remove(key, row)

    def _put(self, row: int, keys: tuple[Hashable, ...]) -> None:
        self.drop(row)
        self._keys[row] = keys
        for key in keys:
            self._buckets.add(key, row)

    def _union(self, keys: Iterator[Hashable]) -> Integers:
        found = [rows for rows in map(self._buckets.of, keys) if len(rows)]
        return np.unique(np.concatenate([_NOTHING, *found]))


class OffersNearby(_Index):
    """The offers of a pool, by what they give and where they reach."""

    def put(self, rows: Integers, offers: OfferColumns) -> None:
        """Know offers by what their columns say now."""
        for place, row in enumerate(rows.tolist()):
            self._put(row, _keys_of_offer(offers, place))

    def of_line(self, lines: LineColumns, place: int) -> Integers:
        """Return the rows of every offer that may be near enough to one of these lines."""
        service = int(lines.service[place])
        latitude = float(lines.latitude[place])
        if isnan(latitude):
            return self._union(_around_home(service, lines, place))
        point = _point(float(lines.longitude[place]), latitude)
        within = int(lines.within_metres[place])
        return self._union(_around(service, point, within))


class LinesNearby(_Index):
    """The lines of a pool that wait, by what they need and where."""

    def put(self, rows: Integers, lines: LineColumns) -> None:
        """Know lines by what their columns say now."""
        for place, row in enumerate(rows.tolist()):
            self._put(row, _keys_of_line(lines, place))

    def of_offer(self, offers: OfferColumns, place: int) -> Integers:
        """Return the rows of every line that one of these offers may be near enough to."""
        service, reach = int(offers.service[place]), int(offers.reach_metres[place])
        if reach > MANY_CELLS_M:
            return self._union(iter((("all", service),)))
        point = _point(float(offers.longitude[place]), float(offers.latitude[place]))
        cubes = _cubes(point, reach, CELL_OF_LINES_M)
        keys: list[Hashable] = [("homes", service)]
        keys.extend(("cell", service, cube) for cube in cubes)
        return self._union(iter(keys))


def _keys_of_offer(offers: OfferColumns, place: int) -> tuple[Hashable, ...]:
    service = int(offers.service[place])
    size = _size_of(int(offers.reach_metres[place]))
    point = _point(float(offers.longitude[place]), float(offers.latitude[place]))
    cell = None if size > WIDEST_CELL else _cube(point, _metres(size))
    return (
        ("all", service),
        ("township", service, int(offers.township[place])),
        ("county", service, int(offers.county[place])),
        ("cell", service, size if cell else None, cell),
    )


def _keys_of_line(lines: LineColumns, place: int) -> tuple[Hashable, ...]:
    service, latitude = int(lines.service[place]), float(lines.latitude[place])
    if isnan(latitude):
        return (("all", service), ("homes", service))
    point = _point(float(lines.longitude[place]), latitude)
    return (("all", service), ("cell", service, _cube(point, CELL_OF_LINES_M)))


def _around_home(service: int, lines: LineColumns, place: int) -> Iterator[Hashable]:
    """Yield where offers for a home may be: its township, and farther as it waits."""
    township, county = int(lines.township[place]), int(lines.county[place])
    widened = int(lines.search_area[place])
    if widened == 0 and township != UNKNOWN:
        yield ("township", service, township)
    elif widened == 1 and county != UNKNOWN:
        yield ("county", service, county)
    elif widened > 1:
        yield ("all", service)


def _around(service: int, point: tuple[float, float, float], within: int) -> Iterator[Hashable]:
    yield ("cell", service, None, None)
    for size in range(WIDEST_CELL + 1):
        metres = _metres(size)
        for cube in _cubes(point, metres if within == NO_LIMIT else min(metres, within), metres):
            yield ("cell", service, size, cube)


def _size_of(reach: int) -> int:
    return max(0, floor(log2(max(reach, LEAST_REACH_M) / LEAST_REACH_M) + 1 - 1e-12))


def _metres(size: int) -> int:
    return LEAST_REACH_M << size


def _point(longitude: float, latitude: float) -> tuple[float, float, float]:
    """Return metres from the centre of the globe."""
    across, up = radians(longitude), radians(latitude)
    around = EARTH_RADIUS_M * cos(up)
    return around * cos(across), around * sin(across), EARTH_RADIUS_M * sin(up)


def _cube(point: tuple[float, float, float], metres: int) -> Cube:
    x, y, z = point
    return floor(x / metres), floor(y / metres), floor(z / metres)


def _cubes(point: tuple[float, float, float], reach: int, metres: int) -> Iterator[Cube]:
    spans = [
        range(
            floor((at - reach * _PITCH - 1) / metres), floor((at + reach * _PITCH + 1) / metres) + 1
        )
        for at in point
    ]
    return ((x, y, z) for x in spans[0] for y in spans[1] for z in spans[2])
