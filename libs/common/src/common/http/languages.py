"""Which of the two languages a caller reads: Chinese unless English is asked for more strongly."""

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import Headers


class Language(StrEnum):
    """A language in which titles and labels exist."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The value of ``Content-Language``."""
        return "zh-CN" if self is Language.ZH else "en"


def language_of(headers: Headers) -> Language:
    """Return the language that ``Accept-Language`` prefers."""
    wanted = [_preference(part) for part in headers.get("accept-language", "").split(",")]
    zh = max((weight for tag, weight in wanted if tag in {"zh", "*"}), default=0.0)
    en = max((weight for tag, weight in wanted if tag == "en"), default=0.0)
    return Language.EN if en > zh else Language.ZH


async def language(request: Request) -> Language:
    """Return the language of the answer to this request."""
    return language_of(request.headers)


Speaking = Annotated[Language, Depends(language)]
"""What a route declares when its view has labels."""


def _preference(part: str) -> tuple[str, float]:
    tag, _, parameters = part.strip().lower().partition(";")
    try:
        weight = float(parameters.strip().removeprefix("q=") or 1.0)
    except ValueError:
        weight = 0.0
    return tag.strip().partition("-")[0], weight if 0.0 <= weight <= 1.0 else 0.0
