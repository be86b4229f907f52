"""Saying what an account may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clock import Clock
from common.grants import Grant
from registry.app.keep_accounts import KeepingAccounts
from registry.app.ports.accounts import Accounts
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.entitlement import ALWAYS, Days, Entitlement
from registry.domain.errors.accounts import AccountNotFound, UnknownOrganisation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from common.change import Change
    from registry.domain.account import Account, AccountFact


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedGrant:
    """A grant, and the days on which it is to hold."""

    grant: Grant
    days: Days = ALWAYS

    @property
    def entitlement(self) -> Entitlement:
        """What the account will hold."""
        return Entitlement(grant=self.grant, since=self.days.since, until=self.days.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRoles:
    """Put these grants in the place of all that an account has."""

    sub: str
    grants: Sequence[Grant | DatedGrant]
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
    keeping: KeepingAccounts
    areas: Areas
    parties: Parties
    clock: Clock

    async def replace(self, command: GrantRoles) -> Account:
        """Replace an account's grants and tell the other services.

        Raises:
            GrantIncomplete: A grant lacks what its role needs, or has more.
            UnknownArea: A grant is for an area that no list has.
            UnknownOrganisation: A grant is for an organisation that is not registered.
            AccountChangedMeanwhile: Somebody else was faster.
        """
        wanted = [_entitlement(grant) for grant in command.grants]

        def decision(account: Account) -> Change[Account, AccountFact]:
            refuse_stale(account, command.seen)
            return account.hold(wanted, at=self.clock.now())

        async with self.unit_of_work.transaction():
            account = await self.keeping.decide(command.sub, decision)
            await self._refuse_unknown(each.grant for each in account.entitlements)
            return account

    async def add(self, command: AddGrant) -> Account:
        """Add a grant to those that an account has, and tell the other services."""
        async with self.unit_of_work.transaction():
            account = await self.keeping.entitle(command.sub, Entitlement(grant=command.grant))
            await self._refuse_unknown([command.grant])
            return account

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

    async def _refuse_unknown(self, grants: Iterable[Grant]) -> None:
        for grant in grants:
            if grant.area is not None:
                await self.areas.find(grant.area)
            if grant.org is not None and not await self.parties.find_many([grant.org]):
                raise UnknownOrganisation(org=grant.org)


def _entitlement(wanted: Grant | DatedGrant) -> Entitlement:
    return Entitlement(grant=wanted) if isinstance(wanted, Grant) else wanted.entitlement
