"""What goes on with a party as which another one lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from registry.domain.party import PartyId


class Following(Protocol):
    """Something that belongs to parties, as of the current transaction."""

    async def follow(self, merged_id: PartyId, survivor_id: PartyId, /) -> None:
        """Let what belonged to the one belong to the other from now on."""
        ...
