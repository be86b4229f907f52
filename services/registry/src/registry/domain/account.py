"""An account: what the person behind one login may do, now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.change import Change
from common.grants import Grant, Reach, Role
from registry.domain.errors.accounts import GrantIncomplete

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AccountId = NewType("AccountId", UUID)

REACH_OF_ROLE: Final[Mapping[Role, Reach]] = MappingProxyType(
    {
        Role.PLATFORM_ADMIN: Reach.EVERYWHERE,
        Role.OFFICER: Reach.AREA,
        Role.COUNTY_SUPERVISOR: Reach.AREA,
        Role.STATION_WORKER: Reach.AREA,
        Role.COMMUNITY_WORKER: Reach.AREA,
        Role.EXPERT: Reach.AREA,
        Role.ANALYST: Reach.AREA,
        Role.PARTNER: Reach.ORGANISATION,
        Role.VOLUNTEER: Reach.ORGANISATION,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login and the grants in force for it; no grants means that it may do nothing.

    A grant always says exactly what its role needs, so that none is silently without effect.
    """

    id: AccountId
    version: int
    sub: str
    grants: tuple[Grant, ...] = ()

    def regrant(self, grants: Iterable[Grant], *, at: datetime) -> Change[Account, AccountFact]:
        """Put these grants in the place of all others; the same grants change nothing.

        Raises:
            GrantIncomplete: A grant lacks its area or organisation, or has one too many.
        """
        wanted = tuple(dict.fromkeys(grants))
        for grant in wanted:
            _refuse_incomplete(grant)
        if self.version > 0 and set(wanted) == set(self.grants):
            return Change(self, ())
        changed = replace(self, version=self.version + 1, grants=wanted)
        return Change(changed, (AccountWasChanged(account=changed, at=at),))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWasChanged:
    """The grants of an account are now exactly these."""

    account: Account
    at: datetime


AccountFact = AccountWasChanged


def new_account(account_id: AccountId, *, sub: str) -> Account:
    """Return an account without grants; it is stored with its first ones."""
    return Account(id=account_id, version=0, sub=sub)


def _refuse_incomplete(grant: Grant) -> None:
    needs = REACH_OF_ROLE[grant.role]
    has_area, has_org = grant.area is not None, grant.org is not None
    if (has_area, has_org) != (needs is Reach.AREA, needs is Reach.ORGANISATION):
        raise GrantIncomplete(role=grant.role, needs=needs)
