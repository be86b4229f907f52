"""Positions as they were stated, in their own datum, and in WGS-84.

Maps of China are drawn in GCJ-02, which lies some hundred metres off WGS-84 by an amount that
changes from place to place. The formula is the one that became public and that open-source tools
share (github.com/googollee/eviltransform; its published pairs of points are in our tests). It leads
from WGS-84 to GCJ-02; the way back has no formula and is found by iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from typing import Final

from common.places import Position
from common.vocabulary import Labelled
from registry.domain.errors.station_profile import PositionOutsideChina


class Datum(Labelled):
    """In which system a longitude and a latitude were measured."""

    WGS84 = "wgs84", "WGS-84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02（火星坐标）", "GCJ-02"


# The ellipsoid of Krasovsky, on which GCJ-02 is defined, and where its offset applies.
_MAJOR_AXIS: Final = 6_378_245.0
_ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPosition:
    """A position as somebody gave it; what is compared and measured is ``position``, WGS-84."""

    longitude: float
    latitude: float
    datum: Datum

    def __post_init__(self) -> None:
        """Take positions in China only.

        Raises:
            PositionOutsideChina: It is elsewhere; often longitude and latitude changed places.
        """
        if not (_WEST <= self.longitude <= _EAST and _SOUTH <= self.latitude <= _NORTH):
            raise PositionOutsideChina

    @property
    def position(self) -> Position:
        """Return it in WGS-84, to within a centimetre."""
        stated = Position(longitude=self.longitude, latitude=self.latitude)
        return stated if self.datum is Datum.WGS84 else to_wgs84(stated)


def to_gcj02(position: Position) -> Position:
    """Return where a WGS-84 position is drawn on a map in GCJ-02."""
    east, north = _offset(position.longitude, position.latitude)
    return Position(longitude=position.longitude + east, latitude=position.latitude + north)


def to_wgs84(drawn: Position) -> Position:
    """Return the WGS-84 position that is drawn at a place in GCJ-02.

    The offset changes by a thousandth over the distance it bridges, so each round of the fixed
    point makes the error about a thousand times smaller.
    """
    longitude, latitude = drawn.longitude, drawn.latitude
    for _ in range(_ROUNDS):
        east, north = _offset(longitude, latitude)
        longitude, latitude = drawn.longitude - east, drawn.latitude - north
    return Position(longitude=longitude, latitude=latitude)


def _offset(longitude: float, latitude: float) -> tuple[float, float]:
    """Return by how many degrees GCJ-02 lies east and north of WGS-84 there."""
    x, y = longitude - 105.0, latitude - 35.0
    sine = sin(radians(latitude))
    curvature = 1 - _ECCENTRICITY_SQUARED * sine * sine
    metres_per_degree_east = _MAJOR_AXIS / sqrt(curvature) * cos(radians(latitude)) * pi / 180
    metres_per_degree_north = (
        _MAJOR_AXIS * (1 - _ECCENTRICITY_SQUARED) / (curvature * sqrt(curvature)) * pi / 180
    )
    return _metres_east(x, y) / metres_per_degree_east, _metres_north(
        x, y
    ) / metres_per_degree_north


def _metres_east(x: float, y: float) -> float:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return smooth + 2.0 / 3.0 * (
        _ripple(x) + (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi))
        + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi))
    )  # fmt: skip


def _metres_north(x: float, y: float) -> float:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return smooth + 2.0 / 3.0 * (
        _ripple(x) + (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi))
        + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0))
    )  # fmt: skip


def _ripple(x: float) -> float:
    return 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
