"""Saying what an account may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.clock import Clock
from common.grants import Grant
from registry.app.ports.accounts import Accounts
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.account import AccountId, new_account
from registry.domain.errors.accounts import AccountNotFound, UnknownOrganisation

if TYPE_CHECKING:
    from registry.domain.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRoles:
    """Put these grants in the place of all that an account has."""

    sub: str
    grants: Sequence[Grant]
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddGrant:
    """Give an account one more grant, and keep what it has."""

    sub: str
    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantingRoles:
    """The ability to say what accounts may do, wherever the wish comes from."""

    unit_of_work: UnitOfWork
    accounts: Accounts
    areas: Areas
    parties: Parties
    clock: Clock
    new_id: Callable[[], UUID]

    async def replace(self, command: GrantRoles) -> Account:
        """Replace an account's grants and tell the other services.

        Raises:
            GrantIncomplete: A grant lacks what its role needs, or has more.
            UnknownArea: A grant is for an area that no list has.
            UnknownOrganisation: A grant is for an organisation that is not registered.
            AccountChangedMeanwhile: Somebody else was faster.
        """
        async with self.unit_of_work.transaction():
            account = await self.accounts.find(command.sub) or self._unknown(command.sub)
            refuse_stale(account, command.seen)
            return await self._regrant(account, command.grants)

    async def add(self, command: AddGrant) -> Account:
        """Add a grant to those that an account has, and tell the other services."""
        async with self.unit_of_work.transaction():
            account = await self.accounts.find(command.sub) or self._unknown(command.sub)
            return await self._regrant(account, (*account.grants, command.grant))

    async def find(self, sub: str) -> Account:
        """Return an account.

        Raises:
            AccountNotFound: Nobody has granted this login anything.
        """
        async with self.unit_of_work.transaction():
            account = await self.accounts.find(sub)
        if account is None:
            raise AccountNotFound(sub=sub)
        return account

    async def _regrant(self, account: Account, grants: Sequence[Grant]) -> Account:
        change = account.regrant(grants, at=self.clock.now())
        for grant in set(change.state.grants) - set(account.grants):
            await self._refuse_unknown(grant)
        if change.facts:
            await self.accounts.save(change)
        return change.state

    async def _refuse_unknown(self, grant: Grant) -> None:
        if grant.area is not None:
            await self.areas.find(grant.area)
        if grant.org is not None and not await self.parties.find_many([grant.org]):
            raise UnknownOrganisation(org=grant.org)

    def _unknown(self, sub: str) -> Account:
        return new_account(AccountId(self.new_id()), sub=sub)
