"""Grants are replaced as a whole, and say exactly what their role needs."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.account import REACH_OF_ROLE, AccountId, new_account
from registry.domain.errors.accounts import GrantIncomplete

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
ORG = UUID(int=9)
NOBODY = new_account(AccountId(UUID(int=1)), sub="worker-1")
WORKER = Grant(role=Role.STATION_WORKER, area=XIANJIN)
SUPERVISOR = Grant(role=Role.COUNTY_SUPERVISOR, area=AreaRef(AreaScheme.NBS, "210213"))


def test_an_account_begins_with_its_first_grants() -> None:
    change = NOBODY.regrant([WORKER], at=NOW)

    assert change.state.grants == (WORKER,)
    assert [fact.account.version for fact in change.facts] == [1]


def test_the_same_grants_in_another_order_change_nothing() -> None:
    account = NOBODY.regrant([WORKER, SUPERVISOR], at=NOW).state

    change = account.regrant([SUPERVISOR, WORKER, SUPERVISOR], at=NOW)

    assert change.facts == ()
    assert change.state is account


def test_an_account_without_grants_is_stored_so_that_the_revocation_is_told() -> None:
    assert NOBODY.regrant([], at=NOW).state.version == 1


def test_an_empty_list_revokes_everything() -> None:
    account = NOBODY.regrant([WORKER], at=NOW).state

    assert account.regrant([], at=NOW).state.grants == ()


def test_every_role_has_its_reach() -> None:
    assert set(REACH_OF_ROLE) == set(Role)


@pytest.mark.parametrize(
    "grant",
    [
        Grant(role=Role.STATION_WORKER),
        Grant(role=Role.STATION_WORKER, org=ORG),
        Grant(role=Role.STATION_WORKER, area=XIANJIN, org=ORG),
        Grant(role=Role.PARTNER, area=XIANJIN),
        Grant(role=Role.PARTNER),
        Grant(role=Role.PLATFORM_ADMIN, area=XIANJIN),
    ],
)
def test_a_grant_that_says_less_or_more_than_its_role_needs_is_refused(grant: Grant) -> None:
    with pytest.raises(GrantIncomplete):
        NOBODY.regrant([WORKER, grant], at=NOW)
