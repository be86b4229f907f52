"""Every ability around the life of a party."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from common.grants import Scope
from registry.app.change_standing import ApproveParty, MergeParty, RequireRecertification
from registry.app.find_duplicates import Likeness
from registry.domain.party import Party, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAbilities:
    """What can be decided about a party beyond vetting and suspending it."""

    approve: Callable[[ApproveParty, Scope], Awaitable[Party]]
    require_recertification: Callable[[RequireRecertification, Scope], Awaitable[Party]]
    merge: Callable[[MergeParty, Scope], Awaitable[Party]]
    find_duplicates: Callable[[PartyId, Scope], Awaitable[Sequence[Likeness]]]
