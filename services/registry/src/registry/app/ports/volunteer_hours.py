"""What use cases ask of the keeping of hours and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.paging import Slice, Window
    from registry.domain.certificate import Certificate, CertificateId
    from registry.domain.party import PartyId
    from registry.domain.volunteer_hours import ConfirmedHours, Period


class Hours(Protocol):
    """The hours that both sides confirmed, as of the current transaction."""

    async def add(self, hours: ConfirmedHours, /) -> None:
        """Keep hours; what is there already stays as it is."""
        ...

    async def of(self, party_id: PartyId, period: Period, /) -> Sequence[ConfirmedHours]:
        """Return the hours of a volunteer in a period."""
        ...

    async def minutes_of(self, party_id: PartyId, /) -> int:
        """Return all the time that a volunteer gave."""
        ...

    async def page(self, party_id: PartyId, window: Window, /) -> Slice[ConfirmedHours]:
        """Return hours of a volunteer, in the order of their ids."""
        ...


class Certificates(Protocol):
    """The certificates, as of the current transaction."""

    async def add(self, certificate: Certificate, /) -> None:
        """Keep a new certificate."""
        ...

    async def get(self, certificate_id: CertificateId, /, *, is_held: bool = False) -> Certificate:
        """Return a certificate, perhaps keeping others off it, or raise ``CertificateNotFound``."""
        ...

    async def numbered(self, number: str, /) -> Certificate:
        """Return the certificate with a number, or raise ``CertificateNotFound``."""
        ...

    async def save(self, certificate: Certificate, /) -> None:
        """Store that a certificate was revoked."""
        ...

    async def page(self, party_id: PartyId, window: Window, /) -> Slice[Certificate]:
        """Return certificates of a volunteer, in the order of their ids."""
        ...


class Printing(Protocol):
    """Puts a certificate on paper, off the event loop."""

    async def __call__(self, certificate: Certificate, /, *, verified_at: str) -> bytes:
        """Return a PDF whose QR code leads to the address where it can be verified."""
        ...
