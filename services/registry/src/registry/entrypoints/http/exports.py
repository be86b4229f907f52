"""What hangs on stations and parties, as files that would change nothing if they were imported."""

from dataclasses import replace
from typing import Annotated, TypeAlias

from fastapi import Depends
from fastapi.responses import StreamingResponse

from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.route import router
from common.vocabulary import Society
from registry.app import organisation_sheet, volunteer_sheet, worker_sheet
from registry.app.permissions import READ_PARTIES
from registry.domain.imports import Form
from registry.entrypoints.http.party_filters import PartiesWanted, PeopleWanted
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.sheets import FILE, exported

routes = router("/registry/v1/exports", tags=["sheets"])

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
