"""What is asked of whoever offers: approval before others rely on it, measure, and fresh figures.

Days are midnights in China, so nothing that depends on them changes more than once a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval

from common.clock import days_between
from common.vocabulary import LineKind, Society
from matching.domain.identity import PoolId
from matching.domain.moderation import HiddenBecause, Moderation

if TYPE_CHECKING:
    from datetime import datetime

    from matching.domain.offer import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """By which figures offers are taken in and kept up to date."""

    # Who may ask for and give money is a question of qualification: 慈善法 22 (2023).
    moderated_kinds: frozenset[LineKind] = frozenset({LineKind.MONEY})
    """Kinds of line of which every offer waits for a worker's approval."""
    moderated_societies: frozenset[Society] = frozenset()
    """Societies of which every offer waits for a worker's approval."""
    open_at_once: Annotated[int, Interval(ge=1, le=100_000)] = 2_000
    """Offers of one party that may stand at a time."""
    new_a_day: Annotated[int, Interval(ge=1, le=100_000)] = 1_000
    """Offers that one party may publish on one day."""
    confirm_after_days: Annotated[int, Interval(ge=1, le=3_650)] = 60
    """Days until the owner is asked whether an offer is still true."""
    confirm_within_days: Annotated[int, Interval(ge=1, le=3_650)] = 30
    """Days that the owner then has; afterwards no plan takes the offer into account."""

    @property
    def hide_after_days(self) -> int:
        """After how many days an offer that nobody confirmed is planned no more."""
        return self.confirm_after_days + self.confirm_within_days

    def moderation_of(self, kind: LineKind, society: Society) -> Moderation:
        """Return where an offer begins: approved unless the policy wants it looked at."""
        is_moderated = kind in self.moderated_kinds or society in self.moderated_societies
        return Moderation.PENDING if is_moderated else Moderation.APPROVED

    def is_fresh(self, offer: Offer, *, at: datetime) -> bool:
        """Tell whether an offer was published or confirmed so lately that it may be planned.

        How long a word about an entry of the service list counts, the registry says: it lapses.
        """
        return offer.entry is not None or days_between(offer.true_at, at) < self.hide_after_days

    def is_to_be_confirmed(self, offer: Offer, *, at: datetime) -> bool:
        """Tell whether it is time for the owner to say that an offer is still true."""
        age = days_between(offer.true_at, at)
        return offer.entry is None and offer.stands(at=at) and age >= self.confirm_after_days

    def hides(self, offer: Offer, *, at: datetime) -> HiddenBecause | None:
        """Say why an offer is left out of plans, if it is."""
        if not offer.is_giver_active:
            return HiddenBecause.GIVER_NOT_ACTIVE
        if offer.moderation is Moderation.PENDING:
            return HiddenBecause.NOT_APPROVED_YET
        if offer.moderation is Moderation.REFUSED:
            return HiddenBecause.REFUSED
        if not self.is_fresh(offer, at=at):
            return HiddenBecause.NOT_CONFIRMED
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offerings:
    """What is asked in each pool: what the country asks, except where a pool has its own."""

    usual: Offering
    elsewhere: Mapping[PoolId, Offering]

    def of(self, pool_id: PoolId) -> Offering:
        """Return what is asked in a pool."""
        return self.elsewhere.get(pool_id, self.usual)
