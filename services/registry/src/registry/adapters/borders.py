"""Borders of prefectures, from the polygons in this package.

They are drawn for maps, their datum is not stated, and more than half of them touch themselves:
each is repaired, and what lies within a kilometre of a border is said to.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from registry.adapters.packaged_areas import DATA
from registry.app.ports.areas import Borders, Surrounding

if TYPE_CHECKING:
    from collections.abc import Collection

    from shapely import MultiPolygon, STRtree
    from shapely.geometry.base import BaseGeometry

    from common.places import Position

DRAWN_ON: Final = date(2018, 1, 1)
NEAR_DEGREES: Final = 0.01
"""About a kilometre: as far as the borders, or another datum than theirs, may be off."""


class PackagedBorders(Borders):
    """The 69 prefectures of five provinces; read when somebody first asks."""

    @override
    async def around(self, position: Position, /) -> Surrounding | None:
        return await asyncio.to_thread(_around, position.longitude, position.latitude)


def _around(longitude: float, latitude: float) -> Surrounding | None:
    from shapely import Point  # noqa: PLC0415 - a large library, for those who ask

    codes, tree = _boxes()
    point = Point(longitude, latitude)
    for index in sorted(int(each) for each in tree.query(point)):
        name, shape = border_of(codes[index])
        if shape.intersects(point):
            is_near = bool(shape.boundary.distance(point) < NEAR_DEGREES)
            return Surrounding(
                code=codes[index], name=name, drawn_on=DRAWN_ON, is_near_border=is_near
            )
    return None


@cache
def border_of(code: str) -> tuple[str, BaseGeometry]:
    """Return the name and the repaired shape, in degrees, of an area whose border is known."""
    from shapely import make_valid  # noqa: PLC0415

    name, shape = _drawn()[code]
    # Lines and points that are left over enclose nothing.
    return name, make_valid(shape, method="structure", keep_collapsed=False)


def codes_with_borders() -> Collection[str]:
    """Return the codes of all areas whose border is known."""
    return _drawn().keys()


@cache
def _boxes() -> tuple[list[str], STRtree]:
    from shapely import STRtree as Tree  # noqa: PLC0415

    drawn = _drawn()
    return list(drawn), Tree([shape for _, shape in drawn.values()])


@cache
def _drawn() -> dict[str, tuple[str, MultiPolygon]]:
    with (DATA / "prefectures_2018.json.gz").open("rb") as packed, gzip.open(packed) as plain:
        document = json.load(plain)
    return {
        area["code"]: (area["name"], _shape(area["polygons"], document["scale"]))
        for area in document["areas"]
    }


def _shape(polygons: list[list[list[list[int]]]], scale: float) -> MultiPolygon:
    from shapely import MultiPolygon as Many  # noqa: PLC0415
    from shapely import Polygon  # noqa: PLC0415

    parts: list[Polygon] = []
    for rings in polygons:
        shell, *holes = [[(x / scale, y / scale) for x, y in ring] for ring in rings]
        parts.append(Polygon(shell, holes))
    return Many(parts)
