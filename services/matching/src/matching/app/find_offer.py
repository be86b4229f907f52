"""Looking at one offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.app.territory import reaches
from matching.domain.errors import OfferNotFound

if TYPE_CHECKING:
    from common.grants import Scope
    from matching.app.ports import Areas, Store
    from matching.domain.identity import OfferId
    from matching.domain.offer import Offer


async def find_offer(offer_id: OfferId, within: Scope, *, store: Store, areas: Areas) -> Offer:
    """Return one offer.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    async with store.transaction() as matching:
        offer = await matching.offers.get(offer_id)
    if not await reaches(within, offer.site.area, areas=areas, org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)
    return offer
