"""Having somebody stand in for somebody's absence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, system
from common.clock import CHINA, Clock
from registry.app.giving import place_to_give
from registry.app.keep_accounts import KeepingAccounts
from registry.app.places import is_within
from registry.app.ports.accounts import Accounts
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.substitutions import Substitutions
from registry.app.ports.work import UnitOfWork
from registry.domain.errors.substitutions import (
    GrantNotTheirs,
    SubstituteUnknown,
    SubstitutionNotFound,
)
from registry.domain.substitution import Absence, SubstitutionId, stand_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Caller, Scope
    from common.paging import Slice, Window
    from registry.domain.substitution import Substitution


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Have a login exercise a grant of another one for the days of an absence."""

    absence: Absence
    substitute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substituting:
    """The ability to arrange substitutions, and to end them early."""

    unit_of_work: UnitOfWork
    substitutions: Substitutions
    accounts: Accounts
    keeping: KeepingAccounts
    areas: Areas
    parties: Parties
    clock: Clock
    new_id: Callable[[], UUID]

    async def arrange(self, command: Substitute, giver: Caller) -> Substitution:
        """Arrange a substitution; what it gives begins and is over by itself.

        Raises:
            RoleNotPermitted: None of the giver's roles may give the grant.
            OutsideYourScope: They do not reach there.
            GrantNotTheirs: The absent person does not have the grant themselves.
            SubstituteUnknown: The substitute has no account.
            SubstituteForOneself: Both are the same.
            AbsenceIsOver: Its last day has passed.
            AbsenceAlreadyCovered: Somebody stands in for a part of it.
        """
        absence = command.absence
        async with self.unit_of_work.transaction():
            place = await place_to_give(
                absence.grant, giver, areas=self.areas, parties=self.parties
            )
            planned = stand_in(
                SubstitutionId(self.new_id()),
                absence,
                substitute=command.substitute,
                others=await self._others(command),
                place=place,
                by=giver.sub,
                at=self.clock.now(),
            )
            await self.substitutions.add(planned)
            await self.keeping.entitle(planned.substitute, planned.entitlement)
        return planned

    async def end(self, substitution_id: SubstitutionId, scope: Scope) -> Substitution:
        """End a substitution before its last day, or before its first.

        Raises:
            SubstitutionNotFound: There is none, or none for this caller.
            SubstitutionAlreadyEnded: It has ended already.
        """
        async with self.unit_of_work.transaction():
            found = await self._find(substitution_id, scope, is_held=True)
            ended = found.end(at=self.clock.now())
            await self.substitutions.save(ended)
            await self.keeping.dispossess(ended.substitute, ended.id)
        return ended

    async def find(self, substitution_id: SubstitutionId, scope: Scope) -> Substitution:
        """Return one substitution.

        Raises:
            SubstitutionNotFound: There is none, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            return await self._find(substitution_id, scope)

    async def list(self, scope: Scope, window: Window) -> Slice[Substitution]:
        """Return the substitutions that the caller may see, in the order of their ids."""
        async with self.unit_of_work.transaction():
            return await self.substitutions.page(scope, window)

    async def _find(
        self, substitution_id: SubstitutionId, scope: Scope, *, is_held: bool = False
    ) -> Substitution:
        found = await self.substitutions.get(substitution_id, is_held=is_held)
        place = found.place
        if scope.is_everywhere:
            return found
        if place is None or not await is_within(scope, place, areas=self.areas):
            raise SubstitutionNotFound(substitution_id=substitution_id)
        return found

    async def _others(self, command: Substitute) -> Sequence[Substitution]:
        now = self.clock.now()
        absent, grant = command.absence.absent, command.absence.grant
        with cleared(system("arrange a substitution")):
            # Held until the end, so that of two who cover the same days one is told.
            account = await self.accounts.find(absent, is_held=True)
            if account is None or not account.owns(grant, at=now):
                raise GrantNotTheirs
            if await self.accounts.find(command.substitute) is None:
                raise SubstituteUnknown
            return await self.substitutions.of(absent, now.astimezone(CHINA).date())
