"""Areas as they are, and as they were on any day since the first list."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import Code
from common.http.problems import documented
from common.http.route import router
from common.http.words import Day
from common.places import AreaRef, Position
from common.vocabulary import AreaLevel, AreaScheme
from registry.app.permissions import READ_AREAS
from registry.app.ports.areas import AreaFilter
from registry.domain.errors.areas import AreaNotFound, AreasNotKnownThen, NoAreaThere
from registry.entrypoints.http.area_schemas import (
    AdministrationsView,
    AreasView,
    AreaView,
    LocatedAreaView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["areas"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_AREAS))]
AsOf: TypeAlias = Annotated[
    Day | None, Query(description="As it was on this day; as it is, if not said.")
]
OfList: TypeAlias = Annotated[AreaScheme, Query(description="The list.")]


async def _wanted(  # Each is a filter.
    scheme: OfList = AreaScheme.NBS,
    within: Annotated[Code | None, Query(description="Only this area and its parts.")] = None,
    level: Annotated[AreaLevel | None, Query(description="Only of this level.")] = None,
    is_formal: Annotated[
        bool | None, Query(description="Only those with a government, or only those without.")
    ] = None,
    name: Annotated[
        str | None, Query(min_length=1, max_length=40, description="Only if the name has this.")
    ] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=40,
            pattern=r"[^\W_]",
            description="Chinese in the name, or how its pinyin or the initials of that begin.",
        ),
    ] = None,
    as_of: AsOf = None,
) -> AreaFilter:
    return AreaFilter(
        scheme=scheme,
        within=within,
        level=level,
        is_formal=is_formal,
        name=name,
        q=q,
        as_of=as_of,
    )


@routes.get("/areas", responses=documented(AreasNotKnownThen))
async def list_areas(
    wanted: Annotated[AreaFilter, Depends(_wanted)],
    app: App,
    _scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[AreaView]:
    """List areas, in the order of their codes."""
    found = await app.areas.find_all(wanted, pages.window)
    return pages.page(found, lambda record: AreaView.of(record, language))


@routes.get("/areas/at", responses=documented(NoAreaThere))
async def locate_area(
    app: App,
    _scope: MayRead,
    language: Speaking,
    longitude: Annotated[float, Query(ge=-180, le=180, description="In WGS-84, in degrees.")],
    latitude: Annotated[float, Query(ge=-90, le=90, description="In WGS-84, in degrees.")],
    scheme: OfList = AreaScheme.NBS,
) -> LocatedAreaView:
    """Say in which prefecture a position lies, where borders are known."""
    position = Position(longitude=longitude, latitude=latitude)
    return LocatedAreaView.of(await app.areas.locate(position, scheme), language)


@routes.get("/areas/{scheme}/{code}", responses=documented(AreaNotFound, AreasNotKnownThen))
async def show_area(
    scheme: AreaScheme,
    code: Code,
    app: App,
    _scope: MayRead,
    language: Speaking,
    as_of: AsOf = None,
) -> AreaView:
    """Show one area."""
    return AreaView.of(await app.areas.find(AreaRef(scheme, code), as_of), language)


@routes.get(
    "/areas/{scheme}/{code}/ancestors", responses=documented(AreaNotFound, AreasNotKnownThen)
)
async def list_ancestors(
    scheme: AreaScheme,
    code: Code,
    app: App,
    _scope: MayRead,
    language: Speaking,
    as_of: AsOf = None,
) -> AreasView:
    """List what an area lies in, as administered: from the province to the area itself."""
    found = await app.areas.ancestors(AreaRef(scheme, code), as_of)
    return AreasView(items=[AreaView.of(record, language) for record in found])


@routes.get("/area_administrations")
async def list_area_administrations(
    app: App, _scope: MayRead, scheme: OfList = AreaScheme.NBS
) -> AdministrationsView:
    """List the areas that another authority runs, or once ran, than the list puts them under."""
    return AdministrationsView.of(await app.areas.administrations(scheme))
