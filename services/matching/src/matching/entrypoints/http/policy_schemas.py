"""Policies as callers send and receive them."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import Instant, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme, LineKind, Society
from matching.app.keep_policies import ActivatePolicy, DraftPolicy
from matching.domain.offering import Offering
from matching.domain.policy import Approval, Asking, Escalation, Weights
from matching.domain.policy_document import PolicyDocument, PolicyState

_TITLE: Final = "冬季取暖期：更看重等待时间"


class PolicyToDraft(Body):
    """Figures for an area, or for the whole country where no area is named.

    A section that is left out is that of the policy which the draft is based on; a figure that is
    left out of a section has the country's default.
    """

    model_config = example(
        scheme="nbs", area="2102", title=_TITLE, weights={"waiting": 4, "waiting_days": 60}
    )

    scheme: AreaScheme = AreaScheme.NBS
    area: Code | None = None
    title: Name
    based_on: Annotated[
        int | None,
        Field(ge=1, description="A version; by default the one that holds in the area now."),
    ] = None
    weights: Weights | None = None
    asking: Asking | None = None
    approval: Approval | None = None
    escalation: Escalation | None = None
    offering: Offering | None = None

    def command(self) -> DraftPolicy:
        """Return what is to be done."""
        return DraftPolicy(
            area=None if self.area is None else AreaRef(self.scheme, self.area),
            title=self.title,
            based_on=self.based_on,
            weights=self.weights,
            asking=self.asking,
            approval=self.approval,
            escalation=self.escalation,
            offering=self.offering,
        )


class PolicyActivation(Body):
    """From when a policy holds; from now on if nothing is said."""

    model_config = example(effective_from="2026-12-01T00:00:00+08:00")

    effective_from: Instant | None = None

    def command(self, version: int) -> ActivatePolicy:
        """Return what is to be done."""
        return ActivatePolicy(version=version, effective_from=self.effective_from)


class ApprovalView(View):
    """Kinds of line that a worker looks at before anybody is asked, in the order of the list."""

    kinds: list[LineKind]

    @classmethod
    def of(cls, approval: Approval) -> Self:
        """Show which they are."""
        return cls(kinds=[kind for kind in LineKind if kind in approval.kinds])


class OfferingView(View):
    """What is asked of whoever offers; kinds and societies in the order of their lists."""

    moderated_kinds: list[LineKind]
    moderated_societies: list[Society]
    open_at_once: int
    new_a_day: int
    confirm_after_days: int
    confirm_within_days: int

    @classmethod
    def of(cls, offering: Offering) -> Self:
        """Show what it is."""
        return cls(
            moderated_kinds=[kind for kind in LineKind if kind in offering.moderated_kinds],
            moderated_societies=[each for each in Society if each in offering.moderated_societies],
            open_at_once=offering.open_at_once,
            new_a_day=offering.new_a_day,
            confirm_after_days=offering.confirm_after_days,
            confirm_within_days=offering.confirm_within_days,
        )


class PolicyView(View):
    """One version of the policy of an area; without an area, of the whole country."""

    model_config = example(
        version=7,
        scheme="nbs",
        area="2102",
        title=_TITLE,
        state="active",
        state_label="已启用",
        weights={"waiting": 4, "waiting_days": 60},
        asking={"patience_seconds": 259200},
        approval={"kinds": ["money", "companionship"]},
        escalation={"township_seconds": 172800, "county_seconds": 432000},
        offering={
            "moderated_kinds": ["money"],
            "moderated_societies": [],
            "open_at_once": 2000,
            "new_a_day": 1000,
            "confirm_after_days": 60,
            "confirm_within_days": 30,
        },
        drafted_by="officer-17",
        drafted_at="2026-11-20T02:00:00Z",
        activated_by="officer-3",
        activated_at="2026-11-22T02:00:00Z",
        effective_from="2026-11-30T16:00:00Z",
    )

    version: int
    scheme: AreaScheme | None = None
    area: str | None = None
    title: str
    state: PolicyState
    state_label: str
    weights: Weights
    asking: Asking
    approval: ApprovalView
    escalation: Escalation
    offering: OfferingView
    drafted_by: str
    drafted_at: datetime
    activated_by: str | None = None
    activated_at: datetime | None = None
    effective_from: datetime | None = None

    @classmethod
    def of(cls, document: PolicyDocument, language: Language) -> Self:
        """Show a policy to somebody who reads this language."""
        area, policy, activation = document.area, document.policy, document.activation
        return cls(
            version=document.version,
            scheme=None if area is None else area.scheme,
            area=None if area is None else area.code,
            title=document.title,
            state=document.state,
            state_label=label(document.state, language),
            weights=policy.weights,
            asking=policy.asking,
            approval=ApprovalView.of(policy.approval),
            escalation=policy.escalation,
            offering=OfferingView.of(policy.offering),
            drafted_by=document.drafted_by,
            drafted_at=document.drafted_at,
            activated_by=None if activation is None else activation.by,
            activated_at=None if activation is None else activation.at,
            effective_from=None if activation is None else activation.effective_from,
        )
