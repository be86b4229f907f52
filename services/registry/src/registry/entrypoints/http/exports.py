"""What hangs on stations and parties, as files that would change nothing if they were imported."""

from dataclasses import replace
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse

from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.route import router
from common.vocabulary import Society
from registry.app import (
    organisation_sheet,
    posting_sheet,
    service_rows,
    volunteer_sheet,
    worker_sheet,
)
from registry.app.permissions import READ_PARTIES, READ_POSTINGS, READ_SERVICE_ENTRIES
from registry.app.ports.postings import PostingFilter
from registry.domain.imports import Form
from registry.entrypoints.http.party_filters import PartiesWanted, PeopleWanted
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.services import InState
from registry.entrypoints.http.services import Wanted as ServicesWanted
from registry.entrypoints.http.sheets import FILE, exported

routes = router("/registry/v1/exports", tags=["sheets"])

MayReadPostings: TypeAlias = Annotated[Scope, Depends(permitted(READ_POSTINGS))]
MayKeepServices: TypeAlias = Annotated[Scope, Depends(permitted(READ_SERVICE_ENTRIES))]
MayReadParties: TypeAlias = Annotated[Scope, Depends(permitted(READ_PARTIES))]


@routes.get("/social_workers.{form}", response_class=StreamingResponse, responses=FILE)
async def export_social_workers(
    form: Form, app: App, scope: MayReadParties, wanted: PeopleWanted, language: Speaking
) -> StreamingResponse:
    """Send the social workers that somebody has described; no contact data of anybody."""
    asked = replace(wanted, society=Society.SOCIAL_WORKER)
    return exported(
        app.imports.sheets.get("social_workers"),
        form,
        language,
        lambda window: app.profiles.list_workers(asked, scope, window),
        worker_sheet.values_of,
    )


@routes.get("/volunteers.{form}", response_class=StreamingResponse, responses=FILE)
async def export_volunteers(
    form: Form, app: App, scope: MayReadParties, wanted: PeopleWanted, language: Speaking
) -> StreamingResponse:
    """Send the volunteers that somebody has described; no contact data of anybody."""
    asked = replace(wanted, society=Society.VOLUNTEER)
    return exported(
        app.imports.sheets.get("volunteers"),
        form,
        language,
        lambda window: app.profiles.list_volunteers(asked, scope, window),
        volunteer_sheet.values_of,
    )


@routes.get("/organisations.{form}", response_class=StreamingResponse, responses=FILE)
async def export_organisations(
    form: Form, app: App, scope: MayReadParties, wanted: PartiesWanted, language: Speaking
) -> StreamingResponse:
    """Send the organisations, communities and providers that somebody has described."""
    return exported(
        app.imports.sheets.get("organisations"),
        form,
        language,
        lambda window: app.profiles.list_organisations(wanted, scope, window),
        organisation_sheet.values_of,
    )


@routes.get("/postings.{form}", response_class=StreamingResponse, responses=FILE)
async def export_postings(
    form: Form,
    app: App,
    scope: MayReadPostings,
    language: Speaking,
    station_id: Annotated[UUID | None, Query(description="Only to this station.")] = None,
    worker_id: Annotated[UUID | None, Query(description="Only of this worker.")] = None,
) -> StreamingResponse:
    """Send the postings of which the caller may see both the station and the worker."""
    wanted = PostingFilter(station_id=station_id, worker_id=worker_id)
    return exported(
        app.imports.sheets.get("postings"),
        form,
        language,
        lambda window: app.profiles.list_postings_found(wanted, scope, window),
        posting_sheet.values_of,
    )


@routes.get("/service_entries.{form}", response_class=StreamingResponse, responses=FILE)
async def export_service_entries(
    form: Form,
    app: App,
    scope: MayKeepServices,
    wanted: ServicesWanted,
    language: Speaking,
    status: InState = None,
) -> StreamingResponse:
    """Send the entries that the caller keeps; of a confidential place no address."""
    asked = replace(wanted, status=status)
    return exported(
        app.imports.sheets.get("service_entries"),
        form,
        language,
        lambda window: app.services.list_found(asked, scope, window),
        service_rows.values_of,
    )
