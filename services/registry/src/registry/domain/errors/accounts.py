"""What can be refused about accounts and their grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class AccountNotFound(NotFound, code="account-not-found", zh="没有这个账户。"):
    """Nobody with this login has been granted anything yet."""

    sub: str


@dataclass(eq=False)
class AccountChangedMeanwhile(
    Conflict, code="account-changed-meanwhile", zh="该账户刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the account at the same moment; read it again."""

    sub: str


@dataclass(eq=False)
class GrantIncomplete(
    RuleViolated, code="grant-incomplete", zh="该角色的授权缺少区划或机构，或多填了一项。"
):
    """The role needs an area, an organisation or neither, and the grant says otherwise."""

    role: str
    needs: str


@dataclass(eq=False)
class UnknownOrganisation(RuleViolated, code="unknown-organisation", zh="授权所指的机构尚未登记。"):
    """No party is registered under the organisation of the grant."""

    org: UUID


@dataclass(eq=False)
class GrantDaysOutOfOrder(
    RuleViolated, code="grant-days-out-of-order", zh="截止日期不能早于起始日期。"
):
    """A grant cannot end before the day on which it begins."""

    first: date
    last: date
