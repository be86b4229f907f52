"""Approving a party, asking it to be certified anew, and merging what was entered twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clock import Clock
from registry.app.find_parties import find_party
from registry.app.ports.areas import Areas
from registry.app.ports.mergers import Following
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.errors.parties import PartyWasMerged
from registry.domain.party import Party, PartyId

if TYPE_CHECKING:
    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveParty:
    """Let a party be matched, or again; ``seen`` is the version that the caller decided upon."""

    party_id: PartyId
    approved_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequireRecertification:
    """Ask a party to be certified anew by a day."""

    party_id: PartyId
    required_on: date
    due_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeParty:
    """Have a party that was entered twice live on as another one."""

    party_id: PartyId
    survivor_id: PartyId
    merged_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangingStandings:
    """The abilities around the life of a party."""

    unit_of_work: UnitOfWork
    parties: Parties
    areas: Areas
    clock: Clock
    following: Sequence[Following]
    """Whatever belongs to a party and goes on with the one as which it lives on."""

    async def approve(self, command: ApproveParty, scope: Scope) -> Party:
        """Approve a party and tell the other services; matching shows its offers at once."""
        async with self.unit_of_work.transaction():
            party = await self._find(command.party_id, scope)
            refuse_stale(party, command.seen)
            change = party.approve(approved_on=command.approved_on, at=self.clock.now())
            await self.parties.save(change)
        return change.state

    async def require_recertification(self, command: RequireRecertification, scope: Scope) -> Party:
        """Ask a party to be certified anew and tell the other services."""
        async with self.unit_of_work.transaction():
            party = await self._find(command.party_id, scope)
            refuse_stale(party, command.seen)
            change = party.require_recertification(
                required_on=command.required_on, due_on=command.due_on, at=self.clock.now()
            )
            await self.parties.save(change)
        return change.state

    async def merge(self, command: MergeParty, scope: Scope) -> Party:
        """Merge a party into another, with all that belongs to it; return the other one.

        The caller has to be allowed to touch both. What was told about the merged one stays told.
        """
        async with self.unit_of_work.transaction():
            party = await self._find(command.party_id, scope)
            if party.id != command.party_id:
                raise PartyWasMerged(party_id=command.party_id, survivor_id=party.id)
            refuse_stale(party, command.seen)
            survivor = await self._find(command.survivor_id, scope)
            change = party.merge_into(survivor, merged_on=command.merged_on, at=self.clock.now())
            await self.parties.save(change)
            await self.parties.lead_on(party.id, survivor.id)
            for each in self.following:
                await each.follow(party.id, survivor.id)
        return survivor

    async def _find(self, party_id: PartyId, scope: Scope) -> Party:
        return await find_party(
            party_id,
            scope,
            unit_of_work=self.unit_of_work,
            parties=self.parties,
            areas=self.areas,
        )
