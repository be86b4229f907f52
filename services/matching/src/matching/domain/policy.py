"""What each reason counts, as whole points; a change of any figure is a new version."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The weights of the score and the patience of asking.

    Every allowed pair is worth more than nothing, so nobody is left alone to raise a sum.
    """

    version: int
    fit: int
    """Any offer that fits at all."""
    tight_fit: int
    """The more an offer is used up by the line, the less is kept from larger needs."""
    distance: int
    """Next door; falls to nothing at ``distance_metres``."""
    distance_metres: int
    urgency: int
    """Per level of urgency, 4 being the most urgent."""
    waiting: int
    """Per day of waiting, up to ``waiting_days``."""
    waiting_days: int
    local_township: int
    """Offer and need in one township."""
    local_county: int
    """Offer and need in one county."""
    freshness: int
    """An offer published today; falls by one a day."""
    keep_proposed: int
    """The offer is proposed already: people are not shuffled for nothing."""
    keep_asked: int
    """The party is asked already."""
    patience_seconds: int = field(default=int(timedelta(days=3).total_seconds()))
    """How long an unanswered ask stands."""

    def figures(self) -> Mapping[str, int]:
        """Return every figure by name, as it is stored beside the plans it led to."""
        return asdict(self)


POLICY: Final = Policy(
    version=1,
    fit=400,
    tight_fit=50,
    distance=200,
    distance_metres=10_000,
    urgency=40,
    waiting=2,
    waiting_days=50,
    local_township=60,
    local_county=30,
    freshness=30,
    keep_proposed=20,
    keep_asked=60,
)
