"""Every ability that is about who may come in, and for how long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from common.grants import Caller, Scope
from common.paging import Slice, Window
from registry.app.invite import Invite
from registry.app.look_at_oneself import Oneself
from registry.domain.invitation import Invitation, InvitationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAbilities:
    """Invitations, what one is told about oneself, and the time that is kept for grants."""

    invite: Callable[[Invite, Caller], Awaitable[tuple[Invitation, str]]]
    use_invitation: Callable[[str, str], Awaitable[Invitation]]
    withdraw_invitation: Callable[[InvitationId, Scope], Awaitable[Invitation]]
    find_invitation: Callable[[InvitationId, Scope], Awaitable[Invitation]]
    list_invitations: Callable[[Scope, Window], Awaitable[Slice[Invitation]]]

    now: Callable[[], datetime]
    look_at_oneself: Callable[[str], Awaitable[Oneself]]
    keep_time: Callable[[], Awaitable[bool]]
