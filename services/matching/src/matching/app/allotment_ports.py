"""What use cases ask about allotments: parts of offers that other pools have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from common.change import Change
    from common.paging import Slice, Window
    from matching.domain.allotment import Allotment, AllotmentFact
    from matching.domain.identity import AllotmentId, OfferId


class Allotments(Protocol):
    """The allotments as of the current transaction; whoever writes holds their offer."""

    async def find(self, allotment_id: AllotmentId) -> Allotment | None:
        """Return an allotment, if there is one."""
        ...

    async def add(self, change: Change[Allotment, AllotmentFact]) -> None:
        """Persist a new allotment and stage its facts."""
        ...

    async def save(self, change: Change[Allotment, AllotmentFact]) -> None:
        """Persist the new state and stage its facts."""
        ...

    async def granted(self, offer_id: OfferId) -> Sequence[Allotment]:
        """Return the allotments of an offer that nobody has asked back and that have not ended."""
        ...

    async def page(self, offer_id: OfferId, window: Window) -> Slice[Allotment]:
        """Return a slice of the allotments of an offer, the latest first."""
        ...

    async def to_return(self, partitions: Collection[int], *, at: datetime) -> Sequence[OfferId]:
        """Return up to 200 offers of these partitions that have something to give back home."""
        ...
