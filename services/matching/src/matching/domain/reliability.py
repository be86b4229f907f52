"""How a party has kept its word: what it completed, missed and took back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from common.clock import CHINA

LOOKING_BACK: Final = timedelta(days=180)
"""What is longer ago is forgotten."""


def counted_since(at: datetime) -> datetime:
    """Return since when a record counts: a day begins at midnight in China, for all who ask."""
    today = datetime.combine(at.astimezone(CHINA).date(), time.min, CHINA)
    return today - LOOKING_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Counts of one party within the last 180 days."""

    completed: int = 0
    """Matches that it accepted and fulfilled."""
    no_shows: int = 0
    """Days of a match on which it did not come, whoever says so."""
    drop_outs: int = 0
    """Acceptances that it took back before the service."""

    @property
    def broken(self) -> int:
        """Words that it did not keep."""
        return self.no_shows + self.drop_outs


UNTRIED: Final = Reliability()
"""A party of which nothing is known yet."""
