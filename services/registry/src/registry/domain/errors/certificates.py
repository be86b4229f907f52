"""What can be refused about volunteers' hours and their certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class NotAVolunteer(RuleViolated, code="not-a-volunteer", zh="该主体不是志愿者。"):
    """Hours are recorded for volunteers, and a certificate is for one person among them."""

    party_id: UUID


@dataclass(eq=False)
class IssuerNotAnOrganisation(
    RuleViolated, code="issuer-not-an-organisation", zh="出具单位必须是已登记的组织。"
):
    """A certificate is issued by an organisation and not by a person."""

    issuer_id: UUID


@dataclass(eq=False)
class PeriodOutOfOrder(RuleViolated, code="period-out-of-order", zh="起止日期先后不合理。"):
    """A period cannot end before the day on which it begins."""

    first_on: date
    last_on: date


@dataclass(eq=False)
class NoHoursConfirmed(
    Conflict, code="no-hours-confirmed", zh="这段时间没有经双方确认的服务时长。"
):
    """No hours of this period were confirmed by both sides, so there is nothing to certify."""

    party_id: UUID


@dataclass(eq=False)
class CertificateNotFound(NotFound, code="certificate-not-found", zh="没有这份证明。"):
    """There is no such certificate, or it is outside your area."""


@dataclass(eq=False)
class CertificateAlreadyRevoked(
    Conflict, code="certificate-already-revoked", zh="这份证明已被撤销。"
):
    """The certificate was revoked before, and that is final."""
