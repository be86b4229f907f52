"""Imports: sending a file, looking at what is wrong with it, having it written."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from common.grants import OutsideYourScope, RoleNotPermitted, Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import admission_of, permitted
from common.http.problems import documented
from common.http.route import router
from common.http.sse import EventSourceResponse, ResumeAfter, ServerSentEvent, while_admitted
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import MAKE_IMPORTS
from registry.domain.errors.imports import (
    ImportAlreadyComplete,
    ImportHasFlaws,
    ImportNotChecked,
    ImportNotFound,
    ImportNotToBeMapped,
    MappingNamesNoField,
    MappingNotFound,
    NoSuchPart,
    PartTooLarge,
    UnknownSubject,
)
from registry.domain.imports import MOST_PARTS, Import, ImportId
from registry.entrypoints.http.import_schemas import (
    FlawView,
    ImportToBegin,
    ImportToCommit,
    ImportView,
    MappingToConfirm,
    SavedMappingView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["imports"])

MayImport: TypeAlias = Annotated[Scope, Depends(permitted(MAKE_IMPORTS))]

_OCTETS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "At most a mebibyte of the file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@routes.post(
    "/imports",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        UnknownSubject,
        UnknownArea,
        AreasNotReady,
        OutsideYourScope,
        RoleNotPermitted,
        MappingNotFound,
    ),
)
async def begin_import(
    body: ImportToBegin,
    app: App,
    scope: MayImport,
    language: Speaking,
    request: Request,
    response: Response,
) -> ImportView:
    """Announce a file; its parts are sent next."""
    caller = admission_of(request).caller
    begun = await app.imports.files.begin(body.command(), scope, caller)
    response.headers["location"] = f"{routes.prefix}/imports/{begun.id}"
    return ImportView.of(begun, language)


@routes.get("/imports")
async def list_imports(
    app: App, scope: MayImport, pages: Pages, language: Speaking
) -> Page[ImportView]:
    """List the imports that the caller may see, page by page, the oldest first."""
    found = await app.imports.files.list(scope, pages.window)
    return pages.page(found, lambda each: ImportView.of(each, language))


@routes.get("/imports/{import_id}", responses=documented(ImportNotFound))
async def show_import(
    import_id: UUID, app: App, scope: MayImport, language: Speaking
) -> ImportView:
    """Show an import, and how far it is."""
    return ImportView.of(await app.imports.files.find(ImportId(import_id), scope), language)


@routes.put(
    "/imports/{import_id}/parts/{number}",
    responses=documented(ImportNotFound, ImportAlreadyComplete, NoSuchPart, PartTooLarge),
    openapi_extra=_OCTETS,
)
async def send_part(
    import_id: UUID,
    number: Annotated[int, Path(ge=1, le=MOST_PARTS, description="Counted from 1.")],
    app: App,
    scope: MayImport,
    language: Speaking,
    request: Request,
) -> ImportView:
    """Send a part of the file, at most a mebibyte; with the last one its check begins."""
    content = await request.body()
    received = await app.imports.files.receive(ImportId(import_id), number, content, scope)
    return ImportView.of(received, language)


@routes.post(
    "/imports/{import_id}/mapping",
    responses=documented(ImportNotFound, ImportNotToBeMapped, MappingNamesNoField),
)
async def confirm_mapping(
    import_id: UUID,
    body: MappingToConfirm,
    app: App,
    scope: MayImport,
    language: Speaking,
    request: Request,
) -> ImportView:
    """Say how the file is to be read, and have it checked so."""
    caller = admission_of(request).caller
    mapped = await app.imports.files.map(body.command(import_id), scope, caller)
    return ImportView.of(mapped, language)


@routes.post(
    "/imports/{import_id}/commit",
    responses=documented(ImportNotFound, ImportNotChecked, ImportHasFlaws),
)
async def commit_import(
    import_id: UUID,
    body: ImportToCommit,
    app: App,
    scope: MayImport,
    language: Speaking,
    request: Request,
) -> ImportView:
    """Have the file written: all of it, or only the rows that are good."""
    caller = admission_of(request).caller
    wanted = await app.imports.files.commit(ImportId(import_id), body.accept, scope, caller)
    return ImportView.of(wanted, language)


@routes.get("/imports/{import_id}/flaws", responses=documented(ImportNotFound))
async def list_flaws(
    import_id: UUID, app: App, scope: MayImport, pages: Pages, language: Speaking
) -> Page[FlawView]:
    """List what is wrong with the rows, in their order: the first 5,000 rows that are refused."""
    found = await app.imports.files.flaws(ImportId(import_id), scope, pages.window)
    return pages.page(found, lambda flaw: FlawView.of(flaw, language))


async def _visible(import_id: UUID, app: App, scope: MayImport) -> Import:
    return await app.imports.files.find(ImportId(import_id), scope)


@routes.get(
    "/imports/{import_id}/progress",
    response_class=EventSourceResponse,
    responses=documented(ImportNotFound),
)
async def stream_progress(
    request: Request,
    app: App,
    scope: MayImport,
    found: Annotated[Import, Depends(_visible)],
    language: Speaking,
    resume: ResumeAfter,
) -> AsyncIterator[ServerSentEvent]:
    """Tell how far the import is, until it rests.

    Each event's `id` is the revision; with `Last-Event-ID` only what is newer is told.
    """
    async with (
        aclosing(app.imports.files.watch(found.id, scope, resume)) as changes,
        aclosing(while_admitted(request, changes)) as admitted,
    ):
        async for changed in admitted:
            yield ServerSentEvent(
                event=changed.state.value,
                id=str(changed.revision),
                data=ImportView.of(changed, language),
            )


@routes.get("/mappings", responses=documented(UnknownSubject))
async def list_mappings(
    app: App,
    scope: MayImport,
    pages: Pages,
    subject: Annotated[str | None, Query(max_length=40, description="Only of this.")] = None,
) -> Page[SavedMappingView]:
    """List the mappings that areas within the caller's scope keep."""
    found = await app.imports.files.mappings(subject, scope, pages.window)
    return pages.page(found, SavedMappingView.of)
