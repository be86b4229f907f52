"""Saying why an offer was used or not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from matching.app.territory import reaches
from matching.domain.errors import OfferNotFound
from matching.domain.usage import usage

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from matching.app.offer_ports import Usages
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Store
    from matching.domain.identity import OfferId
    from matching.domain.usage import Usage


async def find_usage(
    offer_id: OfferId,
    within: Scope,
    *,
    store: Store,
    usages: Usages,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> Usage:
    """Count what waits for an offer, which rules keep it from that, and how often it was asked.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    at = clock.now()
    async with store.transaction() as matching:
        offer = await matching.offers.get(offer_id)
    if not await reaches(within, offer.site.area, areas=areas, org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)
    # Its pool is wider than what its owner may look through; what is told of it are counts.
    with cleared(system("use of an offer")):
        async with store.transaction() as matching:
            party = await matching.parties.get(offer.supply.party_id)
        policy = await policies.of_pool(offer.site.pool_id, at=at)
        waiting = await usages.waiting(offer)
        ends, quantities = await usages.matches(offer)
    return await asyncio.to_thread(
        partial(
            usage,
            offer,
            party,
            waiting,
            ends=ends,
            quantities=quantities,
            offering=policy.offering,
            at=at,
        )
    )
