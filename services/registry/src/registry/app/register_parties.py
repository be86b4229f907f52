"""Making parties known, one or many at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.change import Change
from common.clock import Clock
from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import Society
from registry.app.creations import create_each
from registry.app.permissions import WRITE_PARTIES
from registry.app.places import area_within
from registry.app.ports.areas import Areas
from registry.domain.errors.parties import PartyIdTaken
from registry.domain.party import PartyId, Vetting, register_party
from registry.domain.standing import Suspension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.app.creations import Outcome
    from registry.app.ports.parties import Parties
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party, PartyFact


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterParty:
    """Make a party of one of the five societies known."""

    id: UUID | None
    society: Society
    public_name: str
    is_person: bool
    area: AreaRef
    invited_on: date | None = None
    """Not yet approved, if it was only invited."""
    vetting: Vetting | None = None
    suspension: Suspension | None = None
    """What a list tells of who was at work before."""


async def register_parties(
    commands: Sequence[RegisterParty],
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
    areas: Areas,
    clock: Clock,
    new_id: Callable[[], UUID],
) -> list[Outcome[Party]]:
    """Register parties; what is wrong with one of them stops none of the others."""
    registrar = _Registrar(scope=scope, areas=areas, clock=clock, new_id=new_id)
    async with unit_of_work.transaction():
        return await create_each(
            [await registrar.propose(command) for command in commands],
            shelf=parties,
            differs=lambda party: PartyIdTaken(party_id=party.id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Registrar:
    scope: Scope
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def propose(self, command: RegisterParty) -> Change[Party, PartyFact] | DomainError:
        try:
            area = await area_within(
                self.scope, command.area, areas=self.areas, permission=WRITE_PARTIES
            )
            at = self.clock.now()
            made = register_party(
                PartyId(command.id or self.new_id()),
                society=command.society,
                public_name=command.public_name,
                is_person=command.is_person,
                area=area,
                at=at,
                invited_on=command.invited_on,
            )
            since = made.state.amend(vetting=command.vetting, suspension=command.suspension, at=at)
            return Change(since.state, made.facts + since.facts)
        except DomainError as refusal:
            return refusal
