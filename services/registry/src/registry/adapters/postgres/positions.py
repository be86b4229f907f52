"""Between an address with a position and the columns that hold both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from registry.domain.datum import Datum, StatedPosition
from registry.domain.station_profile import Whereabouts

if TYPE_CHECKING:
    from common.places import Position


class PlacedRow(Protocol):
    """A row with the columns of a place."""

    address: str | None
    stated_longitude: float | None
    stated_latitude: float | None
    datum: str | None


def to_whereabouts(row: PlacedRow) -> Whereabouts:
    """Return where a row says that something is."""
    if row.stated_longitude is None or row.stated_latitude is None or row.datum is None:
        return Whereabouts(address=row.address)
    stated = StatedPosition(
        longitude=row.stated_longitude, latitude=row.stated_latitude, datum=Datum(row.datum)
    )
    return Whereabouts(address=row.address, stated=stated)


def place_values(whereabouts: Whereabouts) -> dict[str, Any]:
    """Return what the columns of a place have to hold."""
    stated = whereabouts.stated
    position: Position | None = stated.position if stated else None
    return {
        "address": whereabouts.address,
        "longitude": position.longitude if position else None,
        "latitude": position.latitude if position else None,
        "stated_longitude": stated.longitude if stated else None,
        "stated_latitude": stated.latitude if stated else None,
        "datum": stated.datum.value if stated else None,
    }
