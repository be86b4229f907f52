"""What can be looked for, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.clock import CHINA
from common.paging import Slice, Window
from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode
from matching.app.nag import Addressee
from matching.domain.identity import MatchId, NeedId, PartyId
from matching.domain.linkage import Certificate
from matching.domain.match import Match
from matching.domain.moderation import HiddenBecause, Moderation
from matching.domain.need import Line, Need, NeedState
from matching.domain.offer import Offer, OfferState
from matching.domain.party import Party
from matching.domain.saying import Saying

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Views
    from matching.domain.offering import Offering


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNeeds:
    """Look into the queue."""

    window: Window
    scheme: AreaScheme | None = None
    within: AreaRef | None = None
    state: NeedState = NeedState.OPEN
    awaits_approval: bool = False
    """Only needs whose proposals wait for a worker, the longest waiting first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOffers:
    """Look for offers."""

    window: Window
    scheme: AreaScheme | None = None
    within: AreaRef | None = None
    party_id: PartyId | None = None
    service: ServiceCode | None = None
    state: OfferState | None = None
    moderation: Moderation | None = None
    is_hidden: bool | None = None
    is_to_be_confirmed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindMatches:
    """Look for matches."""

    window: Window
    need_id: NeedId | None = None
    party_id: PartyId | None = None
    state: MatchState | None = None
    is_misfit: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOffer:
    """An offer as it stands at an instant: left out of plans or not, to be confirmed or not."""

    offer: Offer
    hidden_because: HiddenBecause | None
    left: int
    is_to_be_confirmed: bool


def seen(offer: Offer, offering: Offering, *, at: datetime) -> SeenOffer:
    """Return an offer as it stands at an instant."""
    return SeenOffer(
        offer=offer,
        hidden_because=offering.hides(offer, at=at),
        left=offer.free_on(at.astimezone(CHINA).date()),
        is_to_be_confirmed=offering.is_to_be_confirmed(offer, at=at),
    )


async def look(offer: Offer, *, policies: Policies, at: datetime) -> SeenOffer:
    """Return an offer as it stands at an instant, by the policy of its pool."""
    # The policy of a pool is wider than what most who look at an offer may see.
    with cleared(system("policy of a pool")):
        policy = await policies.of_pool(offer.site.pool_id, at=at)
    return seen(offer, policy.offering, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMatch:
    """A match with what people call its two sides, and why it was made."""

    match: Match
    need: Need
    line: Line
    offer: Offer
    party: Party
    reason: Saying


@dataclass(frozen=True, slots=True)
class SeenPart:
    """One line of a linkage plan, and who fills it."""

    line: Line
    seen: SeenMatch | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedNeed:
    """A need in the queue, with the state of the current match of each line."""

    need: Need
    states: tuple[tuple[Line, MatchState | None], ...]
    plan_version: int
    waits_for_approval_since: datetime | None = None
    told: Addressee | None = None
    """Who was told that it waits for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPlan:
    """The linkage plan of a need as it stands now; version 0 means that none was made yet."""

    need: Need
    version: int
    parts: tuple[SeenPart, ...]
    certificate: Certificate | None


async def find_needs(query: FindNeeds, within: Scope, *, views: Views) -> Slice[QueuedNeed]:
    """Return a slice of the queue."""
    return await views.needs(query, within)


async def find_plan(need_id: NeedId, within: Scope, *, views: Views, clock: Clock) -> SeenPlan:
    """Return the linkage plan of a need.

    Raises:
        NeedNotKnown: There is no such need, or none for this caller.
    """
    return await views.plan(need_id, within, at=clock.now())


async def find_offers(
    query: FindOffers, within: Scope, *, views: Views, policies: Policies, clock: Clock
) -> Slice[SeenOffer]:
    """Return a slice of the offers; what plans leave out, only to its owner or if asked for."""
    at = clock.now()
    with cleared(system("policies of pools")):
        offerings = await policies.offerings(at=at)
    found = await views.offers(query, within, offerings, at=at)
    items = tuple(seen(each, offerings.of(each.site.pool_id), at=at) for each in found.items)
    return Slice(items=items, next=found.next)


async def find_matches(
    query: FindMatches, within: Scope, *, views: Views, clock: Clock
) -> Slice[SeenMatch]:
    """Return a slice of the matches; a party sees those that it was asked about."""
    return await views.matches(query, within, at=clock.now())


async def find_match(match_id: MatchId, within: Scope, *, views: Views, clock: Clock) -> SeenMatch:
    """Return one match.

    Raises:
        MatchNotKnown: There is none, or none for this caller.
    """
    return await views.match(match_id, within, at=clock.now())
