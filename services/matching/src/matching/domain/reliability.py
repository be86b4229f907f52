"""How a party has kept its word: what it completed, missed and took back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LOOKING_BACK: Final = timedelta(days=180)
"""What is longer ago is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Counts of one party within the last 180 days."""

    completed: int = 0
    """Matches that it accepted and fulfilled."""
    no_shows: int = 0
    """Days of a match on which it did not come, whoever says so."""
    drop_outs: int = 0
    """Acceptances that it took back before the service."""


UNTRIED: Final = Reliability()
"""A party of which nothing is known yet."""
