"""What use cases ask of the keeping of parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.places import AreaRef
from common.vocabulary import AreaScheme, PartyStanding, Society

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.party import Party, PartyFact, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFilter:
    """Which parties are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    society: Society | None = None
    standing: PartyStanding | None = None


class Parties(Protocol):
    """The parties, as of the current transaction."""

    async def get(self, party_id: PartyId, /) -> Party:
        """Return a party, or raise ``PartyNotFound``."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Party]:
        """Return those of the parties that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[Party, PartyFact]], /) -> None:
        """Store new parties, all or none, or raise ``PartyIdTaken``."""
        ...

    async def save(self, change: Change[Party, PartyFact], /) -> None:
        """Store a party's new state and stage its facts, or raise ``PartyChangedMeanwhile``."""
        ...

    async def save_all(self, changes: Sequence[Change[Party, PartyFact]], /) -> None:
        """Store new states of so many parties, or none and raise ``PartyChangedMeanwhile``."""
        ...

    async def lead_on(self, merged: PartyId, survivor_id: PartyId, /) -> None:
        """Have what was merged into a party lead to the one as which that lives on."""
        ...

    async def page(self, wanted: PartyFilter, scope: Scope, window: Window, /) -> Slice[Party]:
        """Return the parties within the scope, in the order of their ids."""
        ...
