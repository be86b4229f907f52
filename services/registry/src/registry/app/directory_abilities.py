"""What anybody can ask of the public directory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from registry.app.browse_directory import Found
from registry.app.ports.directory import ProviderFilter, ServiceFilter, Stretch
from registry.domain.directory import ListedService, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryAbilities:
    """The public directory, page by page, one by one, or all of it."""

    services: Callable[[ServiceFilter, Stretch], Awaitable[Found[ListedService]]]
    every_service: Callable[[ServiceFilter], AsyncIterator[Sequence[ListedService]]]
    service: Callable[[UUID], Awaitable[ListedService]]
    services_of: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, Sequence[ListedService]]]]
    providers: Callable[[ProviderFilter, Stretch], Awaitable[Found[Provider]]]
    every_provider: Callable[[ProviderFilter], AsyncIterator[Sequence[Provider]]]
    provider: Callable[[UUID], Awaitable[Provider]]
