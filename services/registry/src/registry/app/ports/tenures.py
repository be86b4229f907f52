"""What use cases ask of things that lie within something that holds for a term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


class Inner(Protocol):
    """What lies within something, as of the current transaction."""

    async def last_within(self, outer: UUID, /) -> date | None:
        """Return the last day of all that lies within, if anything does."""
        ...
