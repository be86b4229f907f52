"""What use cases ask of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from matching.domain.calendar import Calendar
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId, PoolId
from matching.domain.match import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from common.places import Area, AreaRef
    from common.vocabulary import ServiceCode
    from matching.app.queries import (
        FindMatches,
        FindNeeds,
        FindOffers,
        QueuedNeed,
        SeenMatch,
        SeenPlan,
    )
    from matching.domain.calendar import Span
    from matching.domain.feedback import Feedback, FeedbackChange
    from matching.domain.hours import Hours, HoursChange
    from matching.domain.lot import LotsTaken
    from matching.domain.match import Match, MatchChange
    from matching.domain.need import Line, Need
    from matching.domain.no_show import NoShow, NoShowChange
    from matching.domain.offer import Offer, OfferFact
    from matching.domain.offer_policy import OfferPolicy
    from matching.domain.party import Party
    from matching.domain.planning import Draft
    from matching.domain.reliability import Reliability
    from matching.domain.session import Session
    from matching.domain.side import Side
    from matching.domain.standing import News, Standing
    from matching.domain.usage import Ends, Quantities, Waiting


class Areas(Protocol):
    """The list of areas in force."""

    async def find(self, ref: AreaRef) -> Area:
        """Return an area, or raise ``UnknownArea`` or ``AreasNotReady``."""
        ...

    async def lies_within(self, ref: AreaRef, other: AreaRef) -> bool:
        """Tell whether an area is another one or part of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A party's no to a need; final until time or place changes."""

    need_id: NeedId
    party_id: PartyId
    reason: DeclineReason
    said_on: date
    recorded_at: datetime


class Needs(Protocol):
    """The needs as of the current transaction."""

    async def find(self, need_id: NeedId) -> Need | None:
        """Return a need, if it is known."""
        ...

    async def lock(self, need_id: NeedId) -> Need:
        """Return a need that nobody else decides about meanwhile, or raise ``NeedNotKnown``."""
        ...

    async def line(self, line_id: LineId) -> Line:
        """Return a line, or raise ``LineNotKnown``."""
        ...

    async def add(self, need: Need) -> None:
        """Persist a need; one that is known already is left as it is."""
        ...

    async def save(self, need: Need) -> None:
        """Persist what was decided about a need, or raise ``NeedRevisedMeanwhile``."""
        ...

    async def refusals(self, need_id: NeedId) -> Sequence[Refusal]:
        """Return who said no to a need."""
        ...

    async def add_refusal(self, refusal: Refusal) -> None:
        """Note a no; the first one of a party to a need stands."""
        ...


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
        self, *, true_before: datetime, at: datetime
    ) -> Sequence[tuple[OfferId, PoolId]]:
        """Return up to 500 offers that stand, are this old, and whose owner was not asked."""
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

    async def behind(self, last: date) -> Sequence[tuple[Scheduled, PoolId]]:
        """Return up to 200 calendars of open offers without sessions up to and with a day."""
        ...

    async def publish(
        self, offer: Offer, spans: Sequence[Span], *, is_exclusive: bool, at: datetime
    ) -> None:
        """Make the coming sessions of an offer these; of others, what is held stays, closed."""
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


class Matches(Protocol):
    """The matches as of the current transaction."""

    async def get(self, match_id: MatchId) -> Match:
        """Return a match, or raise ``MatchNotKnown``."""
        ...

    async def lock(self, match_id: MatchId) -> Match:
        """Return a match that nobody else decides meanwhile, or raise ``MatchNotKnown``."""
        ...

    async def lock_line(self, line_id: LineId) -> Sequence[Match]:
        """Return all matches of a line, by id; nobody else decides them meanwhile."""
        ...

    async def lock_need(self, need_id: NeedId) -> Sequence[Match]:
        """Return all matches of a need, by id; nobody else decides them meanwhile."""
        ...

    async def lock_offer(self, offer_id: OfferId) -> Sequence[Match]:
        """Return all matches on an offer, by id; nobody else decides them meanwhile."""
        ...

    async def lock_standing(self, party_id: PartyId) -> Sequence[Match]:
        """Return what is proposed to a party or asked of it, by id; nobody else decides it."""
        ...

    async def of_need(self, need_id: NeedId) -> Sequence[Match]:
        """Return all matches of a need, by id."""
        ...

    async def save(self, changes: Sequence[MatchChange], *, note: str | None = None) -> None:
        """Persist new states, stage their facts and put them on the feed.

        Raises:
            MatchChangedMeanwhile: One of them is not as it was.
            LineAlreadyFilled: Another match holds a line that one of them would hold.
        """
        ...


class HoursBook(Protocol):
    """The hours of volunteers as of the current transaction; whoever writes holds their match."""

    async def find(self, match_id: MatchId, served_on: date) -> Hours | None:
        """Return a day's hours, if anybody has spoken of it."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[Hours]:
        """Return every day of a match that somebody has spoken of, in order."""
        ...

    async def save(self, change: HoursChange) -> None:
        """Persist what was said and stage what both agree on."""
        ...


class NoShows(Protocol):
    """The no-shows as of the current transaction; whoever writes holds their match."""

    async def find(self, match_id: MatchId, missed_on: date, side: Side) -> NoShow | None:
        """Return what a side has said of a day, if it has."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[NoShow]:
        """Return what was said of every day of a match, in order."""
        ...

    async def save(self, change: NoShowChange) -> None:
        """Persist what was said and stage that it was."""
        ...


class FeedbackBook(Protocol):
    """The feedback as of the current transaction; whoever writes holds the match."""

    async def find(self, match_id: MatchId, side: Side) -> Feedback | None:
        """Return what a side thinks of a match, if it has said so."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[Feedback]:
        """Return what each side thinks of a match."""
        ...

    async def save(self, change: FeedbackChange) -> None:
        """Persist an opinion and stage that it was given."""
        ...


class Reliabilities(Protocol):
    """How parties have kept their word."""

    async def of_parties(
        self, party_ids: Collection[PartyId], *, since: datetime
    ) -> Mapping[PartyId, Reliability]:
        """Return the counts of each of these parties."""
        ...


class Parties(Protocol):
    """The parties as of the current transaction."""

    async def get(self, party_id: PartyId) -> Party:
        """Return a party, or raise ``PartyNotKnown``."""
        ...

    async def find_many(self, party_ids: Collection[PartyId]) -> Mapping[PartyId, Party]:
        """Return those of the ids that are known parties."""
        ...

    async def put(self, party: Party) -> None:
        """Remember what the registry tells of a party."""
        ...


class Pools(Protocol):
    """The pools as of the current transaction."""

    async def mark(self, pool_id: PoolId) -> None:
        """Note durably that something happened which the plan must hear of."""
        ...

    async def of_party(self, party_id: PartyId) -> Sequence[PoolId]:
        """Return the pools in which a party has offers."""
        ...

    async def tell(self, pool_ids: Sequence[PoolId], *, at: datetime) -> None:
        """Stage, for each pool's owner, that something outside its topics has changed."""
        ...


class Matching(Protocol):
    """Everything that this service keeps, as of the current transaction.

    Rows are locked in one order: need, matches by id, offers by id; pools are marked last.
    """

    @property
    def needs(self) -> Needs: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def matches(self) -> Matches: ...

    @property
    def hours(self) -> HoursBook: ...

    @property
    def no_shows(self) -> NoShows: ...

    @property
    def feedback(self) -> FeedbackBook: ...

    @property
    def reliabilities(self) -> Reliabilities: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def parties(self) -> Parties: ...

    @property
    def pools(self) -> Pools: ...


class Store(Protocol):
    """Opens transactions, or joins the one that is open; an exception rolls back."""

    def transaction(self) -> AbstractAsyncContextManager[Matching]:
        """Yield everything that is kept; leaving the outermost block commits."""
        ...


@dataclass(frozen=True, slots=True)
class Epoch:
    """The right to plan the pools of a partition: it ends when somebody else gets a later one."""

    partition: int
    number: int


class PlanOutdated(Exception):
    """What a plan relies on has changed since it was read; it is made again."""


class EpochOver(Exception):
    """The partition has another owner; what this process planned is not written."""


class Plans(Protocol):
    """What stands in each pool, and the only way to change it by a plan."""

    async def own(self, partitions: Collection[int]) -> Sequence[Epoch]:
        """Begin a new epoch for each partition; whoever had the one before may not write."""
        ...

    async def dirty(self, partitions: Collection[int], *, at: datetime) -> Sequence[PoolId]:
        """Return the pools of these partitions whose plan is behind, or due by the calendar."""
        ...

    def partition_of(self, pool_id: PoolId) -> int:
        """Return the partition whose owner plans a pool."""
        ...

    async def standing(self, pool_id: PoolId) -> Standing:
        """Return everything about a pool that a plan is made from, as of one instant."""
        ...

    async def news(self, pool_id: PoolId) -> News:
        """Return everything in a pool whose change nobody who planned it has heard of yet."""
        ...

    async def write(
        self, draft: Draft, epoch: Epoch, *, due_at: datetime, heard: Sequence[int]
    ) -> Draft:
        """Write what a plan changes, and note what it has heard.

        Needs are left out whose part relies on something that people have changed meanwhile.

        Returns:
            What was written.

        Raises:
            EpochOver: Another process owns the partition.
        """
        ...

    async def unanswered(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[MatchId]:
        """Return the matches of these partitions that were asked so long ago."""
        ...


class Views(Protocol):
    """What is only to be shown; nothing lies beyond the scope."""

    async def needs(self, query: FindNeeds, within: Scope) -> Slice[QueuedNeed]:
        """Return a slice of the queue, the most urgent and longest waiting first."""
        ...

    async def plan(self, need_id: NeedId, within: Scope, *, at: datetime) -> SeenPlan:
        """Return the linkage plan of a need, or raise ``NeedNotKnown``."""
        ...

    async def offers(
        self, query: FindOffers, within: Scope, policy: OfferPolicy, *, at: datetime
    ) -> Slice[Offer]:
        """Return a slice of the offers, newest first."""
        ...

    async def matches(self, query: FindMatches, within: Scope, *, at: datetime) -> Slice[SeenMatch]:
        """Return a slice of the matches, newest first."""
        ...

    async def sessions(self, offer_id: OfferId, window: Window) -> Slice[Session]:
        """Return a slice of an offer's sessions, the earliest first; who asks may see the offer."""
        ...

    async def match(self, match_id: MatchId, within: Scope, *, at: datetime) -> SeenMatch:
        """Return a match, or raise ``MatchNotKnown``."""
        ...
