"""What use cases ask of the keeping of postings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.posting import Posting, PostingId
    from registry.domain.staffing import Posted
    from registry.domain.station import StationId


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFilter:
    """Which postings are wanted; what is none does not matter."""

    station_id: UUID | None = None
    worker_id: UUID | None = None


class Postings(Protocol):
    """The postings, as of the current transaction."""

    async def people(self, station_id: StationId, /, *, on: date) -> Posted | None:
        """Count who is posted to a station on a day, whatever the caller's scope.

        None where nobody has ever been up to that day: there nobody keeps postings.
        """
        ...

    async def not_ended_by(self, station_id: StationId, /, *, day: date) -> int:
        """Count the postings to a station that go on after a day, whatever the caller's scope.

        A station cannot be closed on that day before they have ended.
        """
        ...

    async def get(self, posting_id: PostingId, /) -> Posting:
        """Return a posting, or raise ``PostingNotFound``."""
        ...

    async def find(self, posting_id: PostingId, scope: Scope, /) -> Posting | None:
        """Return a posting that the scope reaches, by its station or its worker."""
        ...

    async def among(self, *, ids: Collection[UUID], workers: Collection[UUID]) -> Sequence[Posting]:
        """Return the postings with one of the ids, and all of the workers."""
        ...

    async def add_all(self, postings: Sequence[Posting], /) -> None:
        """Store new postings, all or none, or raise ``PostingsOverlap``."""
        ...

    async def add(self, posting: Posting, /) -> None:
        """Store a new posting, or raise ``PostingsOverlap``."""
        ...

    async def save(self, posting: Posting, /) -> None:
        """Store a posting's new state, or raise ``ProfileChangedMeanwhile``."""
        ...

    async def page(self, wanted: PostingFilter, scope: Scope, window: Window, /) -> Slice[Posting]:
        """Return postings to stations within the scope, in the order of their ids."""
        ...
