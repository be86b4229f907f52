"""What callers send and receive about anything that holds for a term."""

from uuid import UUID

from common.http.schemas import Body
from common.http.words import Day, example
from registry.app.end_early import EndEarly


class TermToEnd(Body):
    """The last day of something that ends before its time."""

    model_config = example(ended_on="2025-02-28")

    ended_on: Day

    def command(self, of: UUID, seen: int | None) -> EndEarly:
        """Return what is to be done."""
        return EndEarly(id=of, ended_on=self.ended_on, seen=seen)
