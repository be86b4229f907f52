"""What use cases ask about offers, their calendars and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from matching.domain.calendar import Calendar
from matching.domain.identity import EntryId, MatchId, OfferId, PartyId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.change import Change
    from common.vocabulary import ServiceCode
    from matching.domain.calendar import Span
    from matching.domain.lot import LotsTaken
    from matching.domain.offer import Offer, OfferFact
    from matching.domain.session import Session
    from matching.domain.usage import Ends, Quantities, Waiting


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """How many offers of a party stand, and how many it has published since some instant."""

    open: int = 0
    new: int = 0


class Offers(Protocol):
    """The offers as of the current transaction."""

    async def get(self, offer_id: OfferId) -> Offer:
        """Return an offer, or raise ``OfferNotFound``."""
        ...

    async def find_many(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        """Return those of the ids that are offers."""
        ...

    async def lock(self, offer_ids: Collection[OfferId]) -> Mapping[OfferId, Offer]:
        """Return offers that nobody else takes from meanwhile, or raise ``OfferNotFound``."""
        ...

    async def of_entry(self, entry_id: EntryId) -> Offer | None:
        """Return the latest offer that stands for an entry, or stood."""
        ...

    async def restate(self, change: Change[Offer, OfferFact]) -> None:
        """Persist what an entry says otherwise, and stage its facts, or raise as ``save`` does."""
        ...

    async def note_lots(self, match_id: MatchId, offer_id: OfferId, taken: LotsTaken) -> None:
        """Note which lots of an offer a match has taken."""
        ...

    async def free_lots(self, match_ids: Collection[MatchId]) -> Mapping[MatchId, LotsTaken]:
        """Forget which lots matches have taken, and return it."""
        ...

    async def counts(
        self, party_ids: Collection[PartyId], *, since: datetime, at: datetime
    ) -> Mapping[PartyId, OfferCounts]:
        """Return how many offers each party has, where it has any; nobody else adds meanwhile."""
        ...

    async def set_giver_active(self, party_id: PartyId, *, is_active: bool) -> None:
        """Hide or show what a party offers; a plan that has seen it otherwise is outdated."""
        ...

    async def unconfirmed(
        self,
        partitions: Collection[int],
        *,
        true_before: datetime,
        elsewhere: Mapping[PoolId, datetime],
        at: datetime,
    ) -> Sequence[OfferId]:
        """Return up to 500 offers that stand, are this old, and whose owner was not asked.

        Only those of some partitions; in some pools, another age counts.
        """
        ...

    async def in_pool(self, pool_id: PoolId, services: Collection[ServiceCode]) -> Sequence[Offer]:
        """Return the offers of a pool that stand and speak of these services."""
        ...

    async def add(self, changes: Sequence[Change[Offer, OfferFact]]) -> frozenset[OfferId]:
        """Persist new offers and stage their facts; return the ids that were taken meanwhile."""
        ...

    async def save(self, change: Change[Offer, OfferFact]) -> None:
        """Persist the new state and stage its facts, or raise ``OfferChangedMeanwhile``."""
        ...


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The calendar of an offer, with its version, and the last day of its sessions so far."""

    offer_id: OfferId
    version: int
    calendar: Calendar
    published_until: date


class Sessions(Protocol):
    """The calendars and sessions as of the current transaction."""

    async def calendar(self, offer_id: OfferId) -> Scheduled | None:
        """Return the calendar of an offer, if it has one."""
        ...

    async def put(self, scheduled: Scheduled) -> None:
        """Keep a calendar in place of what was kept."""
        ...

    async def behind(self, partitions: Collection[int], *, last: date) -> Sequence[Scheduled]:
        """Return up to 200 calendars of open offers without sessions up to and with a day."""
        ...

    async def publish(
        self, offer: Offer, spans: Sequence[Span], *, is_exclusive: bool, at: datetime
    ) -> None:
        """Make the coming sessions of an offer these; of others, what is held stays, closed."""
        ...

    async def forget(self, offer_id: OfferId, *, at: datetime) -> None:
        """Have no calendar for an offer; what is held of its sessions stays, closed."""
        ...

    async def beside(self, offer_id: OfferId) -> Sequence[OfferId]:
        """Return an offer, and the others of its giver that have a calendar too."""
        ...

    async def of_giver(self, offer_id: OfferId, *, at: datetime) -> Sequence[Session]:
        """Return the coming sessions of whoever gives an offer, of all of its offers."""
        ...

    async def book(self, match_id: MatchId, session: Session, quantity: int) -> None:
        """Hold seats of a session for a match, or raise ``SessionTaken``."""
        ...

    async def booked(self, match_ids: Collection[MatchId]) -> Mapping[MatchId, Session]:
        """Return the session of which each of these matches holds seats, if it does."""
        ...

    async def give_back(self, match_id: MatchId, quantity: int) -> None:
        """Give back seats that a match holds, if it holds any."""
        ...

    async def refresh(self, offer_ids: Collection[OfferId], *, at: datetime) -> None:
        """Let offers with a calendar say what is free of their coming sessions."""
        ...


class Usages(Protocol):
    """What is counted about one offer."""

    async def waiting(self, offer: Offer) -> Waiting:
        """Return what waits in the offer's pool, and its party's refusals among that."""
        ...

    async def matches(self, offer: Offer) -> tuple[Ends, Quantities]:
        """Return what came of the matches on an offer, and what became of its capacity."""
        ...
