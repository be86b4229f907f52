"""What can be refused about days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.errors import RuleViolated


@dataclass(eq=False)
class DayInTheFuture(RuleViolated, code="day-in-the-future", zh="该日期尚未到来。"):
    """Something that happened cannot have a day that has not come yet."""

    day: date
    today: date
