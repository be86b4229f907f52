"""Moderation: a worker of the area looks at an offer before others rely on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.errors import PreconditionFailed
from matching.app.queries import look
from matching.app.territory import reaches
from matching.domain.errors import OfferNotFound
from matching.domain.identity import OfferId
from matching.domain.moderation import ModerationReason

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Matching, Store
    from matching.app.queries import SeenOffer
    from matching.domain.offer import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateOffer:
    """Approve a pending offer, or refuse it for a reason; ``seen`` is the version that was read."""

    offer_id: OfferId
    refused: RefusedOffer | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RefusedOffer:
    """Why an offer is kept out of every plan; its publisher sees both."""

    reason: ModerationReason
    note: str | None = None


async def moderate_offer(
    command: ModerateOffer,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> SeenOffer:
    """Let a pending offer be planned, or keep it out of every plan.

    Raises:
        OfferNotFound: There is none, or none in this caller's area.
        OfferAlreadyModerated: Somebody decided before, or it needed no approval.
    """
    at, refused = clock.now(), command.refused
    async with store.transaction() as matching:
        offer = await _lock(command, within, matching=matching, areas=areas)
        if refused is None:
            change = offer.approve(at=at)
        else:
            change = offer.refuse(refused.reason, refused.note, at=at)
        await matching.offers.save(change)
    return await look(change.state, policies=policies, at=at)


async def _lock(
    command: ModerateOffer, within: Scope, *, matching: Matching, areas: Areas
) -> Offer:
    offer = (await matching.offers.lock([command.offer_id]))[command.offer_id]
    if not await reaches(within, offer.site.area, areas=areas):
        raise OfferNotFound(offer_id=command.offer_id)
    if command.seen is not None and command.seen != offer.version:
        raise PreconditionFailed(version=offer.version)
    return offer
