"""Taking an offer back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.errors import PreconditionFailed
from matching.app.allot_offers import recall_all
from matching.app.queries import look
from matching.domain.errors import OfferNotFound, OfferOfServiceList
from matching.domain.identity import OfferId
from matching.domain.match import STANDING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Matching, Store
    from matching.app.queries import SeenOffer
    from matching.domain.match import Match
    from matching.domain.offer import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    """Give nothing more of an offer; ``seen`` is the version that the caller decided upon."""

    offer_id: OfferId
    seen: int | None = None


async def withdraw_offer(
    command: WithdrawOffer, within: Scope, *, store: Store, policies: Policies, clock: Clock
) -> SeenOffer:
    """Withdraw an offer with everything that was only proposed or asked; a yes stays a yes.

    Raises:
        OfferNotFound: There is none, or none of this caller's.
        OfferOfServiceList: It is withdrawn from the service list.
        OfferAlreadyWithdrawn: It was taken back before.
    """
    await refuse_unless_own(command.offer_id, within, store=store)
    # Those who wait for the offer hear of it, whatever of their needs its owner may see.
    with cleared(system("withdrawal of an offer")):
        at = clock.now()
        withdrawn = await _withdraw(command, store=store, at=at)
        return await look(withdrawn, policies=policies, at=at)


async def refuse_unless_own(offer_id: OfferId, within: Scope, *, store: Store) -> None:
    """Let only whoever offers decide about an offer, unless it follows the service list.

    Raises:
        OfferNotFound: There is none, or none of this caller's.
        OfferOfServiceList: It stands for an entry, which alone changes it.
    """
    async with store.transaction() as matching:
        offer = await matching.offers.get(offer_id)
    if not within.covers(org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)
    if offer.entry is not None:
        raise OfferOfServiceList(offer_id=offer_id, entry_id=offer.entry.id)


async def _withdraw(command: WithdrawOffer, *, store: Store, at: datetime) -> Offer:
    async with store.transaction() as matching:
        matches = await matching.matches.lock_offer(command.offer_id)
        offer = (await matching.offers.lock([command.offer_id]))[command.offer_id]
        if command.seen is not None and command.seen != offer.version:
            raise PreconditionFailed(version=offer.version)
        return await close_offer(offer, matches, matching=matching, at=at)


async def close_offer(
    offer: Offer, matches: Sequence[Match], *, matching: Matching, at: datetime
) -> Offer:
    """End an offer with what was only proposed or asked of it; whoever calls has locked all."""
    change = offer.withdraw(at=at)
    await matching.offers.save(change)
    await recall_all(offer.id, matching=matching, at=at)
    await matching.matches.save(
        [match.withdraw(at=at) for match in matches if match.state in STANDING]
    )
    return change.state
