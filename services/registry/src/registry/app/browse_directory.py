"""Looking through the public directory, page by page or all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from registry.app.ports.directory import Stretch
from registry.domain.errors.directory import ListedOrganizationNotFound, ListedServiceNotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from registry.app.ports.directory import Directory, ProviderFilter, ServiceFilter
    from registry.app.ports.work import UnitOfWork
    from registry.domain.directory import ListedService, Provider

AT_ONCE: Final = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T]):
    """The items of one page, and how many there are on all pages, as of one instant."""

    items: Sequence[T]
    total: int


class BrowsingDirectory:
    """Everything that anybody can ask of the directory."""

    def __init__(self, *, unit_of_work: UnitOfWork, directory: Directory) -> None:
        self._unit_of_work: Final = unit_of_work
        self._directory: Final = directory

    async def services(self, wanted: ServiceFilter, stretch: Stretch) -> Found[ListedService]:
        """Return a page of services."""
        async with self._unit_of_work.snapshot():
            total = await self._directory.count_services(wanted)
            return Found(items=await self._directory.services(wanted, stretch), total=total)

    async def every_service(self, wanted: ServiceFilter) -> AsyncIterator[Sequence[ListedService]]:
        """Yield all services, some hundred at a time; no transaction waits for a slow reader."""
        stretch = Stretch(limit=AT_ONCE)
        while services := await self._services(wanted, stretch):
            yield services
            stretch = Stretch(limit=AT_ONCE, after=services[-1].id)

    async def service(self, service_id: UUID) -> ListedService:
        """Return one service.

        Raises:
            ListedServiceNotFound: Nothing of the kind is shown to everybody.
        """
        async with self._unit_of_work.transaction():
            found = await self._directory.service(service_id)
        if found is None:
            raise ListedServiceNotFound(service_id=service_id)
        return found

    async def providers(self, wanted: ProviderFilter, stretch: Stretch) -> Found[Provider]:
        """Return a page of providers."""
        async with self._unit_of_work.snapshot():
            total = await self._directory.count_providers(wanted)
            return Found(items=await self._directory.providers(wanted, stretch), total=total)

    async def every_provider(self, wanted: ProviderFilter) -> AsyncIterator[Sequence[Provider]]:
        """Yield all providers, some hundred at a time; no transaction waits for a slow reader."""
        stretch = Stretch(limit=AT_ONCE)
        while providers := await self._providers(wanted, stretch):
            yield providers
            stretch = Stretch(limit=AT_ONCE, after=providers[-1].id)

    async def provider(self, provider_id: UUID) -> Provider:
        """Return one provider.

        Raises:
            ListedOrganizationNotFound: Nobody of the kind is shown to everybody.
        """
        async with self._unit_of_work.transaction():
            found = await self._directory.provider(provider_id)
        if found is None:
            raise ListedOrganizationNotFound(organization_id=provider_id)
        return found

    async def services_of(
        self, providers: Collection[UUID]
    ) -> Mapping[UUID, Sequence[ListedService]]:
        """Return what each of some providers does now."""
        async with self._unit_of_work.transaction():
            services = await self._directory.services_of(providers)
        by_provider: defaultdict[UUID, list[ListedService]] = defaultdict(list)
        for service in services:
            by_provider[service.provider.id].append(service)
        return by_provider

    async def _services(self, wanted: ServiceFilter, stretch: Stretch) -> Sequence[ListedService]:
        async with self._unit_of_work.transaction():
            return await self._directory.services(wanted, stretch)

    async def _providers(self, wanted: ProviderFilter, stretch: Stretch) -> Sequence[Provider]:
        async with self._unit_of_work.transaction():
            return await self._directory.providers(wanted, stretch)
