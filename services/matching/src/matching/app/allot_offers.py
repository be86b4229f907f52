"""Allotting parts of offers to other pools, and asking for them back: the side of the home pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.change import Change
from common.clearance import cleared, system
from common.errors import PreconditionFailed
from common.places import AreaRef
from matching.app.publish_offers import refuse_unless_narrow
from matching.app.territory import reaches, site_of
from matching.domain.allotment import Allotment, AllotmentFact, Grant, grant
from matching.domain.errors import AllotmentIdTaken, AllotmentNotFound, OfferNotFound
from matching.domain.identity import AllotmentId, OfferId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice, Window
    from matching.app.ports import Areas, Matching, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAllotment:
    """Give so much of an offer to an area of another pool, until an instant."""

    allotment_id: AllotmentId
    offer_id: OfferId
    area: AreaRef
    quantity: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAllotment:
    """Ask for what is left; ``seen`` is the version that the caller has read."""

    offer_id: OfferId
    allotment_id: AllotmentId
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """An allotment under its id: granted now, or by an earlier telling of the same."""

    allotment: Allotment
    is_new: bool


async def grant_allotment(
    command: GrantAllotment, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Granted:
    """Let an area of another pool have part of an offer.

    Raises:
        OfferNotFound: There is none, or none for this caller.
        UnknownArea: The list in force has no such code.
        ScopeTooWide: The area is larger than a prefecture.
        AllotmentIdTaken: Another allotment or offer has this id.
    """
    at = clock.now()
    site = await site_of(command.area, None, areas=areas)
    refuse_unless_narrow(site)
    wanted = Grant(
        id=command.allotment_id, site=site, quantity=command.quantity, until=command.until
    )
    async with store.transaction() as matching:
        await refuse_unless_reached(command.offer_id, within, matching=matching, areas=areas)
        # Who tells the same again finds it granted, also where nothing would be left.
        known = await matching.allotments.find(command.allotment_id)
        if known is not None:
            return _again(known, command)
        offer = (await matching.offers.lock([command.offer_id]))[command.offer_id]
        less, change = grant(offer, wanted, at=at)
        if await _is_taken(command.allotment_id, store=store):
            raise AllotmentIdTaken(allotment_id=command.allotment_id)
        await matching.allotments.add(change)
        await matching.offers.save(Change(less, ()))
        await matching.pools.tell([offer.site.pool_id], at=at)
    return Granted(change.state, is_new=True)


async def recall_allotment(
    command: RecallAllotment, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Allotment:
    """Ask for what is left of an allotment; the other pool gives it back within moments.

    Raises:
        OfferNotFound: There is none, or none for this caller.
        AllotmentNotFound: The offer has no such allotment.
        AllotmentAlreadyEnded: It was asked for before, or has come back.
    """
    async with store.transaction() as matching:
        await refuse_unless_reached(command.offer_id, within, matching=matching, areas=areas)
        await matching.offers.lock([command.offer_id])
        allotment = await matching.allotments.find(command.allotment_id)
        if allotment is None or allotment.offer_id != command.offer_id:
            raise AllotmentNotFound(allotment_id=command.allotment_id)
        if command.seen is not None and command.seen != allotment.version:
            raise PreconditionFailed(version=allotment.version)
        change = allotment.recall(at=clock.now())
        await matching.allotments.save(change)
    return change.state


async def find_allotments(
    offer_id: OfferId, window: Window, within: Scope, *, store: Store, areas: Areas
) -> Slice[Allotment]:
    """Return a slice of the allotments of an offer, the latest first.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    async with store.transaction() as matching:
        await refuse_unless_reached(offer_id, within, matching=matching, areas=areas)
        return await matching.allotments.page(offer_id, window)


async def recall_all(offer_id: OfferId, *, matching: Matching, at: datetime) -> None:
    """Ask for what is left of every allotment of an offer; whoever calls holds the offer."""
    granted: Sequence[Allotment] = await matching.allotments.granted(offer_id)
    for allotment in granted:
        change: Change[Allotment, AllotmentFact] = allotment.recall(at=at)
        await matching.allotments.save(change)


async def refuse_unless_reached(
    offer_id: OfferId, within: Scope, *, matching: Matching, areas: Areas
) -> None:
    """Let only whoever offers, or a worker of the offer's area, go on.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    offer = await matching.offers.get(offer_id)
    if not await reaches(within, offer.site.area, areas=areas, org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)


async def _is_taken(allotment_id: AllotmentId, *, store: Store) -> bool:
    # Under its id it is to be an offer in a pool where the caller may look at nothing.
    with cleared(system("ids of allotments")):
        async with store.transaction() as matching:
            known = await matching.allotments.find(allotment_id)
            offers = await matching.offers.find_many([OfferId(allotment_id)])
    return known is not None or bool(offers)


def _again(known: Allotment, command: GrantAllotment) -> Granted:
    is_same = (known.offer_id, known.area, known.quantity, known.until) == (
        command.offer_id,
        command.area,
        command.quantity,
        command.until,
    )
    if not is_same:
        raise AllotmentIdTaken(allotment_id=command.allotment_id)
    return Granted(known, is_new=False)
