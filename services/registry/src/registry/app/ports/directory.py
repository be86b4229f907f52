"""What the public directory asks of the keeping of stations, parties and their services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from registry.domain.taxonomies import Tag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from registry.domain.directory import ListedService, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFilter:
    """Which providers are wanted: every word has to be in the name or in that of an area above."""

    words: tuple[str, ...] = ()
    within: AreaRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFilter:
    """Which services are wanted; what is none does not matter.

    Of each set in ``tags`` one has to fit. What has ended is wanted only by those who ask what has
    changed, on or after ``modified_after``.
    """

    words: tuple[str, ...] = ()
    within: AreaRef | None = None
    tags: tuple[frozenset[Tag], ...] = ()
    provider: UUID | None = None
    modified_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a list in the order of ids: after one of them, or after so many of them."""

    limit: int
    after: UUID | None = None
    skip: int = 0


class Directory(Protocol):
    """What may be shown to everybody, as of the current transaction."""

    async def count_services(self, wanted: ServiceFilter, /) -> int:
        """Return how many services there are."""
        ...

    async def services(self, wanted: ServiceFilter, stretch: Stretch, /) -> Sequence[ListedService]:
        """Return services in the order of their ids."""
        ...

    async def service(self, service_id: UUID, /) -> ListedService | None:
        """Return a service, also one that has ended."""
        ...

    async def services_of(self, providers: Collection[UUID], /) -> Sequence[ListedService]:
        """Return what some providers do now, in the order of ids."""
        ...

    async def count_providers(self, wanted: ProviderFilter, /) -> int:
        """Return how many providers there are."""
        ...

    async def providers(self, wanted: ProviderFilter, stretch: Stretch, /) -> Sequence[Provider]:
        """Return providers that are active, in the order of their ids."""
        ...

    async def provider(self, provider_id: UUID, /) -> Provider | None:
        """Return a provider, also one that has ended."""
        ...
