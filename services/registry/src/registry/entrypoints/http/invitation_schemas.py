"""Invitations as callers send and receive them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from registry.app.invite import Invite
from registry.domain.entitlement import Days
from registry.domain.invitation import LONGEST_VALIDITY, Invitation, InvitationState, Promise
from registry.entrypoints.http.account_schemas import (
    WORKER,
    WORKER_SHOWN,
    GrantToGive,
    HeldGrantView,
)

Secret: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
SECRET_SHOWN = "q7VbZ0bqk1cUuXr1XwM0kq2G3W8m5E6n4JtYpLsHdAo"  # noqa: S105 - an example
_ID = "0192d3c4-5b6a-7890-8abc-def012345678"
_SHOWN = {
    "id": _ID,
    "grant": WORKER_SHOWN,
    "valid_from": None,
    "valid_until": None,
    "posting_id": None,
    "state": "open",
    "state_label": "待使用",
    "made_at": "2026-03-01T04:00:00Z",
    "expires_at": "2026-03-08T04:00:00Z",
    "used_at": None,
    "withdrawn_at": None,
}


class InvitationToMake(Body):
    """What is promised, for which days, and for how many days somebody may come with the secret."""

    model_config = example(grant=WORKER, valid_until="2027-02-28", expires_in_days=7)

    grant: GrantToGive
    valid_from: Day | None = None
    valid_until: Day | None = None
    posting_id: UUID | None = None
    expires_in_days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_VALIDITY.days)] = 7

    def command(self) -> Invite:
        """Return what is to be done."""
        promise = Promise(
            grant=self.grant.grant(),
            days=Days(first=self.valid_from, last=self.valid_until),
            posting_id=self.posting_id,
        )
        return Invite(
            promise=promise,
            lasting=timedelta(days=self.expires_in_days),
        )


class InvitationToUse(Body):
    """The secret that the person was given."""

    model_config = example(secret=SECRET_SHOWN)

    secret: Secret


class InvitationView(View):
    """An invitation, and what became of it."""

    model_config = example(**_SHOWN)

    id: UUID
    grant: HeldGrantView
    valid_from: date | None
    valid_until: date | None
    posting_id: UUID | None
    state: InvitationState
    state_label: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, invitation: Invitation, language: Language, *, at: datetime) -> Self:
        """Show an invitation as it is at an instant."""
        state, promise = invitation.state(at), invitation.promise
        return cls(
            id=invitation.id,
            grant=HeldGrantView.of(promise.grant, language),
            valid_from=promise.days.first,
            valid_until=promise.days.last,
            posting_id=promise.posting_id,
            state=state,
            state_label=label(state, language),
            made_at=invitation.made_at,
            expires_at=invitation.expires_at,
            used_at=invitation.used_at,
            withdrawn_at=invitation.withdrawn_at,
        )


class InvitationMadeView(InvitationView):
    """A new invitation with its secret, which is told once."""

    model_config = example(**_SHOWN, secret=SECRET_SHOWN)

    secret: str | None = None

    @classmethod
    def made(cls, invitation: Invitation, secret: str, language: Language, *, at: datetime) -> Self:
        """Show a new invitation."""
        return cls.of(invitation, language, at=at).model_copy(update={"secret": secret})
