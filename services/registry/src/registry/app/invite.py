"""Inviting somebody whose login is not known yet, and taking that back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, system
from common.clock import CHINA, Clock
from registry.app.giving import GIVING, place_to_give
from registry.app.keep_accounts import KeepingAccounts
from registry.app.places import is_within
from registry.app.ports.accounts import PostingLinks
from registry.app.ports.areas import Areas
from registry.app.ports.invitations import Invitations
from registry.app.ports.parties import Parties
from registry.app.ports.postings import Postings
from registry.app.ports.work import UnitOfWork
from registry.domain.errors.invitations import InvitationNotFound, UnknownPosting
from registry.domain.invitation import InvitationId, Promise, invite
from registry.domain.posting import PostingId
from registry.domain.secret import digest_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from common.grants import Caller, Scope
    from common.paging import Slice, Window
    from registry.domain.invitation import Invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Promise something to whoever comes with a secret first."""

    promise: Promise
    lasting: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """The ability to invite, and to give what was promised."""

    unit_of_work: UnitOfWork
    invitations: Invitations
    keeping: KeepingAccounts
    links: PostingLinks
    postings: Postings
    areas: Areas
    parties: Parties
    clock: Clock
    new_id: Callable[[], UUID]
    new_secret: Callable[[], str]

    async def invite(self, command: Invite, giver: Caller) -> tuple[Invitation, str]:
        """Return a new invitation and its secret, which is not kept anywhere.

        Raises:
            GrantIncomplete: The grant lacks its area or organisation, or has one too many.
            RoleNotPermitted: None of the giver's roles may give this one.
            OutsideYourScope: They do not reach there.
            UnknownArea: No list has the area.
            UnknownOrganisation: The organisation is not registered.
            UnknownPosting: There is no such posting where the giver gives.
            PostingAlreadyEnded: Nobody can begin there any more.
        """
        secret = self.new_secret()
        async with self.unit_of_work.transaction():
            place = await place_to_give(
                command.promise.grant, giver, areas=self.areas, parties=self.parties
            )
            await self._refuse_posting(command.promise, giver)
            invitation = invite(
                InvitationId(self.new_id()),
                command.promise,
                place=place,
                digest=digest_of(secret),
                by=giver.sub,
                at=self.clock.now(),
                lasting=command.lasting,
            )
            await self.invitations.add(invitation)
        return invitation, secret

    async def use(self, secret: str, sub: str) -> Invitation:
        """Give a login what the invitation with this secret promises, once.

        Raises:
            InvitationNotFound: There is none.
            InvitationAlreadyUsed: Somebody has come with it before.
            InvitationWithdrawn: It was taken back.
            InvitationExpired: Nobody came in time.
            PostingAlreadyLinked: Another login is linked to the posting.
            PostingAlreadyEnded: It ended before anybody came.
        """
        now = self.clock.now()
        with cleared(system("use an invitation")):
            async with self.unit_of_work.transaction():
                found = await self.invitations.with_secret(digest_of(secret))
                used = found.use(by=sub, at=now)
                await self.invitations.save(used)
                await self.keeping.entitle(sub, used.entitlement)
                await self._link(sub, used.promise.posting_id, now)
        return used

    async def withdraw(self, invitation_id: InvitationId, scope: Scope) -> Invitation:
        """Take an invitation back, and from whoever used it what it gave.

        Raises:
            InvitationNotFound: There is none, or none for this caller.
            InvitationWithdrawn: It was taken back before.
            InvitationExpired: Nobody can use it any more.
        """
        async with self.unit_of_work.transaction():
            found = await self._find(invitation_id, scope, is_held=True)
            withdrawn = found.withdraw(at=self.clock.now())
            await self.invitations.save(withdrawn)
            if withdrawn.used_by is not None:
                await self.keeping.dispossess(withdrawn.used_by, withdrawn.id)
                await self._unlink(withdrawn.used_by, withdrawn.promise.posting_id)
        return withdrawn

    async def find(self, invitation_id: InvitationId, scope: Scope) -> Invitation:
        """Return one invitation.

        Raises:
            InvitationNotFound: There is none, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            return await self._find(invitation_id, scope)

    async def list(self, scope: Scope, window: Window) -> Slice[Invitation]:
        """Return the invitations that the caller may see, in the order of their ids."""
        async with self.unit_of_work.transaction():
            return await self.invitations.page(scope, window)

    async def _find(
        self, invitation_id: InvitationId, scope: Scope, *, is_held: bool = False
    ) -> Invitation:
        found = await self.invitations.get(invitation_id, is_held=is_held)
        place = found.place
        if scope.is_everywhere:
            return found
        if place is None or not await is_within(scope, place, areas=self.areas):
            raise InvitationNotFound
        return found

    async def _refuse_posting(self, promise: Promise, giver: Caller) -> None:
        if promise.posting_id is None:
            return
        scope = GIVING[promise.grant.role].scope_of(giver)
        posting = await self.postings.find(PostingId(promise.posting_id), scope)
        if posting is None:
            raise UnknownPosting(posting_id=promise.posting_id)
        posting.refuse_ended(by=_day(self.clock.now()))

    async def _link(self, sub: str, posting_id: UUID | None, now: datetime) -> None:
        if posting_id is None:
            return
        posting = await self.postings.get(PostingId(posting_id))
        posting.refuse_ended(by=_day(now))
        await self.links.link(sub, posting_id, now)

    async def _unlink(self, sub: str, posting_id: UUID | None) -> None:
        if posting_id is not None:
            with cleared(system("take an invitation back")):
                await self.links.unlink(sub, posting_id)


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
