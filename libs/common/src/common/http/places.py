"""How callers say where: by the code of an area, or by a position."""

from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Query
from pydantic import Field, StringConstraints

from common.http.schemas import Body, View
from common.http.words import example
from common.places import AreaRef, Position
from common.vocabulary import AreaScheme

Code: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2,12}$"),
    Field(description="A code of the list that `scheme` names."),
]
OfScheme: TypeAlias = Annotated[AreaScheme | None, Query(description="Only codes of this list.")]
WithinCode: TypeAlias = Annotated[
    Code | None, Query(description="Only what lies in this area of the scheme (`nbs` if not said).")
]


async def _area(scheme: OfScheme = None, within: WithinCode = None) -> AreaRef | None:
    return None if within is None else AreaRef(scheme or AreaScheme.NBS, within)


Within: TypeAlias = Annotated[AreaRef | None, Depends(_area)]
"""The area that a list is limited to."""


class Place(Body):
    """A position in WGS-84, in degrees."""

    model_config = example(longitude=121.718, latitude=39.062)

    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]
    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]

    def position(self) -> Position:
        """Return the position that is meant."""
        return Position(longitude=self.longitude, latitude=self.latitude)


class PlaceView(View):
    """A position in WGS-84, in degrees."""

    model_config = example(longitude=121.718, latitude=39.062)

    longitude: float
    latitude: float

    @classmethod
    def of(cls, point: Position | None) -> Self | None:
        """Show a position, if there is one."""
        if point is None:
            return None
        return cls(longitude=point.longitude, latitude=point.latitude)
