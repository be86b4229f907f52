"""Services, and services at their places, as HSDS lists them."""

from datetime import date, datetime, time
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.clock import CHINA
from common.http.permissions import public
from common.http.places import Within
from common.http.problems import documented
from common.http.route import router
from common.http.words import Day, Instant
from registry.app.ports.directory import ServiceFilter
from registry.domain.errors.directory import ListedServiceNotFound, PostcodesNotKnown
from registry.domain.taxonomies import TAXONOMIES, TERMS, Tag, tags_of, tags_under
from registry.entrypoints.http.hsds_items import HSDSService, HSDSServiceAtLocation
from registry.entrypoints.http.hsds_pages import (
    PREFIX,
    Asking,
    Shapes,
    Words,
    described,
    lines,
    written,
)
from registry.entrypoints.http.schemas import App

routes = router(PREFIX, tags=["hsds"])

Minimal: TypeAlias = Annotated[
    bool, Query(description="Only ids and when they changed, all on one page.")
]
Full: TypeAlias = Annotated[bool, Query(description="With all that belongs to each item.")]


async def _wanted(
    words: Words,
    within: Within,
    taxonomy_term_id: Annotated[
        UUID | None, Query(description="Only with this term, or a part of it.")
    ] = None,
    taxonomy_id: Annotated[
        UUID | None, Query(description="Only with any term of this taxonomy.")
    ] = None,
    organization_id: Annotated[
        UUID | None, Query(description="Only what this organisation provides.")
    ] = None,
    modified_after: Annotated[
        Instant | Day | None,
        Query(description="Only what changed at this instant or later, also what has ended."),
    ] = None,
) -> ServiceFilter:
    return ServiceFilter(
        words=words,
        within=within,
        tags=tuple(_tags(taxonomy_term_id, taxonomy_id)),
        provider=organization_id,
        modified_after=_instant(modified_after),
    )


Wanted: TypeAlias = Annotated[ServiceFilter, Depends(_wanted)]


def _tags(term: UUID | None, taxonomy: UUID | None) -> list[frozenset[Tag]]:
    # What no taxonomy has fits nothing.
    tags: list[frozenset[Tag]] = []
    if term is not None:
        tags.append(tags_under(TERMS[term]) if term in TERMS else frozenset())
    if taxonomy is not None:
        tags.append(tags_of(TAXONOMIES[taxonomy]) if taxonomy in TAXONOMIES else frozenset())
    return tags


def _instant(moment: date | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, tzinfo=CHINA)


@routes.get(
    "/services",
    dependencies=[public()],
    response_model=None,
    responses=described(HSDSService),
)
async def list_services(
    app: App,
    wanted: Wanted,
    asked: Asking,
    shapes: Shapes,
    minimal: Minimal = False,  # noqa: FBT002 - a parameter of the query
    full: Full = False,  # noqa: FBT002
) -> Response:
    """List what stations and organisations do for people."""
    browse = app.directory

    if minimal:
        if asked.is_stream:
            return lines(browse.every_service(wanted), shapes.minimal)
        asked = asked.as_a_whole
        found = await browse.services(wanted, asked.stretch)
        return asked.page(found.items, found.total, shapes.minimal)
    if asked.is_stream:
        return lines(browse.every_service(wanted), lambda item: shapes.service(item, is_full=full))
    found = await browse.services(wanted, asked.stretch)
    return asked.page(found.items, found.total, lambda item: shapes.service(item, is_full=full))


@routes.get(
    "/services/{service_id}",
    dependencies=[public()],
    response_model=None,
    responses={200: {"model": HSDSService}, **documented(ListedServiceNotFound)},
)
async def show_service(service_id: UUID, app: App, shapes: Shapes) -> Response:
    """Show one service with all that belongs to it, also when it has ended."""
    service = await app.directory.service(service_id)
    return written(shapes.service(service, is_full=True))


@routes.get(
    "/service_at_locations",
    dependencies=[public()],
    response_model=None,
    responses={**described(HSDSServiceAtLocation), **documented(PostcodesNotKnown)},
)
async def list_services_at_locations(
    app: App,
    wanted: Wanted,
    asked: Asking,
    shapes: Shapes,
    full: Full = False,  # noqa: FBT002 - a parameter of the query
    postcode: Annotated[
        str | None, Query(max_length=20, description="Refused: no postcodes are known.")
    ] = None,
    proximity: Annotated[
        str | None, Query(max_length=20, description="Refused: it is measured from a postcode.")
    ] = None,
) -> Response:
    """List what is done for people, each at its place."""
    if postcode is not None or proximity is not None:
        raise PostcodesNotKnown
    if asked.is_stream:
        return lines(
            app.directory.every_service(wanted),
            lambda item: shapes.service_at_location(item, is_full=full),
        )
    found = await app.directory.services(wanted, asked.stretch)
    return asked.page(
        found.items, found.total, lambda item: shapes.service_at_location(item, is_full=full)
    )


@routes.get(
    "/service_at_locations/{service_at_location_id}",
    dependencies=[public()],
    response_model=None,
    responses={200: {"model": HSDSServiceAtLocation}, **documented(ListedServiceNotFound)},
)
async def show_service_at_location(
    service_at_location_id: UUID, app: App, shapes: Shapes
) -> Response:
    """Show one service at its place, with all that belongs to it."""
    service = await app.directory.service(service_at_location_id)
    return written(shapes.service_at_location(service, is_full=True))
