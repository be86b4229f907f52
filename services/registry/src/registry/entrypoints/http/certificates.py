"""Volunteers' hours, certificates of them, and the page on which anybody verifies one."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from common.grants import Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted, public
from common.http.problems import documented
from common.http.route import router
from registry.app.permissions import READ_CERTIFICATES, READ_HOURS, WRITE_CERTIFICATES
from registry.domain.certificate import CertificateId
from registry.domain.errors.certificates import (
    CertificateAlreadyRevoked,
    CertificateNotFound,
    IssuerNotAnOrganisation,
    NoHoursConfirmed,
    NotAVolunteer,
    PeriodOutOfOrder,
)
from registry.domain.errors.parties import PartyNotFound
from registry.domain.party import PartyId
from registry.entrypoints.http.certificate_page import SECURITY, page
from registry.entrypoints.http.certificate_schemas import (
    CertificateToIssue,
    CertificateToRevoke,
    CertificateView,
    HoursView,
    RecordView,
    VerificationView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["volunteer hours"])

OF_PARTY = "/parties/{party_id}"
VERIFICATION = "/certificates"
PDF = "application/pdf"
MayReadHours: TypeAlias = Annotated[Scope, Depends(permitted(READ_HOURS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_CERTIFICATES))]
MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_CERTIFICATES))]
Number: TypeAlias = Annotated[
    str, Path(pattern=r"^ZM\d{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$", description="As on the paper.")
]


@routes.get(OF_PARTY + "/volunteer_record", responses=documented(PartyNotFound))
async def show_record(
    party_id: UUID, app: App, scope: MayReadHours, language: Speaking
) -> RecordView:
    """Show the hours of a volunteer that both sides confirmed, added up, and the star."""
    return RecordView.of(await app.hours.record(PartyId(party_id), scope), language)


@routes.get(OF_PARTY + "/hours", responses=documented(PartyNotFound))
async def list_hours(
    party_id: UUID, app: App, scope: MayReadHours, pages: Pages, language: Speaking
) -> Page[HoursView]:
    """List the hours of a volunteer that both sides confirmed, page by page."""
    found = await app.hours.list_hours(PartyId(party_id), scope, pages.window)
    return pages.page(found, lambda hours: HoursView.of(hours, language))


@routes.post(
    OF_PARTY + "/certificates",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        PartyNotFound, NotAVolunteer, IssuerNotAnOrganisation, PeriodOutOfOrder, NoHoursConfirmed
    ),
)
async def issue_certificate(
    party_id: UUID,
    body: CertificateToIssue,
    app: App,
    scope: MayWrite,
    language: Speaking,
    response: Response,
) -> CertificateView:
    """Certify what a volunteer gave; later hours change nothing of it."""
    issued = await app.hours.certify(body.command(party_id), scope)
    response.headers["location"] = f"{routes.prefix}/parties/{party_id}/certificates/{issued.id}"
    return CertificateView.of(issued, language)


@routes.get(OF_PARTY + "/certificates", responses=documented(PartyNotFound))
async def list_certificates(
    party_id: UUID, app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[CertificateView]:
    """List the certificates of a volunteer, page by page."""
    found = await app.hours.list_certificates(PartyId(party_id), scope, pages.window)
    return pages.page(found, lambda each: CertificateView.of(each, language))


@routes.get(
    OF_PARTY + "/certificates/{certificate_id}",
    responses=documented(PartyNotFound, CertificateNotFound),
)
async def show_certificate(
    party_id: UUID, certificate_id: UUID, app: App, scope: MayRead, language: Speaking
) -> CertificateView:
    """Show one certificate."""
    found = await app.hours.find(PartyId(party_id), CertificateId(certificate_id), scope)
    return CertificateView.of(found, language)


@routes.get(
    OF_PARTY + "/certificates/{certificate_id}/paper",
    response_class=Response,
    responses={
        HTTPStatus.OK: {"content": {PDF: {}}, "description": "The certificate, to be signed."},
        **documented(PartyNotFound, CertificateNotFound),
    },
)
async def print_certificate(
    party_id: UUID, certificate_id: UUID, app: App, scope: MayRead, request: Request
) -> Response:
    """Print a certificate as PDF, with a QR code that leads to the page that verifies it."""
    found = await app.hours.find(PartyId(party_id), CertificateId(certificate_id), scope)
    base = app.hours.public_url or str(request.base_url).rstrip("/")
    address = f"{base}{routes.prefix}{VERIFICATION}/{found.number}?seal={found.seal}"
    paper = await app.hours.print(found, verified_at=address)
    name = f'attachment; filename="{found.number}.pdf"'
    return Response(paper, media_type=PDF, headers={"content-disposition": name})


@routes.post(
    OF_PARTY + "/certificates/{certificate_id}/revocation",
    responses=documented(PartyNotFound, CertificateNotFound, CertificateAlreadyRevoked),
)
async def revoke_certificate(
    party_id: UUID,
    certificate_id: UUID,
    body: CertificateToRevoke,
    app: App,
    scope: MayWrite,
    language: Speaking,
) -> CertificateView:
    """Let a certificate count no longer; whoever verifies it is told, and why."""
    revoked = await app.hours.revoke(
        PartyId(party_id), CertificateId(certificate_id), body.reason, scope
    )
    return CertificateView.of(revoked, language)


@routes.get(
    VERIFICATION + "/{number}",
    dependencies=[public()],
    response_model=VerificationView,
    responses={
        HTTPStatus.OK: {"content": {"text/html": {}}, "description": "What was certified."},
        **documented(CertificateNotFound),
    },
)
async def verify_certificate(
    number: Number,
    app: App,
    language: Speaking,
    accept: Annotated[str, Header(description="`text/html` for a page to look at.")] = "",
    seal: Annotated[
        str | None, Query(pattern=r"^[0-9A-Fa-f]{16}$", description="The seal on the paper.")
    ] = None,
) -> Response:
    """Tell anybody who holds the paper what was certified, and whether it still counts."""
    found = VerificationView.of(await app.hours.verify(number), seal, language)
    headers = {"vary": "accept, accept-language", "content-language": language.tag}
    if "text/html" in accept:
        return HTMLResponse(
            page(found, language), headers={**headers, "content-security-policy": SECURITY}
        )
    return Response(found.model_dump_json(), media_type="application/json", headers=headers)
