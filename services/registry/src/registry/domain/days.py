"""Days as people in China count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.clock import CHINA
from registry.domain.errors.days import DayInTheFuture

if TYPE_CHECKING:
    from datetime import date, datetime


def refuse_future(day: date, *, at: datetime) -> None:
    """Accept a day on which something happened only if it has come.

    Raises:
        DayInTheFuture: The day lies after today.
    """
    today = at.astimezone(CHINA).date()
    if day > today:
        raise DayInTheFuture(day=day, today=today)
