"""Changing accounts, whoever wishes it, and keeping time for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from common.change import Change
from common.clearance import cleared, system
from common.clock import CHINA, Clock
from registry.app.ports.accounts import Accounts
from registry.app.ports.substitutions import Substitutions
from registry.app.ports.work import UnitOfWork
from registry.domain.account import Account, AccountFact, AccountId, new_account
from registry.domain.errors.accounts import AccountChangedMeanwhile

if TYPE_CHECKING:
    from registry.domain.entitlement import Entitlement

Decision: TypeAlias = Callable[[Account], Change[Account, AccountFact]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingAccounts:
    """The ability to change an account after it was made sure that it may be changed.

    A login that nobody has granted anything has an account without grants, which is stored with
    the first of them.
    """

    unit_of_work: UnitOfWork
    accounts: Accounts
    substitutions: Substitutions
    clock: Clock
    new_id: Callable[[], UUID]

    async def decide(self, sub: str, decision: Decision) -> Account:
        """Change the account of a login and tell the other services.

        Raises:
            AccountChangedMeanwhile: Somebody else was faster.
        """
        with cleared(system("keep accounts")):
            async with self.unit_of_work.transaction():
                account = await self.accounts.find(sub) or self._unknown(sub)
                change = decision(account)
                if change.facts:
                    await self.accounts.save(change)
                    await self._follow(change.state)
                return change.state

    async def entitle(self, sub: str, entitlement: Entitlement) -> Account:
        """Give a login one grant more."""
        return await self.decide(
            sub, lambda account: account.entitle(entitlement, at=self.clock.now())
        )

    async def dispossess(self, sub: str, source: UUID) -> Account:
        """Take from a login what came by one invitation or substitution."""
        return await self.decide(
            sub, lambda account: account.dispossess(source, at=self.clock.now())
        )

    async def keep_time(self) -> bool:
        """Begin and end what is due for one account, and tell whether there was one."""
        with cleared(system("keep time")):
            async with self.unit_of_work.transaction():
                sub = await self.accounts.due(self.clock.now())
                if sub is None:
                    return False
                with suppress(AccountChangedMeanwhile):
                    # Whoever was faster has kept the time as well.
                    await self._keep_time_of(sub)
        return True

    async def _keep_time_of(self, sub: str) -> None:
        now = self.clock.now()
        account = await self.decide(sub, lambda account: account.keep_time(at=now))
        # What begins beside another of its kind, or ends before one, changes nothing for anybody.
        await self.accounts.reschedule(account, now)

    async def _follow(self, account: Account) -> None:
        """End the substitutions that have lost their ground by what the account now holds."""
        now = self.clock.now()
        for each in await self.substitutions.of(account.sub, now.astimezone(CHINA).date()):
            is_passed_on = each.absence.absent != account.sub or account.owns(
                each.absence.grant, at=now
            )
            is_held = each.substitute != account.sub or account.holds_from(each.id)
            if not (is_passed_on and is_held):
                await self.substitutions.save(each.end(at=now))
                await self.dispossess(each.substitute, each.id)

    def _unknown(self, sub: str) -> Account:
        return new_account(AccountId(self.new_id()), sub=sub)
