"""Accounts on a real database, where every service's grants come from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from common.errors import PreconditionFailed
from common.grants import Grant, Role, Scope
from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaScheme, Society
from registry.app.grant_roles import AddGrant, GrantRoles
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.errors.accounts import (
    AccountChangedMeanwhile,
    AccountNotFound,
    UnknownOrganisation,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from common.frame import Frame

    Staged = Callable[[], Awaitable[list[tuple[str, str, int]]]]

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
XIANJIN = AreaRef(AreaScheme.NBS, "210213009")
WORKER = Grant(role=Role.STATION_WORKER, area=XIANJIN)
ADMIN = Grant(role=Role.PLATFORM_ADMIN)


async def test_grants_are_what_every_request_is_judged_by(frame: Frame) -> None:
    app = build_application(frame)

    await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER, ADMIN]))

    assert set(await frame.accounts.grants_of("worker-1")) == {WORKER, ADMIN}
    assert set((await app.find_account("worker-1")).grants) == {WORKER, ADMIN}


async def test_each_change_is_told_with_all_grants_and_the_next_version(
    frame: Frame, staged: Staged
) -> None:
    app = build_application(frame)
    account = await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER]))
    await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER]))
    await app.grant_roles(GrantRoles(sub="worker-1", grants=[]))

    name, subject = "registry.account.changed.v1", str(account.id)
    assert await staged() == [(name, subject, 1), (name, subject, 2)]
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        wanted = text("select payload from outbox where aggregatetype = 'registry.account'")
        payloads = (await connection.execute(wanted)).scalars().all()
    held = {"role": "station_worker", "scheme": "nbs", "area": "210213009", "org": None}
    assert [payload["grants"] for payload in payloads] == [[held], []]


async def test_one_more_grant_leaves_the_others(frame: Frame) -> None:
    app = build_application(frame)
    await app.add_grant(AddGrant(sub="worker-1", grant=WORKER))
    await app.add_grant(AddGrant(sub="worker-1", grant=ADMIN))
    again = await app.add_grant(AddGrant(sub="worker-1", grant=ADMIN))

    assert again.grants == (WORKER, ADMIN)
    assert again.version == 2


async def test_of_two_rival_first_grants_one_wins(frame: Frame, staged: Staged) -> None:
    app = build_application(frame)

    outcomes = await asyncio.gather(
        app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER])),
        app.grant_roles(GrantRoles(sub="worker-1", grants=[ADMIN])),
        return_exceptions=True,
    )

    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    told = [event for event in await staged() if event[0] == "registry.account.changed.v1"]
    # Rivals that meet are told apart; one that came a moment later has replaced the other.
    assert all(isinstance(refusal, AccountChangedMeanwhile) for refusal in refusals)
    assert len(told) == 2 - len(refusals)
    assert len({event[1] for event in told}) == 1


async def test_a_decision_on_what_has_changed_since_is_refused(frame: Frame) -> None:
    app = build_application(frame)
    await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER]))

    with pytest.raises(PreconditionFailed) as refusal:
        await app.grant_roles(GrantRoles(sub="worker-1", grants=[], seen=7))

    assert refusal.value.version == 1


async def test_a_grant_for_nowhere_or_nobody_is_refused(frame: Frame) -> None:
    app = build_application(frame)
    nowhere = Grant(role=Role.STATION_WORKER, area=AreaRef(AreaScheme.NBS, "990000"))
    nobody = Grant(role=Role.PARTNER, org=uuid4())

    with pytest.raises(UnknownArea):
        await app.grant_roles(GrantRoles(sub="worker-1", grants=[WORKER, nowhere]))
    with pytest.raises(UnknownOrganisation):
        await app.grant_roles(GrantRoles(sub="worker-1", grants=[nobody]))
    with pytest.raises(AccountNotFound):
        await app.find_account("worker-1")


async def test_a_partner_acts_for_a_party_that_is_registered(frame: Frame) -> None:
    app = build_application(frame)
    made = await app.register_party(
        RegisterParty(
            id=None,
            society=Society.CHARITABLE_RESOURCE,
            public_name="大连市慈善总会",
            is_person=False,
            area=AreaRef(AreaScheme.NBS, "2102"),
        ),
        Scope(sub="admin", is_everywhere=True),
    )

    partner = Grant(role=Role.PARTNER, org=made.thing.id)
    account = await app.grant_roles(GrantRoles(sub="partner-1", grants=[partner]))

    assert account.grants == (partner,)
