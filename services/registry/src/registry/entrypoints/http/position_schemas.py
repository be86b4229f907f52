"""Positions with their datum, as callers state and receive them."""

from typing import Annotated, Self, TypeAlias

from pydantic import Field, StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import example, label
from registry.domain.datum import Datum, StatedPosition

Address: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"\S")
]


class PositionBody(Body):
    """A position, and in which datum it was measured: maps of China draw in GCJ-02."""

    model_config = example(longitude=121.7243, latitude=39.0631, datum="gcj02")

    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]
    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    datum: Datum

    def stated(self) -> StatedPosition:
        """Return the position that is meant."""
        return StatedPosition(longitude=self.longitude, latitude=self.latitude, datum=self.datum)


class StatedPositionView(View):
    """A position just as it was stated."""

    longitude: float
    latitude: float
    datum: Datum
    datum_label: str

    @classmethod
    def of(cls, stated: StatedPosition | None, language: Language) -> Self | None:
        """Show what was stated, if anything was."""
        if stated is None:
            return None
        return cls(
            longitude=stated.longitude,
            latitude=stated.latitude,
            datum=stated.datum,
            datum_label=label(stated.datum, language),
        )
