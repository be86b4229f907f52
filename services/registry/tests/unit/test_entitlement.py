"""A grant holds from its first instant until its last, and somebody knows when to look again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.account import AccountId, new_account
from registry.domain.entitlement import ALWAYS, Days, Entitlement, Origin, next_change
from registry.domain.errors.accounts import GrantDaysOutOfOrder

# Noon of the first of March in China.
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
WORKER = Grant(role=Role.STATION_WORKER, area=AreaRef(AreaScheme.NBS, "210213009"))
NOBODY = new_account(AccountId(UUID(int=1)), sub="worker-1")
ABSENCE = UUID(int=7)


def test_days_begin_and_end_at_midnight_in_china() -> None:
    days = Days(first=date(2026, 3, 2), last=date(2026, 3, 3))

    assert days.since == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert days.until == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert (ALWAYS.since, ALWAYS.until) == (None, None)


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(GrantDaysOutOfOrder) as refusal:
        Days(first=date(2026, 3, 2), last=date(2026, 3, 1))

    assert refusal.value.facts == {"first": date(2026, 3, 2), "last": date(2026, 3, 1)}


def test_a_grant_to_come_is_kept_and_not_in_force() -> None:
    later = Entitlement(grant=WORKER, since=NOW + DAY)

    change = NOBODY.entitle(later, at=NOW)

    assert (change.state.grants, change.state.entitlements) == ((), (later,))
    assert len(change.facts) == 1


@pytest.mark.parametrize(
    ("hours", "grants"), [(23, ()), (24, (WORKER,)), (47, (WORKER,)), (48, ())]
)
def test_a_grant_holds_from_its_instant_to_just_before_its_end(
    hours: int, grants: tuple[Grant, ...]
) -> None:
    account = NOBODY.entitle(
        Entitlement(grant=WORKER, since=NOW + DAY, until=NOW + 2 * DAY), at=NOW
    )

    assert account.state.keep_time(at=NOW + timedelta(hours=hours)).state.grants == grants


def test_what_is_over_is_forgotten() -> None:
    account = NOBODY.entitle(Entitlement(grant=WORKER, until=NOW + DAY), at=NOW).state

    assert account.keep_time(at=NOW + DAY).state.entitlements == ()


def test_a_grant_held_twice_lasts_as_long_as_the_longer_one() -> None:
    account = NOBODY.entitle(Entitlement(grant=WORKER), at=NOW).state
    twice = account.entitle(
        Entitlement(grant=WORKER, origin=Origin.SUBSTITUTION, source=ABSENCE, until=NOW + DAY),
        at=NOW,
    ).state

    assert twice.grants == (WORKER,)
    assert twice.keep_time(at=NOW + DAY).state.grants == (WORKER,)


def test_what_came_by_one_source_can_be_taken_away_alone() -> None:
    other = Grant(role=Role.EXPERT, area=WORKER.area)
    account = NOBODY.entitle(Entitlement(grant=other), at=NOW).state
    substitute = account.entitle(
        Entitlement(grant=WORKER, origin=Origin.SUBSTITUTION, source=ABSENCE), at=NOW
    ).state

    assert set(substitute.grants) == {other, WORKER}
    assert substitute.dispossess(ABSENCE, at=NOW).state.grants == (other,)


def test_only_what_is_ones_own_can_be_passed_on() -> None:
    owner = NOBODY.entitle(Entitlement(grant=WORKER, since=NOW + DAY), at=NOW).state
    borrower = NOBODY.entitle(
        Entitlement(grant=WORKER, origin=Origin.SUBSTITUTION, source=ABSENCE), at=NOW
    ).state

    assert owner.owns(WORKER, at=NOW)
    assert not borrower.owns(WORKER, at=NOW)


def test_the_next_change_is_the_first_border_still_to_come() -> None:
    held = [
        Entitlement(grant=WORKER, since=NOW - DAY, until=NOW + 3 * DAY),
        Entitlement(grant=WORKER, since=NOW + 2 * DAY),
        Entitlement(grant=WORKER),
    ]

    assert next_change(held, NOW) == NOW + 2 * DAY
    assert next_change(held, NOW + 2 * DAY) == NOW + 3 * DAY
    assert next_change(held, NOW + 3 * DAY) is None
