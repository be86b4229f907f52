"""Applications of those who want to be partners, as callers send and receive them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.app.apply_to_be_partner import ApplyToBePartner
from registry.domain.partner_application import (
    ApplicationState,
    Approval,
    PartnerApplication,
    Refusal,
    RefusalReason,
)
from registry.entrypoints.http.invitation_schemas import SECRET_SHOWN

_ID = "0192d3c4-5b6a-7890-8abc-def012345678"
_SAID = {
    "society": "social_organisation",
    "public_name": "金州区安心社会工作服务中心",
    "scheme": "nbs",
    "area": "210213",
}
_DECISION = {
    "id": _ID,
    "state": "refused",
    "state_label": "未通过",
    "reason": "not_verified",
    "reason_label": "无法核实",
    "applied_at": "2026-03-01T04:00:00Z",
    "decided_at": "2026-03-03T01:30:00Z",
}


class PartnerToBe(Body):
    """What an organisation says of itself: its name, not a person's, and where it serves."""

    model_config = example(**_SAID)

    society: Society
    public_name: Name
    scheme: AreaScheme
    area: Code

    def command(self) -> ApplyToBePartner:
        """Return what is to be done."""
        return ApplyToBePartner(
            society=self.society,
            public_name=self.public_name,
            area=AreaRef(self.scheme, self.area),
        )


class ApplicationToRefuse(Body):
    """Why the applicant is not to be a partner; they are told."""

    model_config = example(reason="not_verified")

    reason: RefusalReason


class DecisionView(View):
    """What became of an application, as the applicant is told."""

    model_config = example(**_DECISION)

    id: UUID
    state: ApplicationState
    state_label: str
    reason: RefusalReason | None
    reason_label: str | None
    applied_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, application: PartnerApplication, language: Language) -> Self:
        """Show what was decided to somebody who reads this language."""
        decision = application.decision
        reason = decision.reason if isinstance(decision, Refusal) else None
        return cls(
            id=application.id,
            state=application.state,
            state_label=label(application.state, language),
            reason=reason,
            reason_label=None if reason is None else label(reason, language),
            applied_at=application.applied_at,
            decided_at=None if decision is None else decision.at,
        )


class ApplicationMadeView(DecisionView):
    """A new application with the applicant's secret, which is told once.

    When the application is approved, the secret is an invitation for the applicant's first login.
    """

    model_config = example(
        **_DECISION
        | {"state": "open", "state_label": "待审核", "reason": None, "reason_label": None}
        | {"decided_at": None, "secret": SECRET_SHOWN}
    )

    secret: str | None = None

    @classmethod
    def made(cls, application: PartnerApplication, secret: str, language: Language) -> Self:
        """Show a new application."""
        return cls.of(application, language).model_copy(update={"secret": secret})


class ApplicationView(DecisionView):
    """An application as those who decide see it."""

    model_config = example(**_DECISION, **_SAID, society_label="社会组织", party_id=None)

    society: Society
    society_label: str
    public_name: str
    scheme: AreaScheme
    area: str
    party_id: UUID | None

    @classmethod
    def whole(cls, application: PartnerApplication, language: Language) -> Self:
        """Show all of an application."""
        decision = application.decision
        said = DecisionView.of(application, language).model_dump()
        return cls(
            **said,
            society=application.society,
            society_label=label(application.society, language),
            public_name=application.public_name,
            scheme=application.area.scheme,
            area=application.area.code,
            party_id=decision.party_id if isinstance(decision, Approval) else None,
        )
