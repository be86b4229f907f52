"""Experts: taking them into the pool of an area, letting them go, finding them."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.errors import PreconditionFailed
from common.grants import OutsideYourScope, Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.places import AreasNotReady, UnknownArea
from registry.app.permissions import READ_EXPERTS, WRITE_EXPERTS
from registry.app.ports.experts import ExpertFilter
from registry.domain.errors.experts import (
    ExpertAppointedAlready,
    ExpertChangedMeanwhile,
    ExpertIdTaken,
    ExpertNotFound,
)
from registry.domain.errors.references import DaysOutOfOrder, PartyOfWrongKind, UnknownParty
from registry.domain.errors.tenures import TermInUse, TermOver
from registry.domain.expert import ExpertField
from registry.entrypoints.http.expert_schemas import ExpertToAppoint, ExpertView
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.tenure_schemas import TermToEnd

routes = router("/registry/v1/experts", tags=["experts"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_EXPERTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_EXPERTS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": ExpertView, "description": "It was entered before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            UnknownParty,
            PartyOfWrongKind,
            ExpertAppointedAlready,
            ExpertIdTaken,
            DaysOutOfOrder,
        ),
    },
)
async def appoint_expert(
    body: ExpertToAppoint, app: App, scope: MayWrite, language: Speaking, response: Response
) -> ExpertView:
    """Take a person into the pool of an area, for a term."""
    made = await app.profession.experts.appoint(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return ExpertView.of(made.thing, language)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    party_id: Annotated[UUID | None, Query(description="Only this person.")] = None,
    field: Annotated[ExpertField | None, Query(description="Only who knows this.")] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> ExpertFilter:
    return ExpertFilter(within=within, scheme=scheme, party=party_id, field=field, on=on)


@routes.get("")
async def list_experts(
    app: App,
    wanted: Annotated[ExpertFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[ExpertView]:
    """List the experts of the pools that the caller may see, page by page."""
    found = await app.profession.experts.list(wanted, scope, pages.window)
    return pages.page(found, lambda expert: ExpertView.of(expert, language))


@routes.get("/{expert_id}", responses=documented(ExpertNotFound))
async def show_expert(
    expert_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> ExpertView:
    """Show one expert."""
    expert = await app.profession.experts.find(expert_id, scope)
    tag(response, expert.version)
    return ExpertView.of(expert, language)


@routes.post(
    "/{expert_id}/end",
    responses=documented(
        ExpertNotFound,
        TermOver,
        TermInUse,
        DaysOutOfOrder,
        ExpertChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_expert(
    expert_id: UUID,
    body: TermToEnd,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ExpertView:
    """Let an expert go before the end of the term, once nothing lasts longer."""
    expert = await app.profession.experts.end(body.command(expert_id, seen), scope)
    tag(response, expert.version)
    return ExpertView.of(expert, language)
