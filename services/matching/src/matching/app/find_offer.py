"""Looking at one offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.app.queries import look
from matching.app.territory import reaches
from matching.domain.errors import OfferNotFound

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Store
    from matching.app.queries import SeenOffer
    from matching.domain.identity import OfferId


async def find_offer(
    offer_id: OfferId,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> SeenOffer:
    """Return one offer as it stands now.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    async with store.transaction() as matching:
        offer = await matching.offers.get(offer_id)
    if not await reaches(within, offer.site.area, areas=areas, org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)
    return await look(offer, policies=policies, at=clock.now())
