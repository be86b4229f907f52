"""What is said about workers, volunteers and organisations, and who is posted where."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from registry.app.permissions import (
    READ_PARTIES,
    READ_POSTINGS,
    WRITE_PARTIES,
    WRITE_POSTINGS,
)
from registry.app.ports.postings import PostingFilter
from registry.domain.errors.parties import PartyNotFound
from registry.domain.errors.profiles import (
    AvailabilityOverlaps,
    CreditCodeInvalid,
    CreditCodeTaken,
    PermitDaysOutOfOrder,
    PostingAlreadyEnded,
    PostingDaysOutOfOrder,
    PostingNotFound,
    PostingsOverlap,
    ProfileChangedMeanwhile,
    ProfileDoesNotFitParty,
    ProfileNotFound,
    StationHasClosed,
)
from registry.domain.errors.stations import StationNotFound
from registry.domain.party import PartyId
from registry.domain.posting import PostingId
from registry.entrypoints.http.profile_schemas import (
    OrganisationToDescribe,
    OrganisationView,
    PostingToEnd,
    PostingView,
    VolunteerToDescribe,
    VolunteerView,
    WorkerToDescribe,
    WorkerToPost,
    WorkerView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["parties"])

PARTY = "/parties/{party_id}"
MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_PARTIES))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_PARTIES))]
MayPost: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_POSTINGS))]
MayReadPostings: TypeAlias = Annotated[Scope, Depends(permitted(READ_POSTINGS))]
_DESCRIBED = (
    PartyNotFound,
    ProfileDoesNotFitParty,
    ProfileChangedMeanwhile,
    PreconditionFailed,
)
_SHOWN = documented(PartyNotFound, ProfileNotFound)


@routes.put(f"{PARTY}/social_worker", responses=documented(*_DESCRIBED))
async def describe_worker(
    party_id: UUID,
    body: WorkerToDescribe,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> WorkerView:
    """Say what a social worker is: level, registration, education, full or part time."""
    worker = await app.profiles.describe_worker(body.worker(party_id), scope, seen)
    tag(response, worker.version)
    return WorkerView.of(worker, language)


@routes.get(f"{PARTY}/social_worker", responses=_SHOWN)
async def show_worker(
    party_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> WorkerView:
    """Show what is said about a social worker."""
    worker = await app.profiles.worker(PartyId(party_id), scope)
    tag(response, worker.version)
    return WorkerView.of(worker, language)


@routes.put(f"{PARTY}/volunteer", responses=documented(*_DESCRIBED, AvailabilityOverlaps))
async def describe_volunteer(
    party_id: UUID,
    body: VolunteerToDescribe,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> VolunteerView:
    """Say what a volunteer can do and when; the first time they get a volunteer number."""
    volunteer = await app.profiles.describe_volunteer(body.command(party_id), scope, seen)
    tag(response, volunteer.version)
    return VolunteerView.of(volunteer, language)


@routes.get(f"{PARTY}/volunteer", responses=_SHOWN)
async def show_volunteer(
    party_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> VolunteerView:
    """Show what is said about a volunteer, with the stars that service has earned."""
    volunteer = await app.profiles.volunteer(PartyId(party_id), scope)
    tag(response, volunteer.version)
    return VolunteerView.of(volunteer, language)


@routes.put(
    f"{PARTY}/organisation",
    responses=documented(*_DESCRIBED, CreditCodeInvalid, CreditCodeTaken, PermitDaysOutOfOrder),
)
async def describe_organisation(
    party_id: UUID,
    body: OrganisationToDescribe,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> OrganisationView:
    """Say what an organisation, a community or a provider is."""
    organisation = await app.profiles.describe_organisation(
        body.organisation(party_id), scope, seen
    )
    tag(response, organisation.version)
    return OrganisationView.of(organisation, language)


@routes.get(f"{PARTY}/organisation", responses=_SHOWN)
async def show_organisation(
    party_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> OrganisationView:
    """Show what is said about an organisation, a community or a provider."""
    organisation = await app.profiles.organisation(PartyId(party_id), scope)
    tag(response, organisation.version)
    return OrganisationView.of(organisation, language)


@routes.post(
    "/postings",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        PartyNotFound,
        StationNotFound,
        StationHasClosed,
        ProfileDoesNotFitParty,
        PostingsOverlap,
        PostingDaysOutOfOrder,
        ProfileChangedMeanwhile,
    ),
)
async def post_worker(
    body: WorkerToPost, app: App, scope: MayPost, response: Response
) -> PostingView:
    """Post a social worker to a station; nobody has two full-time postings on one day."""
    posting = await app.profiles.post(body.command(), scope)
    entered(response, is_new=True, version=posting.version)
    return PostingView.of(posting)


@routes.get("/postings")
async def list_postings(
    app: App,
    scope: MayReadPostings,
    pages: Pages,
    station_id: Annotated[UUID | None, Query(description="Only to this station.")] = None,
    worker_id: Annotated[UUID | None, Query(description="Only of this worker.")] = None,
) -> Page[PostingView]:
    """List the postings that the caller may see, page by page."""
    wanted = PostingFilter(station_id=station_id, worker_id=worker_id)
    found = await app.profiles.list_postings(wanted, scope, pages.window)
    return pages.page(found, PostingView.of)


@routes.post(
    "/postings/{posting_id}/end",
    responses=documented(
        PostingNotFound,
        PostingAlreadyEnded,
        PostingDaysOutOfOrder,
        ProfileChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def end_posting(
    posting_id: UUID,
    body: PostingToEnd,
    app: App,
    scope: MayPost,
    seen: IfMatch,
    response: Response,
) -> PostingView:
    """Give a posting its last day."""
    posting = await app.profiles.end_posting(PostingId(posting_id), body.ends_on, scope, seen)
    tag(response, posting.version)
    return PostingView.of(posting)
