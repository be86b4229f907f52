"""What can be refused about invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class InvitationNotFound(NotFound, code="invitation-not-found", zh="没有这份邀请。"):
    """There is no such invitation, or it is outside your area."""


@dataclass(eq=False)
class InvitationAlreadyUsed(Conflict, code="invitation-already-used", zh="这份邀请已被使用。"):
    """The invitation was used before, and it counts once."""


@dataclass(eq=False)
class InvitationWithdrawn(Conflict, code="invitation-withdrawn", zh="这份邀请已被撤回。"):
    """The invitation was taken back by those who made it."""


@dataclass(eq=False)
class InvitationExpired(Conflict, code="invitation-expired", zh="这份邀请已过期。"):
    """The invitation has expired; ask for a new one."""

    expired_at: datetime


@dataclass(eq=False)
class PostingAlreadyLinked(
    Conflict, code="posting-already-linked", zh="该岗位已与另一个登录账户关联。"
):
    """Another login is linked to this posting."""

    posting_id: UUID


@dataclass(eq=False)
class UnknownPosting(
    RuleViolated, code="unknown-posting", zh="没有这个岗位任职，或它不在您的辖区内。"
):
    """No worker holds the posting that the invitation names, or it is outside your area."""

    posting_id: UUID
