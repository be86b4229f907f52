"""Following the service list: each entry has one standing offer, which is as the entry says.

Of a party's entry that party gives; of a station's the station itself, whoever runs it at present:
its workers are asked and answer, and it is known here as a party of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.places import AreaRef, Position
from common.vocabulary import Society
from matching.app.offer_ports import Scheduled
from matching.app.schedule_offers import publish_sessions
from matching.app.territory import new_site
from matching.app.withdraw_offer import close_offer
from matching.domain.calendar import horizon
from matching.domain.entry import Entry
from matching.domain.errors import EntryNotKnown
from matching.domain.identity import EntryId, OfferId, PartyId
from matching.domain.offer import Offer
from matching.domain.party import Party

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from common.clock import Clock
    from matching.app.ports import Areas, Matching, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StateEntry:
    """An entry says exactly this from now on, be it new or not."""

    entry: Entry
    giver_id: PartyId
    area: AreaRef
    point: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyEntry:
    """Somebody made sure that an entry still holds, as of its ``version``."""

    entry_id: EntryId
    version: int
    verified_on: date
    lapses_on: date


async def state_entry(
    command: StateEntry,
    *,
    store: Store,
    areas: Areas,
    clock: Clock,
    new_id: Callable[[], UUID],
) -> None:
    """Let the standing offer of an entry be as the entry says; what is known already does nothing.

    Where another party gives it, or in another pool, the offer ends and another one begins.

    Raises:
        PartyNotKnown: The registration of its party has not been heard of yet.
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    at = clock.now()
    point = command.entry.point(command.point)
    site = await new_site(command.area, point, areas=areas)
    async with store.transaction() as matching:
        giver = await _giver(command, matching=matching, areas=areas)
        known = await matching.offers.of_entry(command.entry.id)
        if known is not None and _is_old(known, command.entry.version):
            return
        is_same = known is not None and (known.supply.party_id, known.site.pool_id) == (
            giver.id,
            site.pool_id,
        )
        if known is not None and is_same:
            offer = (await matching.offers.lock([known.id]))[known.id]
            change = offer.restate(command.entry, site, at=at)
            await matching.offers.restate(change)
        else:
            if known is not None:
                await _close(known.id, matching=matching, at=at)
            change = Offer.stand_for(command.entry, OfferId(new_id()), giver, site, at=at)
            await matching.offers.add([change])
        await _schedule(change.state, command.entry, matching=matching, at=at)


async def verify_entry(command: VerifyEntry, *, store: Store, clock: Clock) -> None:
    """Let an offer stand for longer, and count as fresh since the day of the verification.

    Raises:
        EntryNotKnown: It has not been listed yet.
    """
    at = clock.now()
    async with store.transaction() as matching:
        known = await _known(command.entry_id, matching=matching)
        offer = (await matching.offers.lock([known.id]))[known.id]
        if offer.entry is None or _is_old(offer, command.version):
            return
        entry = replace(
            offer.entry,
            version=command.version,
            verified_on=command.verified_on,
            lapses_on=command.lapses_on,
        )
        change = offer.restate(entry, offer.site, at=at)
        await matching.offers.restate(change)
        await _schedule(change.state, entry, matching=matching, at=at)


async def withdraw_entry(entry_id: EntryId, *, store: Store, clock: Clock) -> None:
    """End the offer of an entry for good, with what was only proposed or asked of it.

    Raises:
        EntryNotKnown: It has not been listed yet.
    """
    at = clock.now()
    async with store.transaction() as matching:
        known = await _known(entry_id, matching=matching)
        await _close(known.id, matching=matching, at=at)


async def _known(entry_id: EntryId, *, matching: Matching) -> Offer:
    offer = await matching.offers.of_entry(entry_id)
    if offer is None:
        raise EntryNotKnown(entry_id=entry_id)
    return offer


def _is_old(offer: Offer, version: int) -> bool:
    """Tell whether an offer has heard of a version of its entry, or of its end."""
    heard = 0 if offer.entry is None else offer.entry.version
    return offer.withdrawn_at is not None or version <= heard


async def _close(offer_id: OfferId, *, matching: Matching, at: datetime) -> None:
    matches = await matching.matches.lock_offer(offer_id)
    offer = (await matching.offers.lock([offer_id]))[offer_id]
    if offer.withdrawn_at is None:
        await close_offer(offer, matches, matching=matching, at=at)


async def _giver(command: StateEntry, *, matching: Matching, areas: Areas) -> Party:
    if not command.entry.is_of_station:
        return await matching.parties.get(command.giver_id)
    area = await areas.find(command.area)
    station = Party(
        id=command.giver_id,
        society=Society.SOCIAL_WORKER,
        public_name=f"{area.name}社工站",
        area=command.area,
        is_station=True,
    )
    known = await matching.parties.find_many([station.id])
    if known.get(station.id) != station:
        await matching.parties.put(station)
    return station


async def _schedule(offer: Offer, entry: Entry, *, matching: Matching, at: datetime) -> None:
    """Publish when an offer can be had as its entry says, or have it at any time."""
    known = await matching.sessions.calendar(offer.id)
    calendar = entry.calendar()
    if calendar is None:
        if known is not None:
            await matching.sessions.forget(offer.id, at=at)
        return
    version = 1 if known is None else known.version + 1
    until = horizon(at.astimezone(CHINA).date())
    scheduled = Scheduled(offer.id, version, calendar, until)
    await publish_sessions(offer, scheduled, matching=matching, at=at)
    await matching.sessions.refresh([offer.id], at=at)
