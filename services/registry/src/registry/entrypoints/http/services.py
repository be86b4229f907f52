"""The service list (服务清单): kept by those whose services they are, and shown to everybody."""

from dataclasses import replace
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
from common.http.places import Within
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.service_list import Audience, CostKind
from common.vocabulary import ServiceCode
from registry.app.list_services import VerifyService, WithdrawService
from registry.app.permissions import (
    READ_SERVICE_ENTRIES,
    READ_SERVICES,
    WRITE_SERVICE_ENTRIES,
)
from registry.app.ports.service_entries import EntryFilter
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.service_list import (
    CostIncomplete,
    ProviderMissing,
    ProviderNotServing,
    ServiceDaysOutOfOrder,
    ServiceEntryChangedMeanwhile,
    ServiceEntryIdTaken,
    ServiceEntryIsWithdrawn,
    ServiceEntryNotFound,
    UnitDoesNotFitService,
    UnknownProvider,
)
from registry.domain.errors.station_profile import HoursDisordered, PositionOutsideChina
from registry.domain.service_entry import EntryId, EntryStatus
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.service_schemas import (
    ServiceEntryView,
    ServiceToList,
    ServiceToRevise,
    ServiceToVerify,
    ServiceToWithdraw,
    ServiceView,
)

routes = router("/registry/v1", tags=["service list"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_SERVICE_ENTRIES))]
MayKeep: TypeAlias = Annotated[Scope, Depends(permitted(READ_SERVICE_ENTRIES))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_SERVICES))]
_OFFERING = (
    UnitDoesNotFitService,
    CostIncomplete,
    ServiceDaysOutOfOrder,
    PositionOutsideChina,
    HoursDisordered,
)


async def _wanted(
    app: App,
    within: Within,
    station_id: Annotated[UUID | None, Query(description="Only of this station.")] = None,
    party_id: Annotated[UUID | None, Query(description="Only of this organisation.")] = None,
    service: Annotated[ServiceCode | None, Query(description="Only this service.")] = None,
    audience: Annotated[Audience | None, Query(description="Only what is for them.")] = None,
    cost: Annotated[CostKind | None, Query(description="Only at such a cost.")] = None,
) -> EntryFilter:
    return EntryFilter(
        on=app.services.today(),
        within=within,
        station=station_id,
        party=party_id,
        service=service,
        audience=audience,
        cost=cost,
    )


Wanted: TypeAlias = Annotated[EntryFilter, Depends(_wanted)]
InState: TypeAlias = Annotated[EntryStatus | None, Query(description="Only in this state.")]


@routes.get("/services")
async def show_services(
    app: App, _scope: MayRead, pages: Pages, language: Speaking, wanted: Wanted
) -> Page[ServiceView]:
    """Show the services that count today, of stations and organisations that serve."""
    found = await app.services.show_list(wanted, pages.window)
    return pages.page(found, lambda entry: ServiceView.of(entry, language))


@routes.get("/services/{entry_id}", responses=documented(ServiceEntryNotFound))
async def show_service(
    entry_id: UUID, app: App, _scope: MayRead, language: Speaking
) -> ServiceView:
    """Show one service that counts today; of a confidential place nothing but the area."""
    return ServiceView.of(await app.services.show(EntryId(entry_id)), language)


@routes.post(
    "/service_entries",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": ServiceEntryView, "description": "It was listed before, just so."},
        **documented(
            ProviderMissing,
            UnknownProvider,
            OutsideYourScope,
            ProviderNotServing,
            ServiceEntryIdTaken,
            *_OFFERING,
        ),
    },
)
async def list_service(
    body: ServiceToList, app: App, scope: MayWrite, language: Speaking, response: Response
) -> ServiceEntryView:
    """List a service of a station or an organisation; whoever lists it has verified it today."""
    made = await app.services.add(body.command(), scope)
    location = f"{routes.prefix}/service_entries/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return ServiceEntryView.whole(made.thing, language, on=app.services.today())


@routes.get("/service_entries")
async def list_entries(
    app: App,
    scope: MayKeep,
    pages: Pages,
    language: Speaking,
    wanted: Wanted,
    status: InState = None,
) -> Page[ServiceEntryView]:
    """List the entries that the caller keeps, those that lapsed or were withdrawn too."""
    found = await app.services.list(replace(wanted, status=status), scope, pages.window)
    return pages.page(found, lambda entry: ServiceEntryView.whole(entry, language, on=wanted.on))


@routes.get("/service_entries/{entry_id}", responses=documented(ServiceEntryNotFound))
async def show_entry(
    entry_id: UUID, app: App, scope: MayKeep, language: Speaking, response: Response
) -> ServiceEntryView:
    """Show one entry with all that is confidential about it."""
    entry = await app.services.find(EntryId(entry_id), scope)
    tag(response, entry.version)
    return ServiceEntryView.whole(entry, language, on=app.services.today())


@routes.put(
    "/service_entries/{entry_id}",
    responses=documented(
        ServiceEntryNotFound,
        ServiceEntryIsWithdrawn,
        ServiceEntryChangedMeanwhile,
        PreconditionFailed,
        *_OFFERING,
    ),
)
async def revise_entry(
    entry_id: UUID,
    body: ServiceToRevise,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ServiceEntryView:
    """Offer something else from now on; that alone does not verify the entry."""
    entry = await app.services.revise(body.command(entry_id, seen), scope)
    tag(response, entry.version)
    return ServiceEntryView.whole(entry, language, on=app.services.today())


@routes.post(
    "/service_entries/{entry_id}/verification",
    responses=documented(
        ServiceEntryNotFound,
        ServiceEntryIsWithdrawn,
        ProviderNotServing,
        DayInTheFuture,
        ServiceEntryChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def verify_entry(
    entry_id: UUID,
    body: ServiceToVerify,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ServiceEntryView:
    """Make sure that an entry still holds; one that lapsed is listed again by this."""
    command = VerifyService(entry_id=EntryId(entry_id), verified_on=body.verified_on, seen=seen)
    entry = await app.services.verify(command, scope)
    tag(response, entry.version)
    return ServiceEntryView.whole(entry, language, on=app.services.today())


@routes.post(
    "/service_entries/{entry_id}/withdrawal",
    responses=documented(
        ServiceEntryNotFound,
        ServiceEntryIsWithdrawn,
        DayInTheFuture,
        ServiceEntryChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def withdraw_entry(
    entry_id: UUID,
    body: ServiceToWithdraw,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ServiceEntryView:
    """Take an entry off the list for good."""
    command = WithdrawService(entry_id=EntryId(entry_id), withdrawn_on=body.withdrawn_on, seen=seen)
    entry = await app.services.withdraw(command, scope)
    tag(response, entry.version)
    return ServiceEntryView.whole(entry, language, on=app.services.today())
