"""A stretch of days with its last day in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.domain.errors.references import DaysOutOfOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From one day until and with another.

    Raises:
        DaysOutOfOrder: It would end before it begins.
    """

    begins_on: date
    ends_on: date

    def __post_init__(self) -> None:
        refuse_disorder(self.begins_on, self.ends_on)


def refuse_disorder(earlier: date, later: date) -> None:
    """Accept two days in their order.

    Raises:
        DaysOutOfOrder: The later day lies before the earlier one.
    """
    if later < earlier:
        raise DaysOutOfOrder(earlier=earlier, later=later)
