"""Service contracts: signing, renewing, ending, finding."""

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
from registry.app.keep_contracts import RenewContract, TerminateContract
from registry.app.permissions import READ_CONTRACTS, WRITE_CONTRACTS
from registry.app.ports.contracts import ContractFilter
from registry.domain.errors.contracts import (
    ContractAlreadyRenewed,
    ContractChangedMeanwhile,
    ContractEndsEarlier,
    ContractIdTaken,
    ContractNotFound,
    ContractOverlaps,
    ContractTerminated,
)
from registry.domain.errors.references import (
    DaysOutOfOrder,
    PartyOfWrongKind,
    UnknownParty,
    UnknownStation,
)
from registry.entrypoints.http.contract_schemas import (
    ContractToRenew,
    ContractToSign,
    ContractToTerminate,
    ContractView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/service_contracts", tags=["service contracts"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_CONTRACTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_CONTRACTS))]

_MADE_BEFORE = {"model": ContractView, "description": "It was entered before, just so."}


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: _MADE_BEFORE,
        **documented(
            UnknownArea,
            AreasNotReady,
            OutsideYourScope,
            UnknownParty,
            PartyOfWrongKind,
            UnknownStation,
            DaysOutOfOrder,
            ContractIdTaken,
            ContractOverlaps,
        ),
    },
)
async def sign_contract(
    body: ContractToSign, app: App, scope: MayWrite, language: Speaking, response: Response
) -> ContractView:
    """Enter a contract that was signed. A station is under one contract at a time."""
    made = await app.profession.contracts.sign(body.command(), scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return ContractView.of(made.thing, language)


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    agency_id: Annotated[UUID | None, Query(description="Only with this agency.")] = None,
    station_id: Annotated[UUID | None, Query(description="Only for this station.")] = None,
    on: Annotated[date | None, Query(description="Only what holds on this day.")] = None,
) -> ContractFilter:
    return ContractFilter(within=within, scheme=scheme, agency=agency_id, station=station_id, on=on)


@routes.get("")
async def list_contracts(
    app: App,
    wanted: Annotated[ContractFilter, Depends(_wanted)],
    scope: MayRead,
    pages: Pages,
    language: Speaking,
) -> Page[ContractView]:
    """List the contracts that the caller may see, page by page."""
    found = await app.profession.contracts.list(wanted, scope, pages.window)
    return pages.page(found, lambda contract: ContractView.of(contract, language))


@routes.get("/{contract_id}", responses=documented(ContractNotFound))
async def show_contract(
    contract_id: UUID, app: App, scope: MayRead, language: Speaking, response: Response
) -> ContractView:
    """Show one contract."""
    contract = await app.profession.contracts.find(contract_id, scope)
    tag(response, contract.version)
    return ContractView.of(contract, language)


@routes.post(
    "/{contract_id}/renewal",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: _MADE_BEFORE,
        **documented(
            ContractNotFound,
            ContractTerminated,
            ContractAlreadyRenewed,
            ContractIdTaken,
            ContractOverlaps,
            DaysOutOfOrder,
        ),
    },
)
async def renew_contract(
    contract_id: UUID,
    body: ContractToRenew,
    app: App,
    scope: MayWrite,
    language: Speaking,
    response: Response,
) -> ContractView:
    """Enter the next contract for the same work; it begins on the day after."""
    command = RenewContract(
        id=body.id, contract_id=contract_id, amount_fen=body.amount_fen, ends_on=body.ends_on
    )
    made = await app.profession.contracts.renew(command, scope)
    location = f"{routes.prefix}/{made.thing.id}"
    entered(response, is_new=made.is_new, version=made.thing.version, location=location)
    return ContractView.of(made.thing, language)


@routes.post(
    "/{contract_id}/termination",
    responses=documented(
        ContractNotFound,
        ContractTerminated,
        ContractEndsEarlier,
        DaysOutOfOrder,
        ContractChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def terminate_contract(
    contract_id: UUID,
    body: ContractToTerminate,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ContractView:
    """End a contract before its time; its stations are free from the next day on."""
    command = TerminateContract(
        contract_id=contract_id, ended_on=body.ended_on, reason=body.reason, seen=seen
    )
    contract = await app.profession.contracts.terminate(command, scope)
    tag(response, contract.version)
    return ContractView.of(contract, language)
