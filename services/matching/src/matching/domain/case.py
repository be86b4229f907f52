"""One pair with everything that a rule may say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from common.clock import CHINA
from matching.domain.match import DeclineReason
from matching.domain.need import Line, Need
from matching.domain.offer import Offer
from matching.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One pair with everything that a sentence about it may mention."""

    need: Need
    line: Line
    offer: Offer
    party: Party
    metres: int | None
    refusal: DeclineReason | None
    at: datetime

    @property
    def today(self) -> date:
        """The day that rules are judged by, in China."""
        return self.at.astimezone(CHINA).date()
