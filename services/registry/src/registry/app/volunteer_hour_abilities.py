"""Every ability that is about volunteers' hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.certify_hours import CertifyHours
from registry.app.ports.volunteer_hours import Printing
from registry.domain.certificate import Certificate, CertificateId, RevocationReason
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import ConfirmedHours, VolunteerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class VolunteerHourAbilities:
    """Hours that both sides confirmed, and certificates of them.

    ``public_url`` is where the world finds this platform; empty when it is where callers do.
    """

    public_url: str
    note: Callable[[ConfirmedHours], Awaitable[None]]
    record: Callable[[PartyId, Scope], Awaitable[VolunteerRecord]]
    list_hours: Callable[[PartyId, Scope, Window], Awaitable[Slice[ConfirmedHours]]]

    certify: Callable[[CertifyHours, Scope], Awaitable[Certificate]]
    find: Callable[[PartyId, CertificateId, Scope], Awaitable[Certificate]]
    list_certificates: Callable[[PartyId, Scope, Window], Awaitable[Slice[Certificate]]]
    revoke: Callable[[PartyId, CertificateId, RevocationReason, Scope], Awaitable[Certificate]]
    verify: Callable[[str], Awaitable[Certificate]]
    print: Printing
