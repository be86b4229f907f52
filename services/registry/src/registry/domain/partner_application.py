"""An application: an organisation that nobody has registered asks to be a partner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import Labelled, Society
from registry.domain.errors.applications import ApplicationAlreadyDecided, SocietyMayNotApply
from registry.domain.party import PartyId
from registry.domain.secret import Digest

ApplicationId = NewType("ApplicationId", UUID)

MAY_APPLY: Final = frozenset(
    {Society.SOCIAL_ORGANISATION, Society.VOLUNTEER, Society.CHARITABLE_RESOURCE}
)
"""A team of volunteers may; a person is registered by a station, under a number."""


class RefusalReason(Labelled):
    """Why an application is refused; a list, so that no free text about anybody is kept."""

    NOT_VERIFIED = "not_verified", "无法核实", "It could not be verified"
    KNOWN_ALREADY = "known_already", "已经登记", "It is registered already"
    NOT_HERE = "not_here", "不在本地开展服务", "It does not serve here"
    NOT_ELIGIBLE = "not_eligible", "不符合入驻条件", "It does not meet the conditions"
    OTHER = "other", "其他", "Other"


class ApplicationState(Labelled):
    """Where an application stands."""

    OPEN = "open", "待审核", "Open"
    APPROVED = "approved", "已通过", "Approved"
    REFUSED = "refused", "未通过", "Refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The party that the applicant is from now on."""

    party_id: PartyId
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the applicant is not to be a partner."""

    reason: RefusalReason
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerApplication:
    """What an organisation says of itself, and what was decided.

    The applicant has a secret, of which a digest is kept; approved, it is an invitation to act for
    the party. Until then it opens nothing.
    """

    id: ApplicationId
    society: Society
    public_name: str
    area: AreaRef
    digest: Digest
    applied_at: datetime
    decision: Approval | Refusal | None = None

    @property
    def state(self) -> ApplicationState:
        """Where the application stands."""
        match self.decision:
            case Approval():
                return ApplicationState.APPROVED
            case Refusal():
                return ApplicationState.REFUSED
            case None:
                return ApplicationState.OPEN

    def decide(self, decision: Approval | Refusal) -> PartnerApplication:
        """Approve or refuse.

        Raises:
            ApplicationAlreadyDecided: It was decided before.
        """
        if self.decision is not None:
            raise ApplicationAlreadyDecided(application_id=self.id, state=self.state)
        return replace(self, decision=decision)


def apply(
    application_id: ApplicationId,
    *,
    society: Society,
    public_name: str,
    area: AreaRef,
    digest: Digest,
    at: datetime,
) -> PartnerApplication:
    """Ask to be a partner.

    Raises:
        SocietyMayNotApply: Communities and social workers are registered by their station.
    """
    if society not in MAY_APPLY:
        raise SocietyMayNotApply(society=society)
    return PartnerApplication(
        id=application_id,
        society=society,
        public_name=public_name,
        area=area,
        digest=digest,
        applied_at=at,
    )
