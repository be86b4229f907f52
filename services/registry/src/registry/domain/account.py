"""An account: what the person behind one login may do, now and on days to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.change import Change
from common.grants import Grant, Reach, Role
from registry.domain.entitlement import Entitlement, in_force
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

    ``grants`` is what was last told to everybody; ``entitlements`` say why and how long, also of
    grants that are still to come. A grant always says exactly what its role needs, so that none is
    silently without effect.
    """

    id: AccountId
    version: int
    sub: str
    grants: tuple[Grant, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()

    def regrant(self, grants: Iterable[Grant], *, at: datetime) -> Change[Account, AccountFact]:
        """Put these grants, without dates, in the place of all others."""
        return self.hold([Entitlement(grant=grant) for grant in grants], at=at)

    def hold(
        self, entitlements: Iterable[Entitlement], *, at: datetime
    ) -> Change[Account, AccountFact]:
        """Put these in the place of all others; the same ones change nothing.

        Raises:
            GrantIncomplete: A grant lacks its area or organisation, or has one too many.
        """
        wanted = tuple(dict.fromkeys(each for each in entitlements if not each.is_over(at)))
        # What is there already was accepted once, and must not keep time from passing.
        for each in set(wanted) - set(self.entitlements):
            refuse_incomplete(each.grant)
        grants = in_force(wanted, at)
        is_same = set(wanted) == set(self.entitlements) and set(grants) == set(self.grants)
        if self.version > 0 and is_same:
            return Change(self, ())
        changed = replace(self, version=self.version + 1, grants=grants, entitlements=wanted)
        return Change(changed, (AccountWasChanged(account=changed, at=at),))

    def entitle(self, entitlement: Entitlement, *, at: datetime) -> Change[Account, AccountFact]:
        """Add one to those that there are."""
        return self.hold((*self.entitlements, entitlement), at=at)

    def dispossess(self, source: UUID, *, at: datetime) -> Change[Account, AccountFact]:
        """Take away what came by one invitation or substitution."""
        return self.hold([each for each in self.entitlements if each.source != source], at=at)

    def keep_time(self, *, at: datetime) -> Change[Account, AccountFact]:
        """Begin and end what begins and ends by the instant."""
        return self.hold(self.entitlements, at=at)

    def owns(self, grant: Grant, *, at: datetime) -> bool:
        """Tell whether the account has the grant, or will have it, not for somebody else."""
        return any(
            each.is_own and each.grant == grant and not each.is_over(at)
            for each in self.entitlements
        )

    def holds_from(self, source: UUID) -> bool:
        """Tell whether something that came by one invitation or substitution is still there."""
        return any(each.source == source for each in self.entitlements)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWasChanged:
    """The grants of an account are now exactly these."""

    account: Account
    at: datetime


AccountFact = AccountWasChanged


def new_account(account_id: AccountId, *, sub: str) -> Account:
    """Return an account without grants; it is stored with its first ones."""
    return Account(id=account_id, version=0, sub=sub)


def refuse_incomplete(grant: Grant) -> None:
    """Accept a grant that says exactly what its role needs.

    Raises:
        GrantIncomplete: It lacks its area or organisation, or has one too many.
    """
    needs = REACH_OF_ROLE[grant.role]
    has_area, has_org = grant.area is not None, grant.org is not None
    if (has_area, has_org) != (needs is Reach.AREA, needs is Reach.ORGANISATION):
        raise GrantIncomplete(role=grant.role, needs=needs)
