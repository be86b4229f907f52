"""An invitation: whoever comes with its secret first is given what it promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NewType
from uuid import UUID

from common.grants import Grant
from common.places import AreaRef
from common.vocabulary import Labelled
from registry.domain.account import refuse_incomplete
from registry.domain.entitlement import ALWAYS, Days, Entitlement, Origin
from registry.domain.errors.invitations import (
    InvitationAlreadyUsed,
    InvitationExpired,
    InvitationWithdrawn,
)
from registry.domain.secret import Digest

InvitationId = NewType("InvitationId", UUID)

LONGEST_VALIDITY: Final = timedelta(days=30)


class InvitationState(Labelled):
    """Where an invitation stands in its life."""

    OPEN = "open", "待使用", "Open"
    USED = "used", "已使用", "Used"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    EXPIRED = "expired", "已过期", "Expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A grant for some days, and perhaps the posting of a worker that the login is linked to."""

    grant: Grant
    days: Days = ALWAYS
    posting_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Something promised to somebody whose login is not known yet.

    Its secret is known to whom it was given and to nobody here: what is kept is a digest.
    ``place`` is where the grant reaches, none when it reaches everywhere.
    """

    id: InvitationId
    promise: Promise
    place: AreaRef | None
    digest: Digest
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_by: str | None = None
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def state(self, at: datetime) -> InvitationState:
        """Return where the invitation stands at an instant."""
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        if self.used_at is not None:
            return InvitationState.USED
        return InvitationState.EXPIRED if self.expires_at <= at else InvitationState.OPEN

    def use(self, *, by: str, at: datetime) -> Invitation:
        """Give what was promised to a login.

        Raises:
            InvitationAlreadyUsed: Somebody has come with it before.
            InvitationWithdrawn: It was taken back.
            InvitationExpired: Nobody came in time.
        """
        if self.state(at) is InvitationState.USED:
            raise InvitationAlreadyUsed
        self._refuse_if_over(at)
        return replace(self, used_by=by, used_at=at)

    def withdraw(self, *, at: datetime) -> Invitation:
        """Take the invitation back, whether or not somebody has come with it.

        Raises:
            InvitationWithdrawn: It was taken back before.
            InvitationExpired: Nobody has come with it, and nobody can any more.
        """
        self._refuse_if_over(at)
        return replace(self, withdrawn_at=at)

    @property
    def entitlement(self) -> Entitlement:
        """What the invitation gives."""
        return Entitlement(
            grant=self.promise.grant,
            origin=Origin.INVITATION,
            source=self.id,
            since=self.promise.days.since,
            until=self.promise.days.until,
        )

    def _refuse_if_over(self, at: datetime) -> None:
        state = self.state(at)
        if state is InvitationState.WITHDRAWN:
            raise InvitationWithdrawn
        if state is InvitationState.EXPIRED:
            raise InvitationExpired(expired_at=self.expires_at)


def invite(
    invitation_id: InvitationId,
    promise: Promise,
    *,
    place: AreaRef | None,
    digest: Digest,
    by: str,
    at: datetime,
    lasting: timedelta,
) -> Invitation:
    """Promise something to whoever comes with the secret of this digest.

    Raises:
        GrantIncomplete: The grant lacks its area or organisation, or has one too many.
    """
    refuse_incomplete(promise.grant)
    return Invitation(
        id=invitation_id,
        promise=promise,
        place=place,
        digest=digest,
        made_by=by,
        made_at=at,
        expires_at=at + min(lasting, LONGEST_VALIDITY),
    )
