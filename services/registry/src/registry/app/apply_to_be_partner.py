"""Asking to be a partner, and deciding about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, system
from common.clock import Clock
from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import Society
from registry.app.places import is_within
from registry.app.ports.applications import Applications
from registry.app.ports.areas import Areas
from registry.app.ports.invitations import Invitations
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.domain.errors.applications import ApplicationNotFound
from registry.domain.invitation import LONGEST_VALIDITY, InvitationId, Promise, invite
from registry.domain.partner_application import ApplicationId, Approval, Refusal, apply
from registry.domain.party import PartyId, register_party
from registry.domain.secret import digest_of

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.partner_application import (
        ApplicationState,
        PartnerApplication,
        RefusalReason,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyToBePartner:
    """What an organisation says of itself; the name is that of an organisation, not a person."""

    society: Society
    public_name: str
    area: AreaRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """The ability of anybody to ask, and of officers to decide."""

    unit_of_work: UnitOfWork
    applications: Applications
    invitations: Invitations
    parties: Parties
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]
    new_secret: Callable[[], str]

    async def apply(self, command: ApplyToBePartner) -> tuple[PartnerApplication, str]:
        """Return a new application and the applicant's secret, which is not kept anywhere.

        Raises:
            UnknownArea: No list has the area.
            SocietyMayNotApply: Communities and social workers are registered by their station.
        """
        secret = self.new_secret()
        async with self.unit_of_work.transaction():
            await self.areas.find(command.area)
            application = apply(
                ApplicationId(self.new_id()),
                society=command.society,
                public_name=command.public_name,
                area=command.area,
                digest=digest_of(secret),
                at=self.clock.now(),
            )
            await self.applications.add(application)
        return application, secret

    async def approve(self, application_id: ApplicationId, scope: Scope) -> PartnerApplication:
        """Register the applicant; with their secret they can now act for the party.

        Raises:
            ApplicationNotFound: There is none, or none for this caller.
            ApplicationAlreadyDecided: It was decided before.
            UnknownArea: A newer list no longer has the area.
        """
        now = self.clock.now()
        async with self.unit_of_work.transaction():
            found = await self._find(application_id, scope, is_held=True)
            party_id = PartyId(self.new_id())
            approved = found.decide(Approval(party_id=party_id, by=scope.sub, at=now))
            registration = register_party(
                party_id,
                society=found.society,
                public_name=found.public_name,
                is_person=False,
                area=await self.areas.find(found.area),
                at=now,
            )
            await self.applications.save(approved)
            await self.parties.add_all([registration])
            await self.invitations.add(
                invite(
                    InvitationId(self.new_id()),
                    Promise(grant=Grant(role=Role.PARTNER, org=party_id)),
                    place=found.area,
                    digest=found.digest,
                    by=scope.sub,
                    at=now,
                    lasting=LONGEST_VALIDITY,
                )
            )
        return approved

    async def refuse(
        self, application_id: ApplicationId, reason: RefusalReason, scope: Scope
    ) -> PartnerApplication:
        """Refuse an application, and say why.

        Raises:
            ApplicationNotFound: There is none, or none for this caller.
            ApplicationAlreadyDecided: It was decided before.
        """
        async with self.unit_of_work.transaction():
            found = await self._find(application_id, scope, is_held=True)
            refusal = Refusal(reason=reason, by=scope.sub, at=self.clock.now())
            refused = found.decide(refusal)
            await self.applications.save(refused)
        return refused

    async def find(self, application_id: ApplicationId, scope: Scope) -> PartnerApplication:
        """Return one application.

        Raises:
            ApplicationNotFound: There is none, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            return await self._find(application_id, scope)

    async def follow(self, application_id: ApplicationId) -> PartnerApplication:
        """Return what an applicant asks after, who has nothing but the id.

        Raises:
            ApplicationNotFound: There is none.
        """
        with cleared(system("tell an applicant")):
            async with self.unit_of_work.transaction():
                return await self.applications.get(application_id)

    async def list(
        self, state: ApplicationState | None, scope: Scope, window: Window
    ) -> Slice[PartnerApplication]:
        """Return the applications that the caller may see, in the order of their ids."""
        async with self.unit_of_work.transaction():
            return await self.applications.page(state, scope, window)

    async def _find(
        self, application_id: ApplicationId, scope: Scope, *, is_held: bool = False
    ) -> PartnerApplication:
        found = await self.applications.get(application_id, is_held=is_held)
        if not await is_within(scope, found.area, areas=self.areas):
            raise ApplicationNotFound(application_id=application_id)
        return found
