"""Examinations: announcing, entering, stating results, finding."""

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
from registry.app.keep_examinations import EnterCandidates, StateResults
from registry.app.permissions import READ_TRAININGS, WRITE_TRAININGS
from registry.app.ports.trainings import ExaminationFilter
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.examinations import (
    ExaminationChangedMeanwhile,
    ExaminationIdTaken,
    ExaminationNotFound,
    ExaminationOver,
    MorePassedThanEntered,
    NotACandidate,
)
from registry.domain.errors.references import PartyOfWrongKind, UnknownParty
from registry.domain.examination import ExaminationState
from registry.domain.social_worker import CertificateLevel
from registry.entrypoints.http.examination_schemas import (
    CandidacyView,
    CandidatesToEnter,
    ExaminationToAnnounce,
    ExaminationView,
    ResultsToState,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/examinations", tags=["examinations"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_TRAININGS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TRAININGS))]

_CHANGING = (
    ExaminationNotFound,
    ExaminationOver,
    ExaminationChangedMeanwhile,
    PreconditionFailed,
)


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": ExaminationView, "description": "It was entered before, just so."},
        **documented(UnknownArea, AreasNotReady, OutsideYourScope, ExaminationIdTaken),
    },
)
async def announce_examination(
    body: ExaminationToAnnounce, app: App, scope: MayWrite, language: Speaking, response: Response
) -> ExaminationView:
    """Say which level of which session is held on which day."""
    made = await app.profession.examinations.announce(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return ExaminationView.of(made.thing, language)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    level: CertificateLevel | None = None,
    state: ExaminationState | None = None,
    candidate_id: Annotated[UUID | None, Query(description="Only with this person.")] = None,
    since: Annotated[
        date | None, Query(description="Only those held on this day or later.")
    ] = None,
    until: Annotated[
        date | None, Query(description="Only those held on this day or earlier.")
    ] = None,
) -> ExaminationFilter:
    return ExaminationFilter(
        within=within,
        scheme=scheme,
        level=level,
        state=state,
        candidate=candidate_id,
        since=since,
        until=until,
    )


@routes.get("")
async def list_examinations(
    app: App,
    wanted: Annotated[ExaminationFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[ExaminationView]:
    """List the examinations that the caller may see, page by page."""
    found = await app.profession.examinations.list(wanted, scope, pages.window)
    return pages.page(found, lambda examination: ExaminationView.of(examination, language))


@routes.get("/{examination_id}", responses=documented(ExaminationNotFound))
async def show_examination(
    examination_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> ExaminationView:
    """Show one examination."""
    examination = await app.profession.examinations.find(examination_id, scope)
    tag(response, examination.version)
    return ExaminationView.of(examination, language)


@routes.get("/{examination_id}/candidates", responses=documented(ExaminationNotFound))
async def list_candidates(
    examination_id: UUID, app: App, scope: MayRead, pages: Pages
) -> Page[CandidacyView]:
    """List who has entered, and whether they passed once that is known."""
    found = await app.profession.examinations.candidates(examination_id, scope, pages.window)
    return pages.page(found, CandidacyView.of)


@routes.post(
    "/{examination_id}/entries",
    responses=documented(*_CHANGING, UnknownParty, PartyOfWrongKind),
)
async def enter_candidates(
    examination_id: UUID,
    body: CandidatesToEnter,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ExaminationView:
    """Enter people; who is a candidate already stays one."""
    command = EnterCandidates(
        examination_id=examination_id, candidates=frozenset(body.candidate_ids), seen=seen
    )
    examination = await app.profession.examinations.enter(command, scope)
    tag(response, examination.version)
    return ExaminationView.of(examination, language)


@routes.post(
    "/{examination_id}/results",
    responses=documented(*_CHANGING, DayInTheFuture, NotACandidate, MorePassedThanEntered),
)
async def state_results(
    examination_id: UUID,
    body: ResultsToState,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ExaminationView:
    """State who passed, once; the level in the profile of a worker follows the certificate."""
    command = StateResults(
        examination_id=examination_id,
        passed=frozenset(body.passed_ids),
        others=body.others(),
        seen=seen,
    )
    examination = await app.profession.examinations.state_results(command, scope)
    tag(response, examination.version)
    return ExaminationView.of(examination, language)


@routes.post("/{examination_id}/cancellation", responses=documented(*_CHANGING))
async def cancel_examination(
    examination_id: UUID,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ExaminationView:
    """Call an examination off."""
    examination = await app.profession.examinations.cancel(examination_id, scope, seen)
    tag(response, examination.version)
    return ExaminationView.of(examination, language)
