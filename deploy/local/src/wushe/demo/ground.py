"""Positions of the story, in WGS-84.

No list of positions with a licence exists for townships, so all of these are illustrative: real
enough for distances, not the addresses of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final

_METRES_PER_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on the map."""

    longitude: float
    latitude: float

    def moved(self, *, metres: float, bearing: float) -> Spot:
        """Return the point so far away in the direction, in degrees from north to east.

        Flat-earth arithmetic: off by less than one in a thousand over the distances of a city.
        """
        north = metres * cos(radians(bearing)) / _METRES_PER_DEGREE
        east = metres * sin(radians(bearing)) / _METRES_PER_DEGREE
        return Spot(
            round(self.longitude + east / cos(radians(self.latitude)), 6),
            round(self.latitude + north, 6),
        )

    def document(self) -> dict[str, float]:
        """Return it as the APIs carry it."""
        return {"longitude": self.longitude, "latitude": self.latitude}


SCHOOL_GATE: Final = Spot(121.7512, 39.1043)

CITY: Final = "2102"
DISTRICT: Final = "210213"
STREET: Final = "210213009"

DISTANT_PLACES: Final = (
    ("210203", Spot(121.612, 38.914)),
    ("210211", Spot(121.526, 38.953)),
    ("210212", Spot(121.262, 38.852)),
    ("210214", Spot(121.963, 39.394)),
    ("210224", Spot(122.588, 39.273)),
    ("210281", Spot(121.980, 39.627)),
    ("210283", Spot(122.967, 39.681)),
)
"""Districts and counties of Dalian that are far from the gate, each with a point inside."""
