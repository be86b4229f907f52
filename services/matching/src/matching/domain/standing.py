"""Everything about one pool that a plan is made from, as of one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from matching.domain.identity import LineId, MatchId, NeedId, PartyId, PoolId
from matching.domain.match import Match
from matching.domain.need import Need
from matching.domain.offer import Offer
from matching.domain.party import Party

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
    that much. Needs that no offer could touch and whose plan already says so may be left out.
    """

    pool_id: PoolId
    wanted_sequence: int
    needs: tuple[Need, ...]
    offers: tuple[Offer, ...]
    parties: Mapping[PartyId, Party]
    matches: tuple[Match, ...]
    refusals: Refusals
    planned: Mapping[NeedId, Planned]
