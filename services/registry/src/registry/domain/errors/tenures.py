"""What can be refused about things that hold for a term, within each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.errors import Conflict, RuleViolated


@dataclass(eq=False)
class TermOver(Conflict, code="term-over", zh="任期已经结束，或届时已自然届满。"):
    """It was ended before, or has ended by then anyway."""

    last_on: date


@dataclass(eq=False)
class TermInUse(Conflict, code="term-in-use", zh="其中仍有更晚结束的事项，请先结束这些事项。"):
    """Something within it lasts longer; end that first."""

    lasts_until: date


@dataclass(eq=False)
class TermNotWithin(RuleViolated, code="term-not-within", zh="期限超出所属事项的期限。"):
    """It does not lie within the days of what it belongs to."""

    begins_on: date
    last_on: date
