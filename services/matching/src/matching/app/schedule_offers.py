"""Calendars: when an offer can be had, published as sessions over a rolling eight weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.errors import PreconditionFailed
from matching.app.offer_ports import Scheduled
from matching.app.territory import reaches
from matching.app.withdraw_offer import refuse_unless_own
from matching.domain.calendar import Calendar, horizon
from matching.domain.errors import CalendarNotFound, OfferNotFound
from matching.domain.identity import OfferId

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice, Window
    from matching.app.ports import Areas, Matching, Store, Views
    from matching.domain.offer import Offer
    from matching.domain.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCalendar:
    """Let an offer be had at these times; ``seen`` is the version that the caller has read."""

    offer_id: OfferId
    calendar: Calendar
    seen: int | None = None


async def put_calendar(
    command: PutCalendar, within: Scope, *, store: Store, clock: Clock
) -> Scheduled:
    """Put a calendar in place of an earlier one; what was booked stays booked.

    Raises:
        OfferNotFound: There is none, or none of this caller's.
        OfferOfServiceList: The service list says when it can be had.
        OfferNoLongerStands: It was withdrawn or is past its time.
        NotByAppointment: It is goods or money.
        PreconditionFailed: The calendar has changed since it was seen.
    """
    at = clock.now()
    await refuse_unless_own(command.offer_id, within, store=store)
    async with store.transaction() as matching:
        beside = await matching.sessions.beside(command.offer_id)
        offer = (await matching.offers.lock(beside))[command.offer_id]
        known = await matching.sessions.calendar(offer.id)
        version = 0 if known is None else known.version
        if command.seen is not None and command.seen != version:
            raise PreconditionFailed(version=version)
        await matching.offers.save(offer.schedule(at=at))
        until = horizon(at.astimezone(CHINA).date())
        scheduled = Scheduled(offer.id, version + 1, command.calendar, until)
        await publish_sessions(offer, scheduled, matching=matching, at=at)
        await matching.sessions.refresh([*beside, offer.id], at=at)
    return scheduled


async def find_calendar(
    offer_id: OfferId, within: Scope, *, store: Store, areas: Areas
) -> Scheduled:
    """Return the calendar of an offer.

    Raises:
        OfferNotFound: There is none, or none for this caller.
        CalendarNotFound: It can be had at any time.
    """
    async with store.transaction() as matching:
        await _visible(offer_id, within, matching=matching, areas=areas)
        scheduled = await matching.sessions.calendar(offer_id)
    if scheduled is None:
        raise CalendarNotFound(offer_id=offer_id)
    return scheduled


async def find_sessions(
    offer_id: OfferId, window: Window, within: Scope, *, store: Store, areas: Areas, views: Views
) -> Slice[Session]:
    """Return a slice of the sessions of an offer, the earliest first.

    Raises:
        OfferNotFound: There is none, or none for this caller.
    """
    async with store.transaction() as matching:
        await _visible(offer_id, within, matching=matching, areas=areas)
        return await views.sessions(offer_id, window)


async def extend_sessions(partitions: Collection[int], *, store: Store, clock: Clock) -> int:
    """Publish the sessions of days that have come within eight weeks; return of how many offers.

    What is past is no longer counted as free at the same time.
    """
    at = clock.now()
    until = horizon(at.astimezone(CHINA).date())
    async with store.transaction() as matching:
        behind = await matching.sessions.behind(partitions, last=until)
        ours = {each.offer_id: each for each in behind}
        offers = await matching.offers.lock(ours)
        for offer_id, offer in offers.items():
            known = ours[offer_id]
            scheduled = Scheduled(offer_id, known.version, known.calendar, until)
            await publish_sessions(offer, scheduled, matching=matching, at=at)
        await matching.sessions.refresh(ours, at=at)
        pools = sorted({offer.site.pool_id for offer in offers.values()})
        await matching.pools.tell(pools, at=at)
    return len(ours)


async def publish_sessions(
    offer: Offer, scheduled: Scheduled, *, matching: Matching, at: datetime
) -> None:
    """Publish the coming sessions of an offer while it is valid; whoever calls refreshes it."""
    calendar, begins = scheduled.calendar, offer.supply.valid_from
    today = (at if begins is None else max(at, begins)).astimezone(CHINA).date()
    last = min(scheduled.published_until, offer.supply.valid_until.astimezone(CHINA).date())
    valid = [
        span
        for span in calendar.spans(first=today, last=last)
        if span.starts_at < offer.supply.valid_until
    ]
    await matching.sessions.put(scheduled)
    await matching.sessions.publish(offer, valid, is_exclusive=calendar.is_exclusive, at=at)


async def _visible(offer_id: OfferId, within: Scope, *, matching: Matching, areas: Areas) -> None:
    offer = await matching.offers.get(offer_id)
    if not await reaches(within, offer.site.area, areas=areas, org=offer.supply.party_id):
        raise OfferNotFound(offer_id=offer_id)
