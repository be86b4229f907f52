"""Following what cases tells: needs that come, change and end, and services that were given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from common.places import AreaRef, Position
from common.vocabulary import Beneficiary, MatchState, Unit
from matching.app.holdings import count, give_back
from matching.app.part_misfits import part_misfits
from matching.app.territory import told_site
from matching.domain.identity import MatchId, NeedId, PoolId
from matching.domain.match import STANDING
from matching.domain.need import Line, Need, NeedState, with_carriers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Store
    from matching.domain.local_policies import LocalPolicies

_TO_BE_WITHDRAWN = STANDING | {MatchState.ACCEPTED, MatchState.IN_SERVICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveNeed:
    """A need was submitted."""

    need_id: NeedId
    pool_id: PoolId
    area: AreaRef
    point: Position | None
    beneficiary: Beneficiary
    persons: int
    urgency: int
    lines: tuple[Line, ...]
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNeed:
    """The time or the place of a need has changed; both are told as they are now."""

    need_id: NeedId
    area: AreaRef
    point: Position | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountService:
    """A service was given for a match."""

    match_id: MatchId
    quantity: int
    unit: Unit


async def receive_needs(
    commands: Sequence[ReceiveNeed],
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    clock: Clock,
) -> None:
    """Let needs wait for their first plan; what policy leaves to no worker is approved already.

    Raises:
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    at = clock.now()
    async with store.transaction() as matching:
        pool_ids = sorted({command.pool_id for command in commands})
        local = {each: await policies.within_pool(each, at=at) for each in pool_ids}
        await matching.needs.add(
            [await _received(each, local[each.pool_id], areas=areas, at=at) for each in commands]
        )
        for pool_id in pool_ids:
            await matching.pools.mark(pool_id)


async def _received(
    command: ReceiveNeed, policies: LocalPolicies, *, areas: Areas, at: datetime
) -> Need:
    site = await told_site(command.area, command.point, pool_id=command.pool_id, areas=areas)
    approval = policies.around(site).approval
    return Need(
        id=command.need_id,
        site=site,
        beneficiary=command.beneficiary,
        persons=command.persons,
        urgency=command.urgency,
        submitted_at=command.submitted_at,
        lines=tuple(
            line
            if approval.is_needed(line.kind, needs_vetting=line.needs_vetting)
            else replace(line, approved_at=at)
            for line in with_carriers(command.lines)
        ),
    )


async def change_need(
    command: ChangeNeed, *, store: Store, areas: Areas, policies: Policies, clock: Clock
) -> None:
    """Take in the time and place of a need as they are now; a change that is known does nothing.

    Whoever has said no may be asked again. What is proposed or asked and does not fit any more
    ends at once; what was accepted stands, and the workers of the place are told.

    Raises:
        NeedNotKnown: Its submission has not been heard of yet.
        PlaceNotKnownYet: The list of areas has not come this far.
    """
    at = clock.now()
    async with store.transaction() as matching:
        before = await matching.needs.lock(command.need_id)
        pool_id = before.site.pool_id
        site = await told_site(command.area, command.point, pool_id=pool_id, areas=areas)
        after = before.changed(site, command.lines)
        if before.state is NeedState.ENDED or after is before:
            return
        await matching.needs.rewrite(after)
        await matching.needs.lift_refusals(after.id, at=at)
        policy = await policies.of_pool(pool_id, at=at)
        await part_misfits(before, after, policy, matching=matching, at=at)
        await matching.pools.mark(pool_id)


async def end_need(need_id: NeedId, *, store: Store, clock: Clock) -> None:
    """End what was proposed, asked and accepted for a need; what was fulfilled stays.

    Raises:
        NeedNotKnown: Its submission has not been heard of yet.
    """
    at = clock.now()
    async with store.transaction() as matching:
        need = await matching.needs.lock(need_id)
        if need.state is NeedState.ENDED:
            return
        await matching.needs.save(need.ended())
        matches = await matching.matches.lock_need(need_id)
        ending = [match for match in matches if match.state in _TO_BE_WITHDRAWN]
        await give_back(ending, matching=matching, at=at)
        await matching.matches.save([match.withdraw(at=at) for match in ending])
        await matching.pools.mark(need.site.pool_id)


async def count_service(command: CountService, *, store: Store, clock: Clock) -> None:
    """Start a match with its first service, and fulfil it with the last.

    A record in another unit shows that the service has begun, and not how much of it was given.

    Raises:
        MatchNotKnown: Nothing was ever proposed under this id.
    """
    async with store.transaction() as matching:
        match = await matching.matches.lock(command.match_id)
        is_comparable = command.unit is match.pairing.unit
        change = match.record(command.quantity if is_comparable else 0, at=clock.now())
        await matching.matches.save([change])
        await count(match, change.state, matching=matching)
