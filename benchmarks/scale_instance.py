"""Instances of the matching problem: needs and offers in the real townships of a province."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import Point

from common.vocabulary import AreaScheme
from matching.engine import Transport
from registry.adapters.borders import border_of
from registry.adapters.packaged_areas import PackagedAreas
from registry.domain.area_list import AreaKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from registry.domain.area_list import AreaUnit

PROVINCE: Final = "52"
NEAREST: Final = 30
KINDS: Final = 40
KINDS_OF_AN_OFFER: Final = 3
RADIUS_KM: Final = 30.0
SCARCE: Final = 0.4

_KM_PER_DEGREE: Final = 111.3
_COUNTY_DEGREES: Final = 0.15
_TOWNSHIP_DEGREES: Final = 0.02
_METRES_OF_A_POINT: Final = 10
_POINTS_OF_URGENCY: Final = 10_000
_NOT_PLACES: Final = {AreaKind.PROVINCE, AreaKind.PREFECTURE, AreaKind.COUNTY}

Numbers: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Instance:
    """Who may help whom: single units, capacities of one to three, positive and negative values.

    Pairs are sorted by need. ``need_km`` and ``offer_km`` are positions in a plane, ``need_kind``
    what is wanted, ``offer_kinds`` three columns of what is offered, ``urgency`` one to four.
    """

    need: Numbers
    offer: Numbers
    value: Numbers
    capacity: Numbers
    need_km: Places
    offer_km: Places
    need_kind: Numbers
    offer_kinds: Numbers
    urgency: Numbers

    @property
    def needs(self) -> int:
        """How many needs there are."""
        return len(self.need_kind)

    @property
    def offers(self) -> int:
        """How many offers there are."""
        return len(self.capacity)

    def transport(self) -> Transport:
        """Return the instance as the kernel takes it."""
        return Transport.of(
            need_ids=[need_id(row) for row in range(self.needs)],
            units=1,
            offer_ids=[offer_id(row) for row in range(self.offers)],
            capacity=self.capacity,
            need=self.need,
            offer=self.offer,
            value=self.value,
        )

    def first(self, needs: int) -> Instance:
        """Return the instance of its first needs alone."""
        pairs = self.need < needs
        return replace(
            self,
            need=self.need[pairs],
            offer=self.offer[pairs],
            value=self.value[pairs],
            need_km=self.need_km[:needs],
            need_kind=self.need_kind[:needs],
            urgency=self.urgency[:needs],
        )

    def keep(self, file: Path) -> None:
        """Write it down for another process."""
        np.savez(file, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def kept(cls, file: Path) -> Instance:
        """Read what was written down."""
        with np.load(file) as columns:
            return cls(**columns)


def need_id(row: int) -> UUID:
    """Return the id of a need."""
    return UUID(int=row)


def offer_id(row: int) -> UUID:
    """Return the id of an offer."""
    return UUID(int=(1 << 100) + row)


def made(needs: int, offers: int, *, seed: int) -> Instance:
    """Return an instance: each need with its nearest offers of its kind within a radius.

    Townships draw needs and offers very unevenly, as they do. A pair is worth its urgency less
    its distance; so near pairs of urgent needs come first, and far ones may be worth nothing.
    """
    rng = np.random.default_rng(seed)
    towns = townships(rng)
    need_km, offer_km = _spread(towns, needs, rng), _spread(towns, offers, rng)
    kind = rng.integers(0, KINDS, needs)
    kinds = rng.integers(0, KINDS, (offers, KINDS_OF_AN_OFFER))
    capacity, urgency = rng.integers(1, 4, offers), rng.integers(1, 5, needs)
    pairs = [_near(k, kind, kinds, need_km, offer_km) for k in range(KINDS)]
    need, offer, km = (np.concatenate(column) for column in zip(*pairs, strict=True))
    value = urgency[need] * _POINTS_OF_URGENCY - (km * 1000 / _METRES_OF_A_POINT).astype(np.int64)
    order = np.lexsort((offer, need))
    return Instance(
        need=need[order],
        offer=offer[order],
        value=value[order],
        capacity=capacity,
        need_km=need_km,
        offer_km=offer_km,
        need_kind=kind,
        offer_kinds=kinds,
        urgency=urgency,
    )


def units() -> Sequence[AreaUnit]:
    """Return the townships of the province."""
    return [
        unit
        for unit in PackagedAreas().packaged(AreaScheme.NBS).units()
        if unit.code.startswith(PROVINCE) and unit.kind not in _NOT_PLACES
    ]


def townships(rng: np.random.Generator) -> Places:
    """Return longitude and latitude of each township of the province, seeded."""
    return places_of(units(), rng)


def places_of(townships: Sequence[AreaUnit], rng: np.random.Generator) -> Places:
    """Return longitude and latitude of townships, seeded.

    No positions of townships may be shipped. A county's centre is drawn within the border of its
    prefecture, a township's around that, within the border too.
    """
    centres: dict[str, Places] = {}
    places: list[Places] = []
    for unit in townships:
        county = unit.code[:6]
        _, border = border_of(unit.code[:4])
        if county not in centres:
            west, south, east, north = border.bounds
            centres[county] = _within(border, [west, south], [east, north], rng)
        near = centres[county]
        places.append(_within(border, near - _COUNTY_DEGREES, near + _COUNTY_DEGREES, rng))
    return np.array(places)


def _within(
    border: BaseGeometry,
    least: Places | list[float],
    most: Places | list[float],
    rng: np.random.Generator,
) -> Places:
    while True:
        place = rng.uniform(least, most)
        if border.intersects(Point(place)):
            return place


def _spread(towns: Places, count: int, rng: np.random.Generator) -> Places:
    weight = rng.dirichlet(np.full(len(towns), 0.5))
    lonlat = towns[rng.choice(len(towns), count, p=weight)]
    lonlat = lonlat + rng.normal(0, _TOWNSHIP_DEGREES, (count, 2))
    east = lonlat[:, 0] * np.cos(np.radians(27.0))
    return np.column_stack([east, lonlat[:, 1]]) * _KM_PER_DEGREE


def _near(
    wanted: int, kind: Numbers, kinds: Numbers, need_km: Places, offer_km: Places
) -> tuple[Numbers, Numbers, Places]:
    needs = np.flatnonzero(kind == wanted)
    offers = np.flatnonzero((kinds == wanted).any(axis=1))
    if not len(needs) or not len(offers):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, np.zeros(0)
    most = min(NEAREST, len(offers))
    km, place = cKDTree(offer_km[offers]).query(
        need_km[needs], k=list(range(1, most + 1)), distance_upper_bound=RADIUS_KM
    )
    near = np.isfinite(km)
    return np.repeat(needs, most)[near.ravel()], offers[place[near]], km[near]
