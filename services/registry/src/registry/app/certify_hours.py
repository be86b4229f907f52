"""Keeping volunteers' hours, and certifying them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, system
from common.clock import Clock
from common.vocabulary import Society
from registry.app.find_parties import find_party
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.profiles import Profiles
from registry.app.ports.volunteer_hours import Certificates, Hours
from registry.app.ports.work import UnitOfWork
from registry.domain.certificate import CertificateId, certify, number_of
from registry.domain.errors.certificates import (
    CertificateNotFound,
    IssuerNotAnOrganisation,
    NotAVolunteer,
)
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import Period, record_of

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.certificate import Certificate, RevocationReason
    from registry.domain.party import Party
    from registry.domain.volunteer_hours import ConfirmedHours, VolunteerRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifyHours:
    """Certify what a volunteer gave in a period, in the name of an organisation."""

    party_id: PartyId
    issuer_id: PartyId
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Certifying:
    """The ability to keep hours and to certify them."""

    unit_of_work: UnitOfWork
    hours: Hours
    certificates: Certificates
    parties: Parties
    profiles: Profiles
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]
    new_number: Callable[[], int]

    async def note(self, hours: ConfirmedHours) -> None:
        """Keep hours that both sides confirmed; again changes nothing.

        Raises:
            PartyNotFound: The volunteer is not registered yet.
            NotAVolunteer: The party is of another society.
        """
        async with self.unit_of_work.transaction():
            party = await self.parties.get(hours.party_id)
            if party.society is not Society.VOLUNTEER:
                raise NotAVolunteer(party_id=party.id)
            # Of somebody who was entered twice, only one goes on.
            whose = party.survivor_id or party.id
            await self.hours.add(replace(hours, party_id=whose))

    async def record(self, party_id: PartyId, scope: Scope) -> VolunteerRecord:
        """Return all hours of a volunteer, added up.

        Raises:
            PartyNotFound: There is no such party, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            party = await self._party(party_id, scope)
            return record_of(party.id, await self.hours.of(party.id, Period()))

    async def list_hours(
        self, party_id: PartyId, scope: Scope, window: Window
    ) -> Slice[ConfirmedHours]:
        """Return the hours of a volunteer, one by one, or raise ``PartyNotFound``."""
        async with self.unit_of_work.transaction():
            await self._party(party_id, scope)
            return await self.hours.page(party_id, window)

    async def certify(self, command: CertifyHours, scope: Scope) -> Certificate:
        """Certify what a volunteer gave.

        Raises:
            PartyNotFound: Volunteer or issuer is not registered, or not within the scope.
            NotAVolunteer: The party is not a person of the volunteers.
            IssuerNotAnOrganisation: The issuer is a person.
            NoHoursConfirmed: There is nothing to certify.
        """
        now = self.clock.now()
        async with self.unit_of_work.transaction():
            volunteer = await self._party(command.party_id, scope)
            if volunteer.society is not Society.VOLUNTEER or not volunteer.is_person:
                raise NotAVolunteer(party_id=volunteer.id)
            issuer = await self._party(command.issuer_id, scope)
            if issuer.is_person:
                raise IssuerNotAnOrganisation(issuer_id=issuer.id)
            certificate = certify(
                CertificateId(self.new_id()),
                record_of(volunteer.id, await self.hours.of(volunteer.id, command.period)),
                number=number_of(self.new_number(), at=now),
                volunteer_number=await self._number_of(volunteer),
                issuer=issuer,
                by=scope.sub,
                at=now,
            )
            await self.certificates.add(certificate)
        return certificate

    async def find(
        self, party_id: PartyId, certificate_id: CertificateId, scope: Scope
    ) -> Certificate:
        """Return one certificate of a volunteer.

        Raises:
            PartyNotFound: There is no such party, or none for this caller.
            CertificateNotFound: The party has no such certificate.
        """
        async with self.unit_of_work.transaction():
            return await self._find(party_id, certificate_id, scope)

    async def list_certificates(
        self, party_id: PartyId, scope: Scope, window: Window
    ) -> Slice[Certificate]:
        """Return the certificates of a volunteer, or raise ``PartyNotFound``."""
        async with self.unit_of_work.transaction():
            await self._party(party_id, scope)
            return await self.certificates.page(party_id, window)

    async def revoke(
        self,
        party_id: PartyId,
        certificate_id: CertificateId,
        reason: RevocationReason,
        scope: Scope,
    ) -> Certificate:
        """Let a certificate count no longer.

        Raises:
            PartyNotFound: There is no such party, or none for this caller.
            CertificateNotFound: The party has no such certificate.
            CertificateAlreadyRevoked: It was revoked before.
        """
        async with self.unit_of_work.transaction():
            found = await self._find(party_id, certificate_id, scope, is_held=True)
            revoked = found.revoke(reason, by=scope.sub, at=self.clock.now())
            await self.certificates.save(revoked)
        return revoked

    async def verify(self, number: str) -> Certificate:
        """Return the certificate with a number, for anybody who holds the paper.

        Raises:
            CertificateNotFound: There is none.
        """
        with cleared(system("verify a certificate")):
            async with self.unit_of_work.transaction():
                return await self.certificates.numbered(number)

    async def _number_of(self, volunteer: Party) -> str:
        profile = await self.profiles.volunteers.find(volunteer.id)
        return profile.number if profile else volunteer.public_name

    async def _party(self, party_id: PartyId, scope: Scope) -> Party:
        return await find_party(
            party_id,
            scope,
            unit_of_work=self.unit_of_work,
            parties=self.parties,
            areas=self.areas,
        )

    async def _find(
        self,
        party_id: PartyId,
        certificate_id: CertificateId,
        scope: Scope,
        *,
        is_held: bool = False,
    ) -> Certificate:
        await self._party(party_id, scope)
        found = await self.certificates.get(certificate_id, is_held=is_held)
        if found.party_id != party_id:
            raise CertificateNotFound
        return found
