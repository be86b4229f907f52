"""Every ability that is about who may come in, and for how long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from common.grants import Caller, Scope
from common.paging import Slice, Window
from common.vocabulary import Answer
from registry.app.apply_to_be_partner import ApplyToBePartner
from registry.app.invite import Invite
from registry.app.look_at_oneself import Oneself
from registry.app.mint_links import MintLink
from registry.app.substitute import Substitute
from registry.domain.invitation import Invitation, InvitationId
from registry.domain.one_time_link import LinkId, OneTimeLink
from registry.domain.partner_application import (
    ApplicationId,
    ApplicationState,
    PartnerApplication,
    RefusalReason,
)
from registry.domain.substitution import Substitution, SubstitutionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAbilities:
    """Invitations, substitutions, applications, links, and the time that is kept for grants.

    What comes with a new secret returns it beside the thing: it is told to nobody else.
    """

    now: Callable[[], datetime]
    keep_time: Callable[[], Awaitable[bool]]
    look_at_oneself: Callable[[str], Awaitable[Oneself]]

    invite: Callable[[Invite, Caller], Awaitable[tuple[Invitation, str]]]
    use_invitation: Callable[[str, str], Awaitable[Invitation]]
    withdraw_invitation: Callable[[InvitationId, Scope], Awaitable[Invitation]]
    find_invitation: Callable[[InvitationId, Scope], Awaitable[Invitation]]
    list_invitations: Callable[[Scope, Window], Awaitable[Slice[Invitation]]]

    arrange_substitution: Callable[[Substitute, Caller], Awaitable[Substitution]]
    end_substitution: Callable[[SubstitutionId, Scope], Awaitable[Substitution]]
    find_substitution: Callable[[SubstitutionId, Scope], Awaitable[Substitution]]
    list_substitutions: Callable[[Scope, Window], Awaitable[Slice[Substitution]]]

    apply: Callable[[ApplyToBePartner], Awaitable[tuple[PartnerApplication, str]]]
    approve_application: Callable[[ApplicationId, Scope], Awaitable[PartnerApplication]]
    refuse_application: Callable[
        [ApplicationId, RefusalReason, Scope], Awaitable[PartnerApplication]
    ]
    find_application: Callable[[ApplicationId, Scope], Awaitable[PartnerApplication]]
    follow_application: Callable[[ApplicationId], Awaitable[PartnerApplication]]
    list_applications: Callable[
        [ApplicationState | None, Scope, Window], Awaitable[Slice[PartnerApplication]]
    ]

    mint_link: Callable[[MintLink, Scope], Awaitable[tuple[OneTimeLink, str]]]
    use_link: Callable[[str, Answer], Awaitable[OneTimeLink]]
    find_link: Callable[[LinkId, Scope], Awaitable[OneTimeLink]]
