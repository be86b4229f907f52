"""Pieces that the bodies and filters of several routes share."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends
from pydantic import Field, StringConstraints

from cases.app.application import Application
from cases.app.queries import Where
from common.http.application import application
from common.http.places import OfScheme, Within
from common.http.words import MOST_OF_ANYTHING
from common.ids import new_id

App: TypeAlias = Annotated[Application, Depends(application)]
"""Every ability of the service."""

IdOrNew: TypeAlias = Annotated[
    UUID,
    Field(
        default_factory=new_id,
        description="Made by the client, so that telling it again is no second telling.",
    ),
]
ShortText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")
]
LongText: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")
]
Count: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=MOST_OF_ANYTHING)]


async def _where(area: Within, scheme: OfScheme = None) -> Where:
    return Where(scheme=scheme, area=area)


Limits: TypeAlias = Annotated[Where, Depends(_where)]
"""Where the things of a list have to lie."""
