"""Keeping offers true: owners are asked once in a while, and say that an offer still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.errors import PreconditionFailed
from matching.app.queries import look
from matching.app.withdraw_offer import refuse_unless_own
from matching.domain.identity import OfferId

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Store
    from matching.app.queries import SeenOffer
    from matching.domain.offering import Offering


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOffer:
    """Say that an offer still holds; ``seen`` is the version that the caller has read."""

    offer_id: OfferId
    seen: int | None = None


async def confirm_offer(
    command: ConfirmOffer, within: Scope, *, store: Store, policies: Policies, clock: Clock
) -> SeenOffer:
    """Let an offer count as new, because its owner says that it holds.

    Raises:
        OfferNotFound: There is none, or none of this caller's.
        OfferOfServiceList: It is verified in the service list.
        OfferNoLongerStands: It was withdrawn or is past its time.
    """
    at = clock.now()
    await refuse_unless_own(command.offer_id, within, store=store)
    async with store.transaction() as matching:
        offer = (await matching.offers.lock([command.offer_id]))[command.offer_id]
        if command.seen is not None and command.seen != offer.version:
            raise PreconditionFailed(version=offer.version)
        change = offer.confirm(at=at)
        await matching.offers.save(change)
    return await look(change.state, policies=policies, at=at)


async def ask_confirmations(
    partitions: Collection[int],
    *,
    store: Store,
    policies: Policies,
    clock: Clock,
) -> int:
    """Ask the owners of what nobody confirmed for long; return how many offers that were."""
    at = clock.now()
    offerings = await policies.offerings(at=at)
    async with store.transaction() as matching:
        due = await matching.offers.unconfirmed(
            partitions,
            true_before=_latest(offerings.usual, at=at),
            elsewhere={
                pool_id: _latest(offering, at=at)
                for pool_id, offering in offerings.elsewhere.items()
            },
            at=at,
        )
        offers = await matching.offers.lock(due)
        waiting = [offer for offer in offers.values() if offer.confirmation_asked_at is None]
        for offer in waiting:
            await matching.offers.save(offer.ask_to_confirm(at=at))
    return len(waiting)


def _latest(offering: Offering, *, at: datetime) -> datetime:
    """Return the instant before which an offer was last true if it is to be confirmed."""
    midnight = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=offering.confirm_after_days - 1)
