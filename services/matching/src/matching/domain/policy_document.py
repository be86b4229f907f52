"""A policy as people decide upon it: for which area, drafted by whom, in force from when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from common.places import AreaRef
from common.vocabulary import Labelled
from matching.domain.errors import PolicyAlreadyActive, PolicyFromThePast
from matching.domain.policy import POLICY, Policy


class PolicyState(Labelled):
    """Whether a policy counts, now or later."""

    DRAFT = "draft", "草案", "Draft"
    ACTIVE = "active", "已启用", "Active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Somebody's decision that a policy is to hold from an instant on."""

    by: str
    at: datetime
    effective_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A version of the policy of an area, or of the whole country where none is named.

    It is complete: what a draft leaves out was filled in from the policy that it is based on. Its
    figures never change; who wants others drafts another version. It holds for its area and all
    within until a later one of the same area takes effect, except where a smaller area has its own.
    """

    policy: Policy
    area: AreaRef | None
    title: str
    drafted_by: str
    drafted_at: datetime
    activation: Activation | None = None

    @property
    def version(self) -> int:
        """The number by which plans name it; no two policies of any areas share one."""
        return self.policy.version

    @property
    def state(self) -> PolicyState:
        """Whether it was activated, be it for a day to come."""
        return PolicyState.DRAFT if self.activation is None else PolicyState.ACTIVE

    def activate(
        self, *, by: str, at: datetime, effective_from: datetime | None = None
    ) -> PolicyDocument:
        """Let it hold from an instant on, by default from now.

        Raises:
            PolicyAlreadyActive: It was activated before, and that is final.
            PolicyFromThePast: Plans were made then, by another policy.
        """
        if self.activation is not None:
            raise PolicyAlreadyActive(
                version=self.version, effective_from=self.activation.effective_from
            )
        begins = at if effective_from is None else effective_from
        if begins < at:
            raise PolicyFromThePast(effective_from=begins)
        return replace(self, activation=Activation(by=by, at=at, effective_from=begins))


_WE: Final = "wushe"
_BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)

SHIPPED: Final = PolicyDocument(
    policy=POLICY,
    area=None,
    title="全国默认策略 Default of the country",
    drafted_by=_WE,
    drafted_at=_BEGINNING,
    activation=Activation(by=_WE, at=_BEGINNING, effective_from=_BEGINNING),
)
"""The policy of the country as long as nobody activates another."""
