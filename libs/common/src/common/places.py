"""Areas and positions as values: where something is, and what lies within what."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from common.errors import Conflict, RuleViolated
from common.vocabulary import AreaLevel, AreaScheme

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True, order=True)
class AreaRef:
    """A code together with the list it comes from; alone it would be ambiguous."""

    scheme: AreaScheme
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A unit of a dated code list, with everything above it.

    ``ancestors`` holds the codes of the area itself and of all areas it lies within, as
    administered: where another authority runs a township, that authority is its parent.
    """

    ref: AreaRef
    name: str
    level: AreaLevel
    is_formal: bool
    pool_id: UUID
    ancestors: frozenset[str]

    def lies_within(self, other: AreaRef) -> bool:
        """Tell whether this area is the other one or part of it."""
        return self.ref.scheme == other.scheme and other.code in self.ancestors


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point in WGS-84, in degrees."""

    longitude: float
    latitude: float

    def metres_to(self, other: Position) -> float:
        """Return the great-circle distance (haversine formula)."""
        lat_a, lat_b = radians(self.latitude), radians(other.latitude)
        half = (
            sin((lat_b - lat_a) / 2) ** 2
            + cos(lat_a) * cos(lat_b) * sin(radians(other.longitude - self.longitude) / 2) ** 2
        )
        return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


@dataclass(eq=False)
class UnknownArea(RuleViolated, code="unknown-area", zh="所用区划名录中没有这个区划代码。"):
    """No area has this code in the code list in force."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaOfOtherScheme(
    UnknownArea, code="area-of-other-scheme", zh="所用区划名录中没有这个代码，另一名录中有。"
):
    """The code list in force does not have this code, and that of another scheme does."""

    known_in: str


@dataclass(eq=False)
class AreasNotReady(Conflict, code="areas-not-ready", zh="区划名录尚未载入，请稍后再试。"):
    """The list of areas has not been loaded yet."""
