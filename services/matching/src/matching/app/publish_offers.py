"""Publishing offers, one or many; one that is refused stops none of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from common.change import Change
from common.errors import DomainError
from common.grants import OutsideYourScope
from common.places import AreaRef, Position
from matching.app.permissions import PUBLISH_OFFERS
from matching.app.territory import site_of
from matching.domain.errors import OfferIdTaken, PartyNotKnown
from matching.domain.identity import OfferId
from matching.domain.offer import Offer, OfferFact, Supply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.ports import Areas, Store
    from matching.domain.identity import PartyId
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


async def publish_offer(
    command: PublishOffer, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Published:
    """Publish one offer, or find that the same offer was published under this id.

    Raises:
        OfferIdTaken: Another offer was.
    """
    [outcome] = await publish_offers([command], within, store=store, areas=areas, clock=clock)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


async def publish_offers(
    commands: Sequence[PublishOffer], within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Sequence[Published | DomainError]:
    """Publish many offers and say what became of each, in their order."""
    at = clock.now()
    sites = await _sites(commands, areas=areas)
    async with store.transaction() as matching:
        parties = await matching.parties.find_many({c.supply.party_id for c in commands})
        decisions = [_decide(each, within, parties, sites, at=at) for each in commands]
        first = _first_of_each_id(decisions)
        known = dict(await matching.offers.find_many(first))
        new = [change for offer_id, change in first.items() if offer_id not in known]
        taken = await matching.offers.add(new)
        known.update(await matching.offers.find_many(taken))
    hidden = taken - known.keys()
    return [_outcome(decision, first, known, hidden) for decision in decisions]


async def _sites(
    commands: Sequence[PublishOffer], *, areas: Areas
) -> Mapping[AreaRef, Site | DomainError]:
    found: dict[AreaRef, Site | DomainError] = {}
    for ref in sorted({command.area for command in commands}):
        try:
            found[ref] = await site_of(ref, None, areas=areas)
        except DomainError as refusal:
            found[ref] = refusal
    return found


def _decide(
    command: PublishOffer,
    within: Scope,
    parties: Mapping[PartyId, Party],
    sites: Mapping[AreaRef, Site | DomainError],
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
    try:
        return Offer.publish(
            command.offer_id,
            supply,
            society=party.society,
            site=site.at(command.point),
            at=at,
        )
    except DomainError as refusal:
        return refusal


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
) -> Published | DomainError:
    if isinstance(decision, DomainError):
        return decision
    wanted = decision.state
    kept = known.get(wanted.id, first[wanted.id].state)
    if wanted.id in hidden or not kept.has_content_of(wanted):
        return OfferIdTaken(offer_id=wanted.id)
    return Published(kept, is_new=kept is wanted)
