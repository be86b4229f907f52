"""Substitutions on a real database: begun, ended, and gone when their ground is."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from moving_clock import NOON, MovingClock

from common.frame import build_frame
from common.grants import Caller, Grant, Role, Scope
from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.grant_roles import DatedGrant, GrantRoles
from registry.app.substitute import Substitute
from registry.bootstrap import build_application
from registry.domain.entitlement import Days
from registry.domain.errors.substitutions import (
    AbsenceAlreadyCovered,
    AbsenceIsOver,
    GrantNotTheirs,
    SubstituteForOneself,
    SubstituteUnknown,
    SubstitutionAlreadyEnded,
)
from registry.domain.substitution import Absence, SubstitutionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.errors import DomainError
    from common.frame import Frame
    from registry.app.application import Application

    Staged = Callable[[], Awaitable[list[tuple[str, str, int]]]]

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
WORKER = Grant(role=Role.STATION_WORKER, area=XIANJIN)
EXPERT = Grant(role=Role.EXPERT, area=XIANJIN)
ADMIN = Caller(sub="admin", grants=(Grant(role=Role.PLATFORM_ADMIN),))
EVERYWHERE = Scope(sub="admin", is_everywhere=True)
DAY = timedelta(days=1)


def of_march(first: int, last: int, *, absent: str = "absent", grant: Grant = WORKER) -> Absence:
    return Absence(
        absent=absent, grant=grant, first_on=date(2026, 3, first), last_on=date(2026, 3, last)
    )


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def app(frame: Frame, clock: MovingClock) -> Application:
    app = build_application(build_frame("registry", frame.settings, clock=clock))
    await app.grant_roles(GrantRoles(sub="absent", grants=[WORKER]))
    await app.grant_roles(GrantRoles(sub="substitute", grants=[EXPERT]))
    return app


async def grants_of(app: Application, sub: str = "substitute") -> tuple[Grant, ...]:
    while await app.access.keep_time():
        pass
    return (await app.find_account(sub)).grants


async def arrange(app: Application, absence: Absence, substitute: str = "substitute") -> None:
    await app.access.arrange_substitution(Substitute(absence=absence, substitute=substitute), ADMIN)


async def test_a_substitute_has_the_grant_on_the_days_of_the_absence_and_no_longer(
    app: Application, clock: MovingClock
) -> None:
    await arrange(app, of_march(2, 3))
    held = []
    for hour in (0, 11, 12, 59, 60):
        clock.set(NOON + timedelta(hours=hour))
        held.append(WORKER in await grants_of(app))

    assert held == [False, False, True, True, False]
    assert (await app.find_account("absent")).grants == (WORKER,)


async def test_each_border_is_told_by_one_event(
    app: Application, clock: MovingClock, staged: Staged
) -> None:
    before = len(await staged())
    await arrange(app, of_march(1, 1))
    clock.move(DAY)
    await grants_of(app)

    told = (await staged())[before:]
    account = await app.find_account("substitute")
    assert told == [("registry.account.changed.v1", str(account.id), each) for each in (2, 3)]


async def test_one_that_is_ended_early_holds_no_longer(app: Application) -> None:
    await arrange(app, of_march(1, 3))
    (found,) = (await app.access.list_substitutions(EVERYWHERE, _window())).items
    held = await grants_of(app)

    ended = await app.access.end_substitution(found.id, EVERYWHERE)

    assert (held, await grants_of(app)) == ((EXPERT, WORKER), (EXPERT,))
    assert ended.state(NOON) is SubstitutionState.ENDED
    with pytest.raises(SubstitutionAlreadyEnded):
        await app.access.end_substitution(found.id, EVERYWHERE)


async def test_what_the_absent_person_loses_the_substitute_loses_with_it(
    app: Application,
) -> None:
    await arrange(app, of_march(1, 3))
    await arrange(app, of_march(5, 6))

    await app.grant_roles(GrantRoles(sub="absent", grants=[]))

    assert await grants_of(app) == (EXPERT,)
    found = (await app.access.list_substitutions(EVERYWHERE, _window())).items
    assert {each.state(NOON) for each in found} == {SubstitutionState.ENDED}


async def test_a_grant_of_the_absent_person_that_runs_out_runs_out_for_both(
    app: Application, clock: MovingClock
) -> None:
    ending = DatedGrant(grant=WORKER, days=Days(last=date(2026, 3, 2)))
    await app.grant_roles(GrantRoles(sub="absent", grants=[ending]))
    await arrange(app, of_march(1, 10))

    clock.move(2 * DAY)

    assert await grants_of(app) == (EXPERT,)


async def test_all_that_an_administrator_puts_is_all_that_a_substitute_has(
    app: Application,
) -> None:
    await arrange(app, of_march(1, 3))

    await app.grant_roles(GrantRoles(sub="substitute", grants=[EXPERT]))

    assert await grants_of(app) == (EXPERT,)
    (found,) = (await app.access.list_substitutions(EVERYWHERE, _window())).items
    assert found.state(NOON) is SubstitutionState.ENDED


async def test_what_came_by_a_substitution_cannot_be_passed_on(app: Application) -> None:
    await arrange(app, of_march(1, 3))

    with pytest.raises(GrantNotTheirs):
        await arrange(app, of_march(1, 3, absent="substitute"), "absent")


@pytest.mark.parametrize(
    ("absence", "substitute", "refusal"),
    [
        (of_march(1, 2), "absent", SubstituteForOneself),
        (of_march(1, 2), "nobody", SubstituteUnknown),
        (of_march(1, 2, absent="nobody"), "substitute", GrantNotTheirs),
        (of_march(1, 2, grant=EXPERT), "substitute", GrantNotTheirs),
        (
            Absence(
                absent="absent",
                grant=WORKER,
                first_on=date(2026, 2, 1),
                last_on=date(2026, 2, 28),
            ),
            "substitute",
            AbsenceIsOver,
        ),
    ],
)
async def test_a_substitution_without_ground_is_refused(
    app: Application, absence: Absence, substitute: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await arrange(app, absence, substitute)

    assert (await app.access.list_substitutions(EVERYWHERE, _window())).items == ()


async def test_a_day_is_covered_once(app: Application) -> None:
    await app.grant_roles(GrantRoles(sub="third", grants=[EXPERT]))
    await arrange(app, of_march(2, 4))

    with pytest.raises(AbsenceAlreadyCovered) as refusal:
        await arrange(app, of_march(4, 6), "third")
    await arrange(app, of_march(5, 6), "third")

    assert (refusal.value.first_on, refusal.value.last_on) == (date(2026, 3, 2), date(2026, 3, 4))


async def test_of_two_rivals_for_one_day_one_is_told(app: Application) -> None:
    await app.grant_roles(GrantRoles(sub="third", grants=[EXPERT]))

    outcomes = await asyncio.gather(
        arrange(app, of_march(2, 4)), arrange(app, of_march(3, 5), "third"), return_exceptions=True
    )

    refusals = [each for each in outcomes if each is not None]
    assert [type(each) for each in refusals] == [AbsenceAlreadyCovered]


def _window() -> Window:
    return Window(limit=50)
