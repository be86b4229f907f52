"""Pieces that the bodies, filters and views of several routes share."""

from datetime import date
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from common.http.languages import Language
from common.places import AreaRef
from common.vocabulary import AreaScheme, Labelled
from registry.app.application import Application


def _written(value: object) -> object:
    if isinstance(value, str | date):
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
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
MOST_AT_ONCE: Final = 500
Name: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"\S")
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
