"""Following allotments from pool to pool: each side hears by event what the other has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.change import Change
from matching.app.territory import told_site
from matching.domain.allotment import received, take_back
from matching.domain.errors import AllotmentNotFound
from matching.domain.identity import OfferId
from matching.domain.match import STANDING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from common.clock import Clock
    from matching.app.ports import Areas, Matching, Store
    from matching.domain.allotment import Returned
    from matching.domain.identity import AllotmentId


async def receive_allotment(
    allotment_id: AllotmentId, *, store: Store, areas: Areas, clock: Clock
) -> None:
    """Offer in the pool that it was granted to what an allotment has.

    Raises:
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    async with store.transaction() as matching:
        allotment = await matching.allotments.find(allotment_id)
        if allotment is None:
            raise AllotmentNotFound(allotment_id=allotment_id)
        site = await told_site(allotment.area, None, pool_id=allotment.pool_id, areas=areas)
        origin = await matching.offers.get(allotment.offer_id)
        # What was received before is left as it is.
        await matching.offers.add([received(allotment, site, origin, at=clock.now())])


async def close_allotment(allotment_id: AllotmentId, *, store: Store, clock: Clock) -> None:
    """Give back home what nobody holds of an allotment that was asked back.

    Raises:
        OfferNotFound: It has not been received yet.
    """
    async with store.transaction() as matching:
        await _hand_back(OfferId(allotment_id), matching=matching, at=clock.now())


async def return_allotments(partitions: Collection[int], *, store: Store, clock: Clock) -> int:
    """Give back home what is over and what was freed since; return of how many allotments."""
    at = clock.now()
    async with store.transaction() as matching:
        found = await matching.allotments.to_return(partitions, at=at)
    for offer_id in found:
        async with store.transaction() as matching:
            await _hand_back(offer_id, matching=matching, at=at)
    return len(found)


async def have_back(offer_id: OfferId, returned: Returned, *, store: Store, clock: Clock) -> None:
    """Have again at home what another pool gave back; the same return counts once.

    Raises:
        ReturnTooEarly: An earlier one has not been heard of yet.
    """
    at = clock.now()
    async with store.transaction() as matching:
        offer = (await matching.offers.lock([offer_id]))[offer_id]
        allotment = await matching.allotments.find(returned.allotment_id)
        if allotment is None:
            raise AllotmentNotFound(allotment_id=returned.allotment_id)
        more, after = take_back(offer, allotment, returned, at=at)
        if after is allotment:
            return
        await matching.offers.save(Change(more, ()))
        await matching.allotments.save(Change(after, ()))
        await matching.pools.mark(offer.site.pool_id)


async def _hand_back(offer_id: OfferId, *, matching: Matching, at: datetime) -> None:
    matches = await matching.matches.lock_offer(offer_id)
    offer = (await matching.offers.lock([offer_id]))[offer_id]
    if offer.returns and not offer.free:
        return
    await matching.offers.save(offer.hand_back(at=at))
    standing = [match for match in matches if match.state in STANDING]
    await matching.matches.save([match.withdraw(at=at) for match in standing])
