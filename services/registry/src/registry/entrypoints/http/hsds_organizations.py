"""Organisations as HSDS lists them: stations, and the organisations of the five societies."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Query, Response

from common.http.permissions import public
from common.http.places import Within
from common.http.problems import documented
from common.http.route import router
from registry.app.directory_abilities import DirectoryAbilities
from registry.app.ports.directory import ProviderFilter
from registry.domain.directory import ListedService, Provider
from registry.domain.errors.directory import ListedOrganizationNotFound
from registry.entrypoints.http.hsds_items import HSDSOrganization
from registry.entrypoints.http.hsds_pages import (
    PREFIX,
    Asking,
    Shapes,
    Words,
    described,
    lines,
    written,
)
from registry.entrypoints.http.hsds_shapes import Shaping
from registry.entrypoints.http.schemas import App

routes = router(PREFIX, tags=["hsds"])

FullService: TypeAlias = Annotated[
    bool, Query(description="With all that belongs to it, and its services in full.")
]
Offer: TypeAlias = tuple[Provider, Sequence[ListedService] | None]
"""A provider and what it does, when that was asked for."""


@routes.get(
    "/organizations",
    dependencies=[public()],
    response_model=None,
    responses=described(HSDSOrganization),
)
async def list_organizations(
    app: App,
    words: Words,
    within: Within,
    asked: Asking,
    shapes: Shapes,
    full: Annotated[bool, Query(description="With all that belongs to it.")] = False,  # noqa: FBT002 - a parameter of the query
    full_service: FullService = False,  # noqa: FBT002
) -> Response:
    """List who does something for people: stations, organisations, communities, teams."""
    wanted = ProviderFilter(words=words, within=within)
    view = partial(_shaped, shapes, is_full=full or full_service)
    if asked.is_stream:
        parts = app.directory.every_provider(wanted)
        return lines(_offers(app.directory, parts, with_services=full_service), view)
    found = await app.directory.providers(wanted, asked.stretch)
    offers = await _offered(app.directory, found.items, with_services=full_service)
    return asked.page(offers, found.total, view)


@routes.get(
    "/organizations/{organization_id}",
    dependencies=[public()],
    response_model=None,
    responses={200: {"model": HSDSOrganization}, **documented(ListedOrganizationNotFound)},
)
async def show_organization(
    organization_id: UUID,
    app: App,
    shapes: Shapes,
    full_service: FullService = False,  # noqa: FBT002 - a parameter of the query
) -> Response:
    """Show one organisation with all that belongs to it."""
    provider = await app.directory.provider(organization_id)
    offers = await _offered(app.directory, [provider], with_services=full_service)
    return written(_shaped(shapes, offers[0], is_full=True))


def _shaped(shapes: Shaping, offer: Offer, *, is_full: bool) -> HSDSOrganization:
    provider, services = offer
    return shapes.organization(provider, is_full=is_full, services=services)


async def _offers(
    browse: DirectoryAbilities,
    parts: AsyncIterator[Sequence[Provider]],
    *,
    with_services: bool,
) -> AsyncIterator[Sequence[Offer]]:
    async for providers in parts:
        yield await _offered(browse, providers, with_services=with_services)


async def _offered(
    browse: DirectoryAbilities, providers: Sequence[Provider], *, with_services: bool
) -> Sequence[Offer]:
    if not with_services:
        return [(provider, None) for provider in providers]
    services: Mapping[UUID, Sequence[ListedService]] = await browse.services_of(
        [provider.id for provider in providers]
    )
    return [(provider, services.get(provider.id, ())) for provider in providers]
