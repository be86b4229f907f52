"""What use cases ask of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId, PoolId
from matching.domain.match import DeclineReason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from common.grants import Scope
    from common.paging import Slice, Window
    from common.places import Area, AreaRef
    from matching.app.allotment_ports import Allotments
    from matching.app.offer_ports import Offers, Sessions
    from matching.app.outcome_ports import FeedbackBook, HoursBook, NoShows, Reliabilities
    from matching.app.queries import (
        FindMatches,
        FindNeeds,
        FindOffers,
        QueuedNeed,
        SeenMatch,
        SeenPlan,
    )
    from matching.domain.match import Match, MatchChange, Misfit, SaidNo
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer
    from matching.domain.offering import Offerings
    from matching.domain.party import Party
    from matching.domain.session import Session


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

    async def add(self, needs: Sequence[Need]) -> None:
        """Persist needs; one that is known already is left as it is."""
        ...

    async def rewrite(self, need: Need) -> None:
        """Persist the time and place of a need that have changed, or raise as ``save`` does."""
        ...

    async def lift_refusals(self, need_id: NeedId, *, at: datetime) -> None:
        """Let whoever said no to a need be asked again; what was said stays on record."""
        ...

    async def save(self, need: Need) -> None:
        """Persist what was decided about a need, or raise ``NeedRevisedMeanwhile``."""
        ...

    async def refusals(self, need_id: NeedId) -> Sequence[Refusal]:
        """Return who said no to a need."""
        ...

    async def said_no(self, need_id: NeedId) -> Sequence[tuple[PartyId, SaidNo]]:
        """Return every no to a need, the first one first; also those that count no more."""
        ...

    async def add_refusal(self, refusal: Refusal) -> None:
        """Note a no; the first one of a party to a need stands."""
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

    async def mark_misfit(self, match: Match, misfit: Misfit | None, *, area: AreaRef) -> None:
        """Note why a match that is locked does not fit its need, and tell the workers of an area.

        Without a misfit it fits again, and nobody is told.
        """
        ...

    async def save(self, changes: Sequence[MatchChange], *, note: str | None = None) -> None:
        """Persist new states, stage their facts and put them on the feed.

        Raises:
            MatchChangedMeanwhile: One of them is not as it was.
            LineAlreadyFilled: Another match holds a line that one of them would hold.
        """
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
    def allotments(self) -> Allotments: ...

    @property
    def pools(self) -> Pools: ...


class Store(Protocol):
    """Opens transactions, or joins the one that is open; an exception rolls back."""

    def transaction(self) -> AbstractAsyncContextManager[Matching]:
        """Yield everything that is kept; leaving the outermost block commits."""
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
        self, query: FindOffers, within: Scope, offerings: Offerings, *, at: datetime
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
