"""What keeping policies asks of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.domain.policy_document import PolicyState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from common.paging import Slice
    from matching.domain.identity import PoolId
    from matching.domain.local_policies import LocalPolicies
    from matching.domain.offering import Offerings
    from matching.domain.policy import Policy
    from matching.domain.policy_document import PolicyDocument


class PolicyRewritten(Exception):
    """The figures of a policy changed and its version did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPolicies:
    """Look for policies."""

    window: Window
    scheme: AreaScheme | None = None
    within: AreaRef | None = None
    state: PolicyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long steps may stand still before somebody is told."""

    reminder_seconds: int
    approval_seconds: int


class Policies(Protocol):
    """All versions of the policies of all areas."""

    async def of_pool(self, pool_id: PoolId, *, at: datetime) -> Policy:
        """Return the policy that a pool is planned by.

        That is the one of the smallest area that has one and holds the whole pool.
        """
        ...

    async def within_pool(self, pool_id: PoolId, *, at: datetime) -> LocalPolicies:
        """Return the policy that a pool is planned by, and those of areas within it."""
        ...

    async def of_place(self, area: AreaRef, pool_id: PoolId, *, at: datetime) -> Policy:
        """Return what holds for a need of a pool in its own area; the pool's, if that is gone."""
        ...

    async def offerings(
        self, pool_ids: Collection[PoolId] | None = None, *, at: datetime
    ) -> Offerings:
        """Return what the policies of pools ask of offers: of some, or of all that have any."""
        ...

    async def of_area(self, ref: AreaRef | None, *, at: datetime) -> PolicyDocument:
        """Return what holds in an area, or in the country: its own, or that of the next above.

        Raises:
            UnknownArea: The list in force has no such code.
        """
        ...

    async def with_version(self, version: int) -> PolicyDocument:
        """Return one version, or raise ``PolicyNotFound``."""
        ...

    async def find(self, query: FindPolicies) -> Slice[PolicyDocument]:
        """Return a slice of the policies, newest first."""
        ...

    async def next_version(self) -> int:
        """Return a number that no policy has had or will have."""
        ...

    async def add(self, document: PolicyDocument) -> None:
        """Keep a draft."""
        ...

    async def activate(self, document: PolicyDocument) -> None:
        """Keep an activation, or raise ``PolicyAlreadyActive``."""
        ...

    async def take_begun(self, *, at: datetime) -> Sequence[PoolId]:
        """Return, once, the pools of whose areas a policy has begun to hold since last asked."""
        ...

    async def shortest_waits(self, *, at: datetime) -> Waits:
        """Return the shortest times after which any policy in force lets somebody be nagged."""
        ...

    async def shortest_patience(self, *, at: datetime) -> int:
        """Return the fewest seconds that any policy in force lets an ask stand."""
        ...

    async def remember(self, shipped: PolicyDocument) -> None:
        """Keep the policy of the country as it is shipped.

        Raises:
            PolicyRewritten: Other figures are known under the same version.
        """
        ...
