"""What callers send and receive about anything that holds for a term."""

from datetime import date
from typing import TypedDict
from uuid import UUID

from common.http.schemas import Body, View
from common.http.words import Day, example
from common.vocabulary import AreaScheme
from registry.app.end_early import EndEarly
from registry.domain.tenure import Held


class TermToEnd(Body):
    """The last day of something that ends before its time."""

    model_config = example(ended_on="2025-02-28")

    ended_on: Day

    def command(self, of: UUID, seen: int | None) -> EndEarly:
        """Return what is to be done."""
        return EndEarly(id=of, ended_on=self.ended_on, seen=seen)


class HeldView(View):
    """What is shown of anything that stands in an area for a term."""

    version: int
    scheme: AreaScheme
    area: str
    begins_on: date
    ends_on: date
    ended_on: date | None


class Holding(TypedDict):
    """The members of a ``HeldView``."""

    version: int
    scheme: AreaScheme
    area: str
    begins_on: date
    ends_on: date
    ended_on: date | None


def holding(held: Held) -> Holding:
    """Return what is shown of anything that stands in an area for a term."""
    return Holding(
        version=held.version,
        scheme=held.area.scheme,
        area=held.area.code,
        begins_on=held.tenure.term.begins_on,
        ends_on=held.tenure.term.ends_on,
        ended_on=held.tenure.ended_on,
    )
