"""Everything about one pool that a plan is made from, as of one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId, PoolId
from matching.domain.match import Match
from matching.domain.need import Need
from matching.domain.offer import Offer
from matching.domain.party import Party
from matching.domain.waves import AskLoad

Refusals: TypeAlias = frozenset[tuple[NeedId, PartyId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the last linkage plan of a need says: its version, and the match of each line."""

    version: int
    matches: Mapping[LineId, MatchId | None]


NEVER_PLANNED = Planned(version=0, matches={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One pool: what waits, what is offered, what stands between them.

    ``wanted_sequence`` counts what has happened to the pool; a plan made from this covers exactly
    that much.
    """

    pool_id: PoolId
    wanted_sequence: int
    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    parties: Mapping[PartyId, Party]
    matches: tuple[Match, ...]
    refusals: Refusals
    planned: Mapping[NeedId, Planned]
    heard: tuple[int, ...] = ()
    """The changes that were noted and are in it."""
    asked: Mapping[PartyId, AskLoad] = field(default_factory=dict)
    """When parties were asked last, and what they have to answer in other pools."""

    def as_news(self) -> News:
        """Return it as something to be heard by somebody who knows nothing yet."""
        return News(
            wanted_sequence=self.wanted_sequence,
            needs={need.id: need for need in self.needs},
            offers={offer.id: offer for offer in self.offers},
            parties=self.parties,
            matches=self.matches,
            refusals=self.refusals,
            planned=self.planned,
            heard=self.heard,
            asked=self.asked,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is now known of things of one pool that have changed; nothing of those that are gone.

    A need comes with all that stands about it: its matches, who said no, its last plan.
    """

    wanted_sequence: int
    needs: Mapping[NeedId, Need | None]
    offers: Mapping[OfferId, Offer | None]
    parties: Mapping[PartyId, Party]
    matches: tuple[Match, ...]
    refusals: Refusals
    planned: Mapping[NeedId, Planned]
    heard: tuple[int, ...] = ()
    asked: Mapping[PartyId, AskLoad] = field(default_factory=dict)
