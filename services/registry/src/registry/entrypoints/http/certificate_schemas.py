"""Hours and certificates as callers send and receive them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from common.vocabulary import ServiceCode
from registry.app.certify_hours import CertifyHours
from registry.domain.certificate import Certificate, RevocationReason
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import ConfirmedHours, Period, ServiceTime, VolunteerRecord

_ID = "0192d3c4-5b6a-7890-8abc-def012345678"
_TIME = {"service": "company", "service_label": "陪伴照看", "minutes": 6150, "days": 41}
_RECORD = {
    "minutes": 6150,
    "star": 1,
    "first_on": "2025-03-01",
    "last_on": "2026-02-28",
    "times": [_TIME],
}
_SAID = {
    **_RECORD,
    "number": "ZM2026-7Q4K-M0ZT-9XRB",
    "volunteer_number": "DL-V-000123",
    "issuer_name": "金州区安心社会工作服务中心",
    "issued_on": "2026-03-01",
    "seal": "9F86D081884C7D65",
    "revoked_on": None,
    "revocation_reason": None,
    "revocation_reason_label": None,
}


class ServiceTimeView(View):
    """How long one kind of service was given, and on how many days."""

    service: ServiceCode
    service_label: str
    minutes: int
    days: int

    @classmethod
    def of(cls, time: ServiceTime, language: Language) -> Self:
        """Show it to somebody who reads this language."""
        return cls(
            service=time.service,
            service_label=label(time.service, language),
            minutes=time.minutes,
            days=time.days,
        )


class RecordView(View):
    """The hours of a volunteer that both sides confirmed, and the star that they amount to."""

    model_config = example(party_id=_ID, **_RECORD)

    party_id: UUID
    minutes: int
    star: Annotated[int, Field(ge=0, le=5)]
    first_on: date | None
    last_on: date | None
    times: list[ServiceTimeView]

    @classmethod
    def of(cls, record: VolunteerRecord, language: Language) -> Self:
        """Show a record to somebody who reads this language."""
        return cls(
            party_id=record.party_id,
            minutes=record.minutes,
            star=record.star,
            first_on=record.first_on,
            last_on=record.last_on,
            times=[ServiceTimeView.of(time, language) for time in record.times],
        )


class HoursView(View):
    """A volunteer's time on one day for one match."""

    model_config = example(
        id=_ID,
        match_id=_ID,
        service="company",
        service_label="陪伴照看",
        served_on="2026-02-28",
        minutes=150,
        confirmed_at="2026-03-01T04:00:00Z",
    )

    id: UUID
    match_id: UUID
    service: ServiceCode
    service_label: str
    served_on: date
    minutes: int
    confirmed_at: datetime

    @classmethod
    def of(cls, hours: ConfirmedHours, language: Language) -> Self:
        """Show hours to somebody who reads this language."""
        return cls(
            id=hours.id,
            match_id=hours.match_id,
            service=hours.service,
            service_label=label(hours.service, language),
            served_on=hours.served_on,
            minutes=hours.minutes,
            confirmed_at=hours.confirmed_at,
        )


class CertificateToIssue(Body):
    """Which organisation certifies, and the days that are counted, all of them if not said."""

    model_config = example(issuer_id=_ID, first_on="2025-03-01", last_on="2026-02-28")

    issuer_id: UUID
    first_on: Day | None = None
    last_on: Day | None = None

    def command(self, party_id: UUID) -> CertifyHours:
        """Return what is to be done."""
        return CertifyHours(
            party_id=PartyId(party_id),
            issuer_id=PartyId(self.issuer_id),
            period=Period(first_on=self.first_on, last_on=self.last_on),
        )


class CertificateToRevoke(Body):
    """Why the certificate counts no longer; whoever verifies it is told."""

    model_config = example(reason="replaced")

    reason: RevocationReason


class CertificateSaid(View):
    """What a certificate says, and nothing by which a person is known but the volunteer number."""

    number: str
    volunteer_number: str
    issuer_name: str
    first_on: date
    last_on: date
    minutes: int
    star: int
    times: list[ServiceTimeView]
    issued_on: date
    seal: str
    revoked_on: date | None
    revocation_reason: RevocationReason | None
    revocation_reason_label: str | None

    @classmethod
    def said(cls, certificate: Certificate, language: Language) -> dict[str, object]:
        """Return the members that every view of a certificate has."""
        revocation = certificate.revocation
        return {
            "number": certificate.number,
            "volunteer_number": certificate.volunteer_number,
            "issuer_name": certificate.issuer_name,
            "first_on": certificate.first_on,
            "last_on": certificate.last_on,
            "minutes": certificate.minutes,
            "star": certificate.star,
            "times": [ServiceTimeView.of(time, language) for time in certificate.times],
            "issued_on": certificate.issued_on,
            "seal": certificate.seal,
            "revoked_on": revocation and revocation.at.date(),
            "revocation_reason": revocation and revocation.reason,
            "revocation_reason_label": revocation and label(revocation.reason, language),
        }


class CertificateView(CertificateSaid):
    """A certificate as the station that issued it sees it."""

    model_config = example(id=_ID, party_id=_ID, issuer_id=_ID, **_SAID)

    id: UUID
    party_id: UUID
    issuer_id: UUID

    @classmethod
    def of(cls, certificate: Certificate, language: Language) -> Self:
        """Show a certificate to somebody who reads this language."""
        return cls.model_validate(
            {
                **cls.said(certificate, language),
                "id": certificate.id,
                "party_id": certificate.party_id,
                "issuer_id": certificate.issuer_id,
            }
        )


class VerificationView(CertificateSaid):
    """What anybody who holds the paper is told.

    `is_valid` is true when it was not revoked, says what it said on the day of issue, and the seal
    on the paper, where it was asked for, is the right one.
    """

    model_config = example(**_SAID, is_valid=True, is_untouched=True, is_sealed=True)

    is_valid: bool
    is_untouched: bool
    is_sealed: bool | None

    @classmethod
    def of(cls, certificate: Certificate, seal: str | None, language: Language) -> Self:
        """Show what was found, compared with the seal on the paper."""
        is_sealed = None if seal is None else seal.upper() == certificate.seal
        is_untouched = certificate.is_untouched
        is_valid = certificate.revocation is None and is_untouched and is_sealed is not False
        return cls.model_validate(
            {
                **cls.said(certificate, language),
                "is_valid": is_valid,
                "is_untouched": is_untouched,
                "is_sealed": is_sealed,
            }
        )
