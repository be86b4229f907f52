"""The dated lists that areas come from, and how the other services fetch them."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends
from fastapi.responses import StreamingResponse

from common.grants import Scope
from common.http.pages import Page, Pages
from common.http.permissions import permitted, public
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.words import example
from common.vocabulary import AreaScheme
from registry.adapters.ndjson import line_of
from registry.app.permissions import READ_AREAS
from registry.app.ports.areas import AreaList
from registry.domain.area_list import PublishedArea
from registry.domain.errors.areas import AreaListNotFound, AreaListSuperseded
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["areas"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_AREAS))]

_LIST_ID = "6f0f8a52-7d0c-5c40-9d0e-0d3f2b6a9e11"


class AreaListView(View):
    """A published list: what is in it, and how to tell that one has got all of it."""

    model_config = example(
        list_id=_LIST_ID,
        scheme="nbs",
        edition="2023-06-30",
        count=44703,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        path=f"/registry/v1/area_lists/{_LIST_ID}/areas.ndjson",
        published_at="2026-03-01T04:00:00Z",
        is_in_force=True,
    )

    list_id: UUID
    scheme: AreaScheme
    edition: date
    count: int
    sha256: str
    path: str
    published_at: datetime
    is_in_force: bool

    @classmethod
    def of(cls, published: AreaList) -> Self:
        """Show a list."""
        return cls(
            list_id=published.list_id,
            scheme=published.scheme,
            edition=published.edition,
            count=published.count,
            sha256=published.sha256,
            path=published.path,
            published_at=published.published_at,
            is_in_force=published.is_in_force,
        )


@routes.get("/area_lists")
async def list_area_lists(app: App, _scope: MayRead, pages: Pages) -> Page[AreaListView]:
    """List the lists of areas that were published, in force or not."""
    return pages.page(await app.list_area_lists(pages.window), AreaListView.of)


@routes.get("/area_lists/{list_id}", responses=documented(AreaListNotFound))
async def show_area_list(list_id: UUID, app: App, _scope: MayRead) -> AreaListView:
    """Show one list of areas."""
    return AreaListView.of(await app.find_area_list(list_id))


@routes.get(
    "/area_lists/{list_id}/areas.ndjson",
    dependencies=[public()],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One area a line, in the order of codes; SHA-256 as announced.",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **documented(AreaListNotFound, AreaListSuperseded),
    },
)
async def fetch_area_list(list_id: UUID, app: App) -> StreamingResponse:
    """Send all areas of a list, the same bytes to everybody."""
    fetched = await app.fetch_area_list(list_id)
    headers = {"etag": f'"{fetched.published.sha256}"'}
    return StreamingResponse(
        _lines(fetched.areas), media_type="application/x-ndjson", headers=headers
    )


async def _lines(pages: AsyncIterator[Sequence[PublishedArea]]) -> AsyncIterator[bytes]:
    async for areas in pages:
        yield b"".join(map(line_of, areas))
