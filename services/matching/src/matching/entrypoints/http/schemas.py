"""Pieces that the bodies, filters and views of several routes share."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.places import AreaRef, Position
from common.vocabulary import AreaScheme, Labelled, Weekday
from matching.app.application import Application
from matching.domain.saying import Saying
from matching.domain.worth import Worth

MOST_AT_ONCE: Final = 500
MOST_OF_ANYTHING: Final = 1_000_000


def _written(value: object) -> object:
    if isinstance(value, str | date | datetime):
        return value
    # A number would be taken for seconds since 1970, which nobody means who writes a day.
    message = "Has to be written as in RFC 3339"
    raise ValueError(message)


Code: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2,12}$"),
    Field(description="A code of the list that `scheme` names."),
]
Day: TypeAlias = Annotated[
    date, BeforeValidator(_written), Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))
]
Instant: TypeAlias = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC)),
]
Amount: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=MOST_OF_ANYTHING)]
Title: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"\S")
]
Weekdays: TypeAlias = Annotated[
    frozenset[Weekday], Field(max_length=7, description="Empty: any day.")
]
ChosenId: TypeAlias = Annotated[
    UUID | None,
    Field(description="Made by the client, so that a repetition finds what it has made before."),
]
OfScheme: TypeAlias = Annotated[AreaScheme | None, Query(description="Only codes of this list.")]
WithinCode: TypeAlias = Annotated[
    Code | None, Query(description="Only what lies in this area of the scheme (`nbs` if not said).")
]


async def _area(scheme: OfScheme = None, within: WithinCode = None) -> AreaRef | None:
    return None if within is None else AreaRef(scheme or AreaScheme.NBS, within)


Within: TypeAlias = Annotated[AreaRef | None, Depends(_area)]
"""The area that a list is limited to."""


async def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App: TypeAlias = Annotated[Application, Depends(_application)]
"""Every ability of the service."""


def example(**members: Any) -> ConfigDict:  # noqa: ANN401 - whatever the schema holds
    """Return the configuration of a model with an example; the rest is inherited."""
    return ConfigDict(json_schema_extra={"examples": [members]})


def label(code: Labelled, language: Language) -> str:
    """Return what people call a code."""
    return code.en if language is Language.EN else code.zh


def said(saying: Saying, language: Language) -> str:
    """Return a sentence in one of its two languages."""
    return saying.en if language is Language.EN else saying.zh


def in_order(weekdays: frozenset[Weekday]) -> list[Weekday]:
    """Return days in the order of the week."""
    return [day for day in Weekday if day in weekdays]


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

    longitude: float
    latitude: float

    @classmethod
    def of(cls, point: Position | None) -> Self | None:
        """Show a position, if there is one."""
        if point is None:
            return None
        return cls(longitude=point.longitude, latitude=point.latitude)


class TermView(View):
    """The points that one reason adds to the worth of a pair."""

    term: str
    term_label: str
    points: int

    @classmethod
    def each(cls, worth: Worth, language: Language) -> list[Self]:
        """Show all terms of a worth."""
        return [
            cls(term=term.value, term_label=label(term, language), points=points)
            for term, points in worth.points
        ]
