"""The words that the requests and answers of all services are made of."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from common.http.languages import Language
from common.vocabulary import Labelled

MOST_AT_ONCE: Final = 500
MOST_OF_ANYTHING: Final = 1_000_000

_BEGINS_WITH_A_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written(value: object) -> object:
    if isinstance(value, str) and _BEGINS_WITH_A_DAY.match(value):
        return value
    # A number would be taken for seconds since 1970, which nobody means who writes a time.
    message = "Has to be written as in RFC 3339"
    raise ValueError(message)


WRITTEN: Final = BeforeValidator(_written)
"""What a day or an instant from outside has to pass first."""
Day: TypeAlias = Annotated[date, WRITTEN, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Instant: TypeAlias = Annotated[
    AwareDatetime,
    WRITTEN,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC)),
]
Amount: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=MOST_OF_ANYTHING)]
Flag: TypeAlias = Annotated[bool, Field(strict=True)]
Name: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"\S")
]
ChosenId: TypeAlias = Annotated[
    UUID | None,
    Field(description="Made by the client, so that a repetition finds what it has made before."),
]


def example(**members: Any) -> ConfigDict:  # noqa: ANN401 - whatever the schema holds
    """Return the configuration of a model with an example; the rest is inherited."""
    return ConfigDict(json_schema_extra={"examples": [members]})


def label(code: Labelled, language: Language) -> str:
    """Return what people call a code."""
    return code.en if language is Language.EN else code.zh
