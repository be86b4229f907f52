"""What is asked of whoever offers: approval before others rely on it, measure, and fresh figures.

Days are midnights in China, so nothing that depends on them changes more than once a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.clock import days_between
from common.vocabulary import LineKind, Society
from matching.domain.moderation import HiddenBecause, Moderation

if TYPE_CHECKING:
    from datetime import datetime

    from matching.domain.offer import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPolicy:
    """The figures by which offers are taken in and kept up to date."""

    moderated_kinds: frozenset[LineKind]
    """Kinds of line of which every offer waits for a worker's approval."""
    moderated_societies: frozenset[Society]
    """Societies of which every offer waits for a worker's approval."""
    open_at_once: int
    """How many offers of one party may stand at a time."""
    new_a_day: int
    """How many offers one party may publish on one day."""
    confirm_after_days: int
    """After how many days the owner is asked whether an offer is still true."""
    hide_after_days: int
    """After how many days an offer that nobody confirmed is planned no more."""

    def moderation_of(self, kind: LineKind, society: Society) -> Moderation:
        """Return where an offer begins: approved unless the policy wants it looked at."""
        is_moderated = kind in self.moderated_kinds or society in self.moderated_societies
        return Moderation.PENDING if is_moderated else Moderation.APPROVED

    def is_fresh(self, offer: Offer, *, at: datetime) -> bool:
        """Tell whether an offer was published or confirmed so lately that it may be planned."""
        return days_between(offer.true_at, at) < self.hide_after_days

    def is_to_be_confirmed(self, offer: Offer, *, at: datetime) -> bool:
        """Tell whether it is time for the owner to say that an offer is still true."""
        age = days_between(offer.true_at, at)
        return offer.stands(at=at) and age >= self.confirm_after_days

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


OFFER_POLICY: Final = OfferPolicy(
    # Who may ask for and give money is a question of qualification: 慈善法 22 (2023).
    moderated_kinds=frozenset({LineKind.MONEY}),
    moderated_societies=frozenset(),
    open_at_once=2_000,
    new_a_day=1_000,
    confirm_after_days=60,
    hide_after_days=90,
)
