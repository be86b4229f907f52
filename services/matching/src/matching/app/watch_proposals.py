"""Listening to what becomes of matches, within the caller's scope."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from common.places import AreaRef
from common.vocabulary import MatchState, ServiceCode, Society, Unit
from matching.app.territory import reaches
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from common.grants import Scope
    from matching.app.ports import Areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A fact about a match: the state that it came to, under a number that only grows."""

    sequence: int
    match_id: MatchId
    version: int
    need_id: NeedId
    line_id: LineId
    offer_id: OfferId
    party_id: PartyId
    area: AreaRef
    state: MatchState
    society: Society
    service: ServiceCode
    quantity: int
    unit: Unit
    value: int
    is_known_to_party: bool
    station_area: AreaRef | None = None
    """Where the giver is, if it is a station: for that speaks whoever works there."""
    is_reminder: bool = False
    """Nothing has changed: the party is reminded of what it was asked."""
    at: datetime


class Feed(Protocol):
    """Every fact about every match, in one order that never changes once it was told."""

    def listen(self, after: int | None) -> AsyncGenerator[Proposal]:
        """Yield facts for ever, from the one after this number, or from now on.

        It ends when the listener falls too far behind, who may then come back and resume.
        """
        ...


async def watch_proposals(
    within: Scope, after: int | None, *, feed: Feed, areas: Areas
) -> AsyncGenerator[Proposal]:
    """Yield what the caller may know; a party hears of a match from the moment it is asked."""
    async with aclosing(feed.listen(after)) as proposals:
        async for proposal in proposals:
            org = proposal.party_id if proposal.is_known_to_party else None
            if await reaches(within, proposal.area, areas=areas, org=org) or (
                proposal.is_known_to_party
                and proposal.station_area is not None
                and await reaches(within, proposal.station_area, areas=areas)
            ):
                yield proposal
