"""A certificate of a volunteer's record (志愿服务记录证明), and how anybody can verify it.

Its parts are those of 民发〔2015〕149号: who served (here by volunteer number only), what and how
long, who says so, number and day. The seal is a digest over all of them: paper that was changed
does not match what is kept, and what was changed here does not match its own digest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.clock import CHINA
from common.vocabulary import Labelled
from registry.domain.errors.certificates import CertificateAlreadyRevoked, NoHoursConfirmed
from registry.domain.party import PartyId
from registry.domain.volunteer import star_level
from registry.domain.volunteer_hours import ServiceTime

if TYPE_CHECKING:
    from registry.domain.party import Party
    from registry.domain.volunteer_hours import VolunteerRecord

CertificateId = NewType("CertificateId", UUID)

_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those of Crockford: no letter that could be taken for a digit."""
_BITS_OF_DIGIT: Final = 5
_DIGITS_OF_NUMBER: Final = 12
BITS_OF_NUMBER: Final = _BITS_OF_DIGIT * _DIGITS_OF_NUMBER
_DIGITS_OF_SEAL: Final = 16


class RevocationReason(Labelled):
    """Why a certificate counts no longer; a list, so that no free text about anybody is kept."""

    ERROR = "error", "内容有误", "It was wrong"
    REPLACED = "replaced", "已换发新证", "A new one was issued"
    FRAUD = "fraud", "弄虚作假", "Fraud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Since when a certificate counts no longer, and why."""

    reason: RevocationReason
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was certified, as it was on that day; later hours change nothing of it."""

    id: CertificateId
    number: str
    party_id: PartyId
    volunteer_number: str
    issuer_id: PartyId
    issuer_name: str
    first_on: date
    last_on: date
    times: tuple[ServiceTime, ...]
    issued_at: datetime
    issued_by: str
    digest: str
    revocation: Revocation | None = None

    @property
    def minutes(self) -> int:
        """The whole time."""
        return sum(time.minutes for time in self.times)

    @property
    def star(self) -> int:
        """The star that the whole time amounts to."""
        return star_level(self.minutes)

    @property
    def issued_on(self) -> date:
        """The day of issue in China."""
        return self.issued_at.astimezone(CHINA).date()

    @property
    def seal(self) -> str:
        """What stands on the paper, to be compared."""
        return self.digest[:_DIGITS_OF_SEAL].upper()

    @property
    def is_untouched(self) -> bool:
        """Whether it says what it said on the day of issue."""
        return self.digest == digest_of(self)

    def revoke(self, reason: RevocationReason, *, by: str, at: datetime) -> Certificate:
        """Let it count no longer; the paper stays, so the page says so.

        Raises:
            CertificateAlreadyRevoked: It was revoked before.
        """
        if self.revocation is not None:
            raise CertificateAlreadyRevoked
        return replace(self, revocation=Revocation(reason=reason, by=by, at=at))


def certify(
    certificate_id: CertificateId,
    record: VolunteerRecord,
    *,
    number: str,
    volunteer_number: str,
    issuer: Party,
    by: str,
    at: datetime,
) -> Certificate:
    """Certify a record.

    Raises:
        NoHoursConfirmed: It holds nothing.
    """
    if record.first_on is None or record.last_on is None:
        raise NoHoursConfirmed(party_id=record.party_id)
    certificate = Certificate(
        id=certificate_id,
        number=number,
        party_id=record.party_id,
        volunteer_number=volunteer_number,
        issuer_id=issuer.id,
        issuer_name=issuer.public_name,
        first_on=record.first_on,
        last_on=record.last_on,
        times=record.times,
        issued_at=at,
        issued_by=by,
        digest="",
    )
    return replace(certificate, digest=digest_of(certificate))


def digest_of(certificate: Certificate) -> str:
    """Return the SHA-256 over everything that a certificate says, in hexadecimal."""
    said = {
        "number": certificate.number,
        "volunteer_number": certificate.volunteer_number,
        "issuer_id": str(certificate.issuer_id),
        "issuer_name": certificate.issuer_name,
        "first_on": certificate.first_on.isoformat(),
        "last_on": certificate.last_on.isoformat(),
        "times": [[time.service.value, time.minutes, time.days] for time in certificate.times],
        "issued_on": certificate.issued_on.isoformat(),
    }
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def number_of(random: int, *, at: datetime) -> str:
    """Return a number from random bits, like ``ZM2026-7Q4K-M0ZT-9XRB``; nobody guesses another."""
    digits = "".join(
        _DIGITS[random >> (_BITS_OF_DIGIT * place) & (len(_DIGITS) - 1)]
        for place in range(_DIGITS_OF_NUMBER)
    )
    return f"ZM{at.astimezone(CHINA).year}-{digits[:4]}-{digits[4:8]}-{digits[8:]}"
