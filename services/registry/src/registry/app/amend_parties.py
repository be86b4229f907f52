"""Noting what a list tells anew of parties that are known, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.change import Change
from common.clock import Clock
from common.errors import Conflict, DomainError
from common.grants import Scope
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.domain.errors.parties import PartyNotFound
from registry.domain.party import PartyId, Vetting
from registry.domain.standing import Suspension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party, PartyFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendParty:
    """Note a vetting, or a suspension, or the one and then the other."""

    party_id: PartyId
    vetting: Vetting | None
    suspension: Suspension | None

    @property
    def is_nothing(self) -> bool:
        """Tell whether there is nothing to note."""
        return self.vetting is None and self.suspension is None


async def amend_parties(
    commands: Sequence[AmendParty],
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
    areas: Areas,
    clock: Clock,
) -> list[Party | DomainError]:
    """Amend parties, each of them once; what is wrong with one stops none of the others."""
    amending = _Amending(scope=scope, parties=parties, areas=areas, clock=clock)
    async with unit_of_work.transaction():
        return await amending.all(commands)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amending:
    scope: Scope
    parties: Parties
    areas: Areas
    clock: Clock

    async def all(self, commands: Sequence[AmendParty]) -> list[Party | DomainError]:
        if not commands:
            return []
        known = await self.parties.find_many([command.party_id for command in commands])
        decided = [await self._decide(command, known.get(command.party_id)) for command in commands]
        try:
            await self.parties.save_all([each for each in decided if isinstance(each, Change)])
        except Conflict as refusal:
            if len(commands) == 1:
                return [refusal]
            half = len(commands) // 2
            return [*await self.all(commands[:half]), *await self.all(commands[half:])]
        return [each if isinstance(each, DomainError) else each.state for each in decided]

    async def _decide(
        self, command: AmendParty, party: Party | None
    ) -> Change[Party, PartyFact] | DomainError:
        try:
            if party is None or not await self._is_within(party):
                return PartyNotFound(party_id=command.party_id)
            return party.amend(
                vetting=command.vetting, suspension=command.suspension, at=self.clock.now()
            )
        except DomainError as refusal:
            return refusal

    async def _is_within(self, party: Party) -> bool:
        return await is_within(self.scope, party.area, areas=self.areas, org=party.id)
