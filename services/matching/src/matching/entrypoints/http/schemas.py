"""Pieces that the bodies, filters and views of several routes share."""

from typing import Annotated, Self, TypeAlias

from fastapi import Depends
from pydantic import Field

from common.http.application import application
from common.http.languages import Language
from common.http.schemas import View
from common.http.words import label
from common.vocabulary import Weekday
from matching.app.application import Application
from matching.domain.saying import Saying
from matching.domain.worth import Worth

Weekdays: TypeAlias = Annotated[
    frozenset[Weekday], Field(max_length=7, description="Empty: any day.")
]
App: TypeAlias = Annotated[Application, Depends(application)]
"""Every ability of the service."""


def said(saying: Saying, language: Language) -> str:
    """Return a sentence in one of its two languages."""
    return saying.en if language is Language.EN else saying.zh


def in_order(weekdays: frozenset[Weekday]) -> list[Weekday]:
    """Return days in the order of the week."""
    return [day for day in Weekday if day in weekdays]


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
