"""Policies: drafted for an area, activated by somebody who may, found by everybody at work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.grants import OutsideYourScope
from common.places import AreaRef
from matching.app.permissions import MANAGE_POLICIES
from matching.app.territory import reaches
from matching.domain.errors import OfferingOfPartOfPool, PolicyNotFound, WeightsOfPartOfPool
from matching.domain.identity import PoolId
from matching.domain.offering import Offering
from matching.domain.policy import Approval, Asking, Escalation, Policy, Weights
from matching.domain.policy_document import PolicyDocument

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice
    from common.places import Area
    from matching.app.policy_ports import FindPolicies, Policies
    from matching.app.ports import Areas, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPolicy:
    """Propose figures for an area, or for the country where none is named.

    A section that is left out is that of the policy the draft is based on: version ``based_on``, by
    default the one that holds in the area now. What a pool has but one of, its weights and what
    it asks of offers, is then that of the pool where the area is part of one.
    """

    area: AreaRef | None
    title: str
    based_on: int | None = None
    weights: Weights | None = None
    asking: Asking | None = None
    approval: Approval | None = None
    escalation: Escalation | None = None
    offering: Offering | None = None

    def completed(self, base: Policy, *, version: int) -> Policy:
        """Return all figures, under a version of their own."""
        return Policy(
            version=version,
            weights=self.weights or base.weights,
            asking=self.asking or base.asking,
            approval=self.approval or base.approval,
            escalation=self.escalation or base.escalation,
            offering=self.offering or base.offering,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivatePolicy:
    """Let a policy hold, by default from now on."""

    version: int
    effective_from: datetime | None = None


async def draft_policy(
    command: DraftPolicy, within: Scope, *, policies: Policies, areas: Areas, clock: Clock
) -> PolicyDocument:
    """Keep a draft; it changes nothing before it is activated.

    Raises:
        OutsideYourScope: The area is beyond the caller's reach.
        UnknownArea: The list in force has no such code.
        PolicyNotFound: There is no version to base it on.
        WeightsOfPartOfPool: Weights differ from those of the pool that the area is part of.
        OfferingOfPartOfPool: So does what is asked of offers.
    """
    at = clock.now()
    area = None if command.area is None else await areas.find(command.area)
    if not await _governs(within, command.area, areas=areas):
        raise OutsideYourScope(permission=MANAGE_POLICIES.name)
    with cleared(system("draft of a policy")):
        base = await _base(command, policies=policies, at=at)
        policy = command.completed(base, version=await policies.next_version())
        if area is not None and await _is_part_of_pool(area, areas=areas):
            pool = await policies.of_pool(PoolId(area.pool_id), at=at)
            policy = replace(
                policy,
                weights=command.weights or pool.weights,
                offering=command.offering or pool.offering,
            )
            _refuse_otherwise_than_pool(policy, pool, area.ref)
    document = PolicyDocument(
        policy=policy,
        area=command.area,
        title=command.title,
        drafted_by=within.sub,
        drafted_at=at,
    )
    await policies.add(document)
    return document


async def activate_policy(
    command: ActivatePolicy, within: Scope, *, policies: Policies, areas: Areas, clock: Clock
) -> PolicyDocument:
    """Let a policy hold; the pools concerned are planned anew when its time has come.

    Raises:
        PolicyNotFound: There is no such version, or none for this caller.
        PolicyAlreadyActive: It was activated before.
        PolicyFromThePast: The instant has passed.
        WeightsOfPartOfPool: Its pool will have other weights by then; these would have no effect.
        OfferingOfPartOfPool: So would what it asks of offers.
    """
    document = await policies.with_version(command.version)
    if not await _governs(within, document.area, areas=areas):
        raise PolicyNotFound(version=command.version)
    active = document.activate(by=within.sub, at=clock.now(), effective_from=command.effective_from)
    await _see_that_it_counts(active, policies=policies, areas=areas)
    await policies.activate(active)
    return active


async def find_policy(version: int, *, policies: Policies) -> PolicyDocument:
    """Return one version.

    Raises:
        PolicyNotFound: There is none.
    """
    return await policies.with_version(version)


async def find_policies(query: FindPolicies, *, policies: Policies) -> Slice[PolicyDocument]:
    """Return a slice of the policies."""
    return await policies.find(query)


async def policy_in_force(
    ref: AreaRef | None, *, policies: Policies, clock: Clock
) -> PolicyDocument:
    """Return what holds in an area now, be it the policy of an area above.

    Raises:
        UnknownArea: The list in force has no such code.
    """
    return await policies.of_area(ref, at=clock.now())


async def begin_policies(*, policies: Policies, store: Store, clock: Clock) -> int:
    """Mark the pools of areas in which a policy has begun to hold; return how many."""
    async with store.transaction() as matching:
        begun = await policies.take_begun(at=clock.now())
        for pool_id in begun:
            await matching.pools.mark(pool_id)
    return len(begun)


async def remember_policy(shipped: PolicyDocument, *, policies: Policies) -> None:
    """Keep the figures that plans refer to by the shipped policy's version.

    Raises:
        PolicyRewritten: Other figures are known under the same version.
    """
    await policies.remember(shipped)


async def _governs(within: Scope, ref: AreaRef | None, *, areas: Areas) -> bool:
    return within.is_everywhere if ref is None else await reaches(within, ref, areas=areas)


async def _base(command: DraftPolicy, *, policies: Policies, at: datetime) -> Policy:
    if command.based_on is not None:
        return (await policies.with_version(command.based_on)).policy
    return (await policies.of_area(command.area, at=at)).policy


async def _see_that_it_counts(active: PolicyDocument, *, policies: Policies, areas: Areas) -> None:
    if active.area is None or active.activation is None:
        return
    area = await areas.find(active.area)
    if await _is_part_of_pool(area, areas=areas):
        begins = active.activation.effective_from
        pool = await policies.of_pool(PoolId(area.pool_id), at=begins)
        _refuse_otherwise_than_pool(active.policy, pool, area.ref)


def _refuse_otherwise_than_pool(policy: Policy, pool: Policy, ref: AreaRef) -> None:
    """See that an area within a pool has the pool's own where a pool has but one."""
    if policy.weights != pool.weights:
        raise WeightsOfPartOfPool(scheme=ref.scheme, area=ref.code)
    if policy.offering != pool.offering:
        raise OfferingOfPartOfPool(scheme=ref.scheme, area=ref.code)


async def _is_part_of_pool(area: Area, *, areas: Areas) -> bool:
    """Tell whether something above the area belongs to the same pool.

    Points given by two sets of weights cannot be compared, so one pool has one set.
    """
    above = area.ancestors - {area.ref.code}
    around = [await areas.find(AreaRef(area.ref.scheme, code)) for code in sorted(above)]
    return any(each.pool_id == area.pool_id for each in around)
