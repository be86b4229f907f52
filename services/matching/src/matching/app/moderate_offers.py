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
    from matching.app.ports import Areas, Matching, Store
    from matching.app.queries import SeenOffer
    from matching.domain.offer import Offer
    from matching.domain.offer_policy import OfferPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOffer:
    """Let others rely on an offer; ``seen`` is the version that the caller has read."""

    offer_id: OfferId
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseOffer:
    """Keep an offer out of every plan; ``seen`` is the version that the caller has read."""

    offer_id: OfferId
    reason: ModerationReason
    note: str | None = None
    seen: int | None = None


async def approve_offer(
    command: ApproveOffer,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policy: OfferPolicy,
    clock: Clock,
) -> SeenOffer:
    """Let a pending offer be planned.

    Raises:
        OfferNotFound: There is none, or none in this caller's area.
        OfferAlreadyModerated: Somebody decided before, or it needed no approval.
    """
    at = clock.now()
    async with store.transaction() as matching:
        offer = await _lock(command, within, matching=matching, areas=areas)
        change = offer.approve(at=at)
        await matching.offers.save(change)
    return look(change.state, policy, at=at)


async def refuse_offer(
    command: RefuseOffer,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policy: OfferPolicy,
    clock: Clock,
) -> SeenOffer:
    """Keep a pending offer out of every plan; its publisher sees the reason.

    Raises:
        OfferNotFound: There is none, or none in this caller's area.
        OfferAlreadyModerated: Somebody decided before, or it needed no approval.
    """
    at = clock.now()
    async with store.transaction() as matching:
        offer = await _lock(command, within, matching=matching, areas=areas)
        change = offer.refuse(command.reason, command.note, at=at)
        await matching.offers.save(change)
    return look(change.state, policy, at=at)


async def _lock(
    command: ApproveOffer | RefuseOffer, within: Scope, *, matching: Matching, areas: Areas
) -> Offer:
    offer = (await matching.offers.lock([command.offer_id]))[command.offer_id]
    if not await reaches(within, offer.site.area, areas=areas):
        raise OfferNotFound(offer_id=command.offer_id)
    if command.seen is not None and command.seen != offer.version:
        raise PreconditionFailed(version=offer.version)
    return offer
