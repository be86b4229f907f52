"""What holds for a term, may end before its time, and may lie within something that does too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from common.places import AreaRef
from registry.domain.errors.tenures import TermInUse, TermNotWithin, TermOver
from registry.domain.term import Term, refuse_disorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """The days for which something was meant, and its last one if it ended early."""

    term: Term
    ended_on: date | None = None

    @property
    def last_on(self) -> date:
        """Return the last day on which it holds."""
        return self.term.ends_on if self.ended_on is None else self.ended_on

    def end(self, *, ended_on: date, used_until: date | None = None) -> Tenure:
        """End it early; the day given is its last.

        Args:
            ended_on: Its last day.
            used_until: The last day of whatever lies within it, if anything does.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
            TermInUse: Something within it lasts longer.
        """
        if self.ended_on is not None or ended_on >= self.term.ends_on:
            raise TermOver(last_on=self.last_on)
        refuse_disorder(self.term.begins_on, ended_on)
        if used_until is not None and used_until > ended_on:
            raise TermInUse(lasts_until=used_until)
        return replace(self, ended_on=ended_on)

    def refuse_outside(self, inner: Term) -> None:
        """Accept a term that lies within this one.

        Raises:
            TermNotWithin: It does not.
        """
        if inner.begins_on < self.term.begins_on or inner.ends_on > self.last_on:
            raise TermNotWithin(begins_on=self.term.begins_on, last_on=self.last_on)

    @property
    def as_agreed(self) -> Tenure:
        """Return it as it was meant, whatever became of it."""
        return replace(self, ended_on=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whatever stands in an area for a term."""

    version: int
    area: AreaRef
    tenure: Tenure

    @property
    def org(self) -> None:
        """Return nobody: it is seen by those who are responsible for its area."""
        return

    def ended(self, *, ended_on: date, used_until: date | None = None) -> Self:
        """Return it as it is once it ended early, as ``Tenure.end`` has it."""
        tenure = self.tenure.end(ended_on=ended_on, used_until=used_until)
        return replace(self, version=self.version + 1, tenure=tenure)

    def has_content_of(self, other: Self) -> bool:
        """Tell whether both began alike, whatever has happened to either since."""
        ours, theirs = (
            replace(each, version=1, tenure=each.tenure.as_agreed) for each in (self, other)
        )
        return ours == theirs
