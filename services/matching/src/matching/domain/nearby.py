"""Who might be near enough: a few rows out of very many, and never one too few.

Rules decide; this only spares them the pairs that cannot be. What has a point lies in a cell, an
offer in one of about the size of its own reach; an offer that serves one area is listed under that,
and a home, whose point nobody knows, under the area in which offers are looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from common.places import EARTH_RADIUS_M
from matching.domain.columns import UNKNOWN
from matching.engine import Nearby, Questions, cell_key, list_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.domain.columns import Floats, Integers, LineColumns, OfferColumns

PAIRS_AT_A_TIME: Final = 1_000_000
"""So many pairs are judged together: enough to be quick, few enough for the memory."""

LEAST_REACH_M: Final = 1_000
WIDEST_LAYER: Final = 6
"""Cells of 64 km; who reaches farther is looked at for every line of the service."""
CELL_OF_LINES_M: Final = 8_000
MANY_CELLS_M: Final = 32_000
"""An offer that reaches farther than this looks at every line of its service."""

_ALL, _TOWNSHIP, _COUNTY, _AREA, _FAR = range(5)
_METRES: Final = (LEAST_REACH_M << np.arange(WIDEST_LAYER + 1)).astype(np.float64)


class OffersNearby:
    """The offers of a pool, by what they give and where they reach."""

    def __init__(self) -> None:
        self._found: Final = Nearby(lists=4)

    def put(self, rows: Integers, offers: OfferColumns) -> None:
        """Know offers by what their columns say now."""
        at, reach = _points(offers.longitude, offers.latitude), offers.reach_metres
        # What serves an area may have no point, and is in no cell.
        somewhere = np.where(np.isnan(at), 0.0, at)
        layer = np.ceil(np.log2(np.maximum(reach, LEAST_REACH_M) / LEAST_REACH_M) - 1e-12)
        is_far = layer > WIDEST_LAYER
        size = np.where(is_far, 0, layer).astype(np.int64)
        service, nothing = offers.service, np.zeros_like(offers.service)
        cell = cell_key(size, service, somewhere, _METRES[size])
        by_place = np.where(is_far, list_key(_FAR, service, nothing), cell)
        by_area = list_key(_AREA, service, offers.scope)
        # Whoever serves one area alone is found by that, wherever he is.
        is_anywhere = offers.scope == UNKNOWN
        keys = [
            np.where(is_anywhere, by_place, by_area),
            list_key(_TOWNSHIP, service, np.where(is_anywhere, offers.township, UNKNOWN)),
            list_key(_COUNTY, service, np.where(is_anywhere, offers.county, UNKNOWN)),
            list_key(_ALL, service, np.where(is_anywhere, nothing, UNKNOWN)),
        ]
        self._found.put(rows, np.column_stack(keys), at, reach.astype(np.float64))

    def drop(self, row: int) -> None:
        """Forget an offer, if it is known."""
        self._found.drop(row)

    def of_lines(self, lines: LineColumns) -> Iterator[tuple[Integers, Integers]]:
        """Yield places of lines, and rows of every offer that may be near enough to them."""
        service, nothing = lines.service, np.zeros_like(lines.service)
        township, county, everywhere = _around_homes(lines)
        asked = Questions(
            keys=np.column_stack(
                [
                    list_key(_TOWNSHIP, service, township),
                    list_key(_COUNTY, service, county),
                    list_key(_ALL, service, everywhere),
                    *(list_key(_AREA, service, area) for area in _areas(lines)),
                ]
            ),
            service=service,
            far=list_key(_FAR, service, nothing),
            at=_points(lines.longitude, lines.latitude),
            within=lines.within_metres.astype(np.float64),
            metres=_METRES,
            reaches=_METRES,
        )
        return self._found.answers(asked, PAIRS_AT_A_TIME)


class LinesNearby:
    """The lines of a pool that wait, by what they need and where."""

    def __init__(self) -> None:
        self._found: Final = Nearby(lists=8)

    def put(self, rows: Integers, lines: LineColumns) -> None:
        """Know lines by what their columns say now."""
        service, at = lines.service, _points(lines.longitude, lines.latitude)
        is_home, nothing = np.isnan(lines.latitude), np.zeros_like(service)
        township, county, everywhere = _around_homes(lines)
        metres = np.full(len(rows), float(CELL_OF_LINES_M))
        cell = cell_key(nothing, service, np.where(is_home[:, None], 0.0, at), metres)
        keys = [
            np.where(is_home, list_key(_TOWNSHIP, service, township), cell),
            list_key(_COUNTY, service, county),
            list_key(_ALL, service, everywhere),
            list_key(_FAR, service, np.where(is_home, UNKNOWN, nothing)),
            *(list_key(_AREA, service, area) for area in _areas(lines)),
        ]
        self._found.put(rows, np.column_stack(keys), at, lines.within_metres.astype(np.float64))

    def drop(self, row: int) -> None:
        """Forget a line, if it is known."""
        self._found.drop(row)

    def of_offers(self, offers: OfferColumns) -> Iterator[tuple[Integers, Integers]]:
        """Yield places of offers, and rows of every line that they may be near enough to."""
        service, nothing = offers.service, np.zeros_like(offers.service)
        is_anywhere = offers.scope == UNKNOWN
        is_far = offers.reach_metres > MANY_CELLS_M
        at = _points(offers.longitude, offers.latitude)
        asked = Questions(
            keys=np.column_stack(
                [
                    list_key(_TOWNSHIP, service, np.where(is_anywhere, offers.township, UNKNOWN)),
                    list_key(_COUNTY, service, np.where(is_anywhere, offers.county, UNKNOWN)),
                    list_key(_ALL, service, np.where(is_anywhere, nothing, UNKNOWN)),
                    list_key(_AREA, service, offers.scope),
                ]
            ),
            service=service,
            far=list_key(_FAR, service, np.where(is_far & is_anywhere, nothing, UNKNOWN)),
            at=np.where(is_anywhere[:, None], at, np.nan),
            within=offers.reach_metres.astype(np.float64),
            metres=np.array([float(CELL_OF_LINES_M)]),
            reaches=np.array([float(MANY_CELLS_M)]),
        )
        return self._found.answers(asked, PAIRS_AT_A_TIME)


def _around_homes(lines: LineColumns) -> tuple[Integers, Integers, Integers]:
    """Return where offers for homes may be: in the township, the county as well, anywhere."""
    is_home, widened = np.isnan(lines.latitude), lines.search_area
    return (
        np.where(is_home & (widened <= 1), lines.township, UNKNOWN),
        np.where(is_home & (widened == 1), lines.county, UNKNOWN),
        np.where(is_home & (widened > 1), 0, UNKNOWN),
    )


def _areas(lines: LineColumns) -> tuple[Integers, Integers, Integers, Integers]:
    return lines.area, lines.township, lines.county, lines.prefecture


def _points(longitude: Floats, latitude: Floats) -> Floats:
    """Return metres from the centre of the globe."""
    across, up = np.radians(longitude), np.radians(latitude)
    around = EARTH_RADIUS_M * np.cos(up)
    return np.column_stack(
        [around * np.cos(across), around * np.sin(across), EARTH_RADIUS_M * np.sin(up)]
    )
