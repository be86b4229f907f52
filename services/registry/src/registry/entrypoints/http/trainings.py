"""Trainings: announcing, enrolling, completing, finding, and what they add up to."""

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
from registry.app.keep_trainings import CompleteTraining, EnrolWorkers
from registry.app.permissions import READ_TRAININGS, WRITE_TRAININGS
from registry.app.ports.trainings import TrainingFilter
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.references import DaysOutOfOrder, PartyOfWrongKind, UnknownParty
from registry.domain.errors.trainings import (
    MoreCompletedThanCame,
    NotInCohort,
    TrainingChangedMeanwhile,
    TrainingHoursExceeded,
    TrainingIdTaken,
    TrainingNotFound,
    TrainingOver,
)
from registry.domain.training import TrainingKind, TrainingState
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.training_schemas import (
    AttendanceView,
    TrainingToAnnounce,
    TrainingToComplete,
    TrainingView,
    WorkersToEnrol,
)

routes = router("/registry/v1/trainings", tags=["trainings"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_TRAININGS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_TRAININGS))]

_CHANGING = (TrainingNotFound, TrainingOver, TrainingChangedMeanwhile, PreconditionFailed)


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": TrainingView, "description": "It was entered before, just so."},
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            UnknownParty,
            PartyOfWrongKind,
            DaysOutOfOrder,
            TrainingHoursExceeded,
            TrainingIdTaken,
        ),
    },
)
async def announce_training(
    body: TrainingToAnnounce, app: App, scope: MayWrite, language: Speaking, response: Response
) -> TrainingView:
    """Say what is taught to which cohort, by whom, where and when."""
    made = await app.profession.trainings.announce(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return TrainingView.of(made.thing, language)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    kind: TrainingKind | None = None,
    state: TrainingState | None = None,
    organiser_id: Annotated[UUID | None, Query(description="Only by this party.")] = None,
    worker_id: Annotated[UUID | None, Query(description="Only with this person.")] = None,
    since: Annotated[date | None, Query(description="Only what ends on this day or later.")] = None,
    until: Annotated[
        date | None, Query(description="Only what ends on this day or earlier.")
    ] = None,
) -> TrainingFilter:
    return TrainingFilter(
        within=within,
        scheme=scheme,
        kind=kind,
        state=state,
        organiser=organiser_id,
        worker=worker_id,
        since=since,
        until=until,
    )


@routes.get("")
async def list_trainings(
    app: App,
    wanted: Annotated[TrainingFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[TrainingView]:
    """List the trainings that the caller may see, page by page."""
    found = await app.profession.trainings.list(wanted, scope, pages.window)
    return pages.page(found, lambda training: TrainingView.of(training, language))


@routes.get("/{training_id}", responses=documented(TrainingNotFound))
async def show_training(
    training_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> TrainingView:
    """Show one training."""
    training = await app.profession.trainings.find(training_id, scope)
    tag(response, training.version)
    return TrainingView.of(training, language)


@routes.get("/{training_id}/cohort", responses=documented(TrainingNotFound))
async def list_cohort(
    training_id: UUID, app: App, scope: MayRead, pages: Pages
) -> Page[AttendanceView]:
    """List who is enrolled, with the hours they attended once these were stated."""
    found = await app.profession.trainings.cohort(training_id, scope, pages.window)
    return pages.page(found, AttendanceView.of)


@routes.post(
    "/{training_id}/enrolment",
    responses=documented(*_CHANGING, UnknownParty, PartyOfWrongKind),
)
async def enrol_workers(
    training_id: UUID,
    body: WorkersToEnrol,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> TrainingView:
    """Put people into the cohort; who is in it already stays there."""
    command = EnrolWorkers(training_id=training_id, workers=frozenset(body.worker_ids), seen=seen)
    training = await app.profession.trainings.enrol(command, scope)
    tag(response, training.version)
    return TrainingView.of(training, language)


@routes.post(
    "/{training_id}/completion",
    responses=documented(
        *_CHANGING, DayInTheFuture, NotInCohort, TrainingHoursExceeded, MoreCompletedThanCame
    ),
)
async def complete_training(
    training_id: UUID,
    body: TrainingToComplete,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> TrainingView:
    """State who attended, after the last day; what they completed counts to their education."""
    command = CompleteTraining(
        training_id=training_id, attendance=body.hours(), others=body.others(), seen=seen
    )
    training = await app.profession.trainings.complete(command, scope)
    tag(response, training.version)
    return TrainingView.of(training, language)


@routes.post("/{training_id}/cancellation", responses=documented(*_CHANGING))
async def cancel_training(
    training_id: UUID,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> TrainingView:
    """Call a training off."""
    training = await app.profession.trainings.cancel(training_id, scope, seen)
    tag(response, training.version)
    return TrainingView.of(training, language)
