"""Pieces that the bodies, views and filters of several routes share."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from cases.app.application import Application
from cases.app.queries import Where
from common.http.languages import Language
from common.ids import new_id
from common.places import AreaRef
from common.vocabulary import AreaScheme, Labelled

MOST: Final = 1_000_000


async def _application(request: Request) -> Application:
    application: Application = request.app.state.application
    return application


App: TypeAlias = Annotated[Application, Depends(_application)]
"""Every ability of the service."""


def _written(value: object) -> object:
    if isinstance(value, str) and "-" in value:
        return value
    # Numbers would be taken for seconds since 1970, which nobody means who writes a time.
    message = "Has to be written as in RFC 3339"
    raise ValueError(message)


ChosenId: TypeAlias = Annotated[
    UUID,
    Field(
        default_factory=new_id,
        description="Made by the client, so that telling it again is no second telling.",
    ),
]
AreaCode: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{2,12}$"), Field(description="A code of the scheme.")
]
ShortText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")
]
LongText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")
]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=MOST)]
Positive: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=MOST)]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Day: TypeAlias = Annotated[
    date, BeforeValidator(_written), Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))
]
Instant: TypeAlias = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC)),
]


async def _where(
    scheme: Annotated[AreaScheme | None, Query(description="Only codes of this list.")] = None,
    within: Annotated[
        AreaCode | None,
        Query(description="Only what lies in this area of the scheme (`nbs` if not said)."),
    ] = None,
) -> Where:
    area = None if within is None else AreaRef(scheme or AreaScheme.NBS, within)
    return Where(scheme=scheme, area=area)


Limits: TypeAlias = Annotated[Where, Depends(_where)]
"""Where the things of a list have to lie."""


def example(**members: Any) -> ConfigDict:  # noqa: ANN401 - whatever the schema holds
    """Return the configuration of a model with an example; the rest is inherited."""
    return ConfigDict(json_schema_extra={"examples": [members]})


def label(code: Labelled, language: Language) -> str:
    """Return what people call a code."""
    return code.en if language is Language.EN else code.zh


def entered(response: Response, *, is_new: bool) -> None:
    """Say whether the thing is new or was there before."""
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
