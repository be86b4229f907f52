"""What accepted matches hold of offers: taken with the yes, given back with its end, delivered.

Whoever calls has locked the matches, and the offers come after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.change import Change
from common.clock import CHINA
from matching.domain.errors import OfferNoLongerStands, SessionTaken
from matching.domain.match import Appointment
from matching.domain.session import candidates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from matching.app.ports import Matching
    from matching.domain.match import Match
    from matching.domain.offer import Offer
    from matching.domain.session import Session


async def hold(match: Match, *, matching: Matching, at: datetime) -> Match:
    """Hold of an offer what a match takes; return the match with the session that it has.

    Of goods that is what expires first; of sessions the one that the match is for, and only where
    that was taken meanwhile the earliest other one that suits.

    Raises:
        OfferNoLongerStands: It was withdrawn or is past its time.
        OfferExhausted: Others hold too much of it.
        SessionTaken: No session that suits the line has seats enough, or its giver is taken.
    """
    beside = await matching.sessions.beside(match.pairing.offer_id)
    offer = (await matching.offers.lock(beside))[match.pairing.offer_id]
    if not offer.stands(at=at):
        raise OfferNoLongerStands(offer_id=offer.id)
    held, taken = offer.hold(match.pairing.quantity, on=at.astimezone(CHINA).date())
    await matching.offers.save(Change(held, ()))
    if taken:
        await matching.offers.note_lots(match.id, offer.id, taken)
    if offer.openings is None:
        return match
    session = await _book(match, matching=matching, at=at)
    await matching.sessions.refresh(beside, at=at)
    return match.booked(
        Appointment(session_id=session.id, starts_at=session.starts_at, ends_at=session.ends_at)
    )


async def give_back(matches: Iterable[Match], *, matching: Matching, at: datetime) -> None:
    """Give back what matches hold and was not delivered."""
    holding = [match for match in matches if match.holds > match.counted]
    if not holding:
        return
    beside = {
        offer_id
        for match in holding
        for offer_id in await matching.sessions.beside(match.pairing.offer_id)
    }
    offers = dict(await matching.offers.lock(beside))
    lots = await matching.offers.free_lots({match.id for match in holding})
    for match in holding:
        rest = match.holds - match.counted
        before = offers[match.pairing.offer_id]
        # What went out first went out of the lot that expires first.
        offer = before.release(rest, lots=before.last_of(lots.get(match.id, {}), rest))
        offers[offer.id] = offer
        await matching.offers.save(Change(offer, ()))
        await matching.sessions.give_back(match.id, rest)
    await matching.sessions.refresh(beside, at=at)


async def count(before: Match, after: Match, *, matching: Matching) -> None:
    """Count as delivered what a service has added to a match that holds something."""
    delivered = after.counted - before.counted
    if not before.holds or not delivered:
        return
    offer = await _lock(before, matching=matching)
    await matching.offers.save(Change(offer.deliver(delivered), ()))


async def _book(match: Match, *, matching: Matching, at: datetime) -> Session:
    line = await matching.needs.line(match.pairing.line_id)
    sessions = await matching.sessions.of_giver(match.pairing.offer_id, at=at)
    suiting = [
        session
        for session in candidates(sessions, line, at=at)
        if session.offer_id == match.pairing.offer_id
    ]
    if not suiting:
        raise SessionTaken(offer_id=match.pairing.offer_id)
    told = None if match.appointment is None else match.appointment.session_id
    session = next((each for each in suiting if each.id == told), suiting[0])
    await matching.sessions.book(match.id, session, match.pairing.quantity)
    return session


async def _lock(match: Match, *, matching: Matching) -> Offer:
    offer_id = match.pairing.offer_id
    return (await matching.offers.lock([offer_id]))[offer_id]
