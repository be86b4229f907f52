"""Grants with dates on a real database: begun and ended on time, whoever was asleep meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from moving_clock import NOON, MovingClock
from sqlalchemy import text

from common.accounts import put_account
from common.frame import build_frame
from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.grant_roles import AddGrant, DatedGrant, GrantRoles
from registry.bootstrap import build_application
from registry.domain.entitlement import Days
from registry.entrypoints.timekeeping import keeping_time
from testing.callers import claim_of
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.frame import Frame
    from registry.app.application import Application

    Staged = Callable[[], Awaitable[list[tuple[str, str, int]]]]

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
WORKER = Grant(role=Role.STATION_WORKER, area=XIANJIN)
EXPERT = Grant(role=Role.EXPERT, area=XIANJIN)
TOMORROW = Days(first=date(2026, 3, 2), last=date(2026, 3, 2))
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def app(frame: Frame, clock: MovingClock) -> Application:
    moving = build_frame("registry", frame.settings, clock=clock)
    return build_application(moving)


async def keep_time(app: Application) -> int:
    count = 0
    while await app.access.keep_time():
        count += 1
        assert count < 100, "something is due for ever"
    return count


async def test_a_dated_grant_is_told_when_it_begins_and_when_it_is_over(
    app: Application, clock: MovingClock, staged: Staged
) -> None:
    dated = DatedGrant(grant=WORKER, days=TOMORROW)
    account = await app.grant_roles(GrantRoles(sub="worker-1", grants=[EXPERT, dated]))
    held = [account.grants]
    for _ in range(3):
        clock.move(DAY)
        await keep_time(app)
        held.append((await app.find_account("worker-1")).grants)

    assert held == [(EXPERT,), (EXPERT, WORKER), (EXPERT,), (EXPERT,)]
    assert [version for _, _, version in await staged()] == [1, 2, 3]


async def test_nothing_is_due_before_its_time(app: Application, clock: MovingClock) -> None:
    await app.grant_roles(
        GrantRoles(sub="worker-1", grants=[DatedGrant(grant=WORKER, days=TOMORROW)])
    )

    clock.set(NOON.replace(hour=15, minute=59, second=59))

    assert await keep_time(app) == 0


async def test_what_was_missed_by_days_is_done_at_once(
    app: Application, clock: MovingClock
) -> None:
    await app.grant_roles(
        GrantRoles(sub="worker-1", grants=[DatedGrant(grant=WORKER, days=TOMORROW)])
    )
    clock.move(30 * DAY)

    assert await keep_time(app) == 1
    assert (await app.find_account("worker-1")).entitlements == ()


async def test_a_grant_that_begins_beside_its_like_is_due_once(
    app: Application, clock: MovingClock, staged: Staged
) -> None:
    later = DatedGrant(grant=WORKER, days=Days(first=date(2026, 3, 2)))
    await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER, later]))
    clock.move(DAY)

    assert await keep_time(app) == 1
    assert len(await staged()) == 1


async def test_an_account_that_only_its_grants_are_known_of_keeps_them(
    frame: Frame, app: Application
) -> None:
    async with frame.unit_of_work.transaction() as session:
        await put_account(
            session, account_id=frame.new_id(), sub="older", grants=[claim_of(EXPERT)], version=4
        )

    account = await app.add_grant(AddGrant(sub="older", grant=WORKER))

    assert (account.grants, account.version) == ((EXPERT, WORKER), 5)


async def test_what_an_older_release_revokes_does_not_return(
    frame: Frame, app: Application, clock: MovingClock
) -> None:
    ending = DatedGrant(grant=EXPERT, days=Days(last=date(2026, 3, 1)))
    await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER, ending]))
    async with frame.unit_of_work.transaction() as session:
        only_expert = text("update account set grants = grants - 0, version = version + 1")
        await (await session.connection()).execute(only_expert)
    clock.move(DAY)

    await keep_time(app)

    # The one it took away is gone; the one it let stand has kept its end.
    assert (await app.find_account("worker-1")).grants == ()


async def test_the_process_keeps_time_by_itself_until_told_to_stop(
    app: Application, clock: MovingClock, staged: Staged
) -> None:
    await app.grant_roles(
        GrantRoles(sub="worker-1", grants=[DatedGrant(grant=WORKER, days=TOMORROW)])
    )

    async with running(keeping_time(app.access, every_seconds=0.01)):
        clock.move(DAY)
        await until(lambda: _has(staged, 2))

    assert (await app.find_account("worker-1")).grants == (WORKER,)


async def _has(staged: Staged, count: int) -> bool:
    return len(await staged()) == count
