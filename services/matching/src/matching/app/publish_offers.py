"""Publishing offers, one or many; one that is refused stops none of the others.

Each party has a measure of offers, so that the pool is not filled with what nobody keeps true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from common.change import Change
from common.clearance import cleared, system
from common.clock import CHINA
from common.errors import DomainError
from common.grants import OutsideYourScope
from common.places import AreaRef, Position
from matching.app.offer_ports import OfferCounts
from matching.app.permissions import PUBLISH_OFFERS
from matching.app.queries import SeenOffer, seen
from matching.app.territory import site_of
from matching.domain.errors import (
    OfferIdTaken,
    PartyNotKnown,
    ScopeTooWide,
    TooManyOffersToday,
    TooManyOpenOffers,
)
from matching.domain.identity import OfferId
from matching.domain.offer import Offer, OfferFact, Supply

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Matching, Store
    from matching.domain.identity import PartyId, PoolId
    from matching.domain.offering import Offerings
    from matching.domain.party import Party
    from matching.domain.site import Site

Publication: TypeAlias = Change[Offer, OfferFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOffer:
    """Offer something under an id."""

    offer_id: OfferId
    supply: Supply
    area: AreaRef
    point: Position


@dataclass(frozen=True, slots=True)
class Published:
    """An offer under its id: published now, or by an earlier telling of the same."""

    thing: Offer
    is_new: bool
    seen: SeenOffer


async def publish_offer(
    command: PublishOffer,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> Published:
    """Publish one offer, or find that the same offer was published under this id.

    Raises:
        OfferIdTaken: Another offer was.
        TooManyOpenOffers: The party has to withdraw some first.
        TooManyOffersToday: The party has to wait for tomorrow.
    """
    [outcome] = await publish_offers(
        [command], within, store=store, areas=areas, policies=policies, clock=clock
    )
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


async def publish_offers(
    commands: Sequence[PublishOffer],
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> Sequence[Published | DomainError]:
    """Publish many offers and say what became of each, in their order."""
    at = clock.now()
    sites = await _sites(commands, areas=areas)
    # The policy of a pool is wider than what a party may see.
    with cleared(system("policies of pools")):
        offerings = await policies.offerings(_pools(sites.values()), at=at)
    async with store.transaction() as matching:
        parties = await matching.parties.find_many({c.supply.party_id for c in commands})
        decisions = [_decide(each, within, parties, sites, offerings, at=at) for each in commands]
        first = _first_of_each_id(decisions)
        known = dict(await matching.offers.find_many(first))
        new = [change for offer_id, change in first.items() if offer_id not in known]
        beyond = await _beyond_measure(new, offerings, matching=matching, at=at)
        taken = await matching.offers.add(
            [change for change in new if change.state.id not in beyond]
        )
        known.update(await matching.offers.find_many(taken))
    hidden = taken - known.keys()
    decisions = [_measured(decision, beyond) for decision in decisions]
    return [_outcome(each, first, known, hidden, offerings, at=at) for each in decisions]


def refuse_unless_narrow(site: Site) -> None:
    """Let an offer serve no area that is wider than a pool.

    Raises:
        ScopeTooWide: It is larger than a prefecture.
    """
    # A pool is a prefecture, and what is wider than a prefecture has none around it.
    if site.prefecture is None:
        raise ScopeTooWide(scheme=site.area.scheme, area=site.area.code)


async def _beyond_measure(
    new: Sequence[Publication], offerings: Offerings, *, matching: Matching, at: datetime
) -> Mapping[OfferId, DomainError]:
    if not new:
        return {}
    today = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    parties = {change.state.supply.party_id for change in new}
    counts = dict(await matching.offers.counts(parties, since=today, at=at))
    beyond: dict[OfferId, DomainError] = {}
    for change in new:
        party_id = change.state.supply.party_id
        offering = offerings.of(change.state.site.pool_id)
        count = counts.get(party_id, OfferCounts())
        if count.open >= offering.open_at_once:
            limit = offering.open_at_once
            beyond[change.state.id] = TooManyOpenOffers(party_id=party_id, limit=limit)
        elif count.new >= offering.new_a_day:
            limit = offering.new_a_day
            beyond[change.state.id] = TooManyOffersToday(party_id=party_id, limit=limit)
        else:
            counts[party_id] = OfferCounts(open=count.open + 1, new=count.new + 1)
    return beyond


def _measured(
    decision: Publication | DomainError, beyond: Mapping[OfferId, DomainError]
) -> Publication | DomainError:
    return beyond.get(decision.state.id, decision) if isinstance(decision, Change) else decision


async def _sites(
    commands: Sequence[PublishOffer], *, areas: Areas
) -> Mapping[AreaRef, Site | DomainError]:
    found: dict[AreaRef, Site | DomainError] = {}
    scopes = {command.supply.scope for command in commands if command.supply.scope is not None}
    for ref in sorted({command.area for command in commands} | scopes):
        try:
            found[ref] = await site_of(ref, None, areas=areas)
        except DomainError as refusal:
            found[ref] = refusal
    return found


def _pools(sites: Iterable[Site | DomainError]) -> frozenset[PoolId]:
    return frozenset(site.pool_id for site in sites if not isinstance(site, DomainError))


def _decide(
    command: PublishOffer,
    within: Scope,
    parties: Mapping[PartyId, Party],
    sites: Mapping[AreaRef, Site | DomainError],
    offerings: Offerings,
    *,
    at: datetime,
) -> Publication | DomainError:
    supply = command.supply
    if not within.covers(org=supply.party_id):
        return OutsideYourScope(permission=PUBLISH_OFFERS.name)
    party, site = parties.get(supply.party_id), sites[command.area]
    if party is None:
        return PartyNotKnown(party_id=supply.party_id)
    if isinstance(site, DomainError):
        return site
    if supply.scope is not None and (refusal := _unfit(sites[supply.scope])):
        return refusal
    try:
        return Offer.publish(
            command.offer_id,
            supply,
            society=party.society,
            site=site.at(command.point),
            at=at,
            moderation=offerings.of(site.pool_id).moderation_of(supply.kind, party.society),
            is_giver_active=party.is_active,
        )
    except DomainError as refusal:
        return refusal


def _unfit(site: Site | DomainError) -> DomainError | None:
    if isinstance(site, DomainError):
        return site
    try:
        refuse_unless_narrow(site)
    except ScopeTooWide as refusal:
        return refusal
    return None


def _first_of_each_id(
    decisions: Sequence[Publication | DomainError],
) -> dict[OfferId, Publication]:
    first: dict[OfferId, Publication] = {}
    for decision in decisions:
        if isinstance(decision, Change):
            first.setdefault(decision.state.id, decision)
    return first


def _outcome(
    decision: Publication | DomainError,
    first: Mapping[OfferId, Publication],
    known: Mapping[OfferId, Offer],
    hidden: AbstractSet[OfferId],
    offerings: Offerings,
    *,
    at: datetime,
) -> Published | DomainError:
    if isinstance(decision, DomainError):
        return decision
    wanted = decision.state
    kept = known.get(wanted.id, first[wanted.id].state)
    offering = offerings.of(kept.site.pool_id)
    if wanted.id in hidden or not kept.has_content_of(wanted):
        return OfferIdTaken(offer_id=wanted.id)
    return Published(kept, is_new=kept is wanted, seen=seen(kept, offering, at=at))
