"""Suspending a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.app.find_parties import find_party
from registry.app.versions import refuse_stale
from registry.domain.party import PartyId
from registry.domain.standing import SuspensionReason

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.ports.areas import Areas
    from registry.app.ports.parties import Parties
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendParty:
    """Stop all matching of a party; ``seen`` is the version that the caller decided upon."""

    party_id: PartyId
    suspended_on: date
    reason: SuspensionReason
    seen: int | None = None


async def suspend_party(
    command: SuspendParty,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
    areas: Areas,
    clock: Clock,
) -> Party:
    """Suspend a party and tell the other services."""
    async with unit_of_work.transaction():
        party = await find_party(
            command.party_id, scope, unit_of_work=unit_of_work, parties=parties, areas=areas
        )
        refuse_stale(party, command.seen)
        change = party.suspend(
            suspended_on=command.suspended_on, reason=command.reason, at=clock.now()
        )
        await parties.save(change)
    return change.state
