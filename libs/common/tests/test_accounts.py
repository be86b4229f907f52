from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from common.accounts import FRESH_SECONDS, Accounts, note_account
from common.contracts.registry import AccountChanged, GrantHeld
from common.grants import Grant, Role
from common.messaging.event import Envelope
from common.places import AreaRef
from common.vocabulary import AreaScheme
from testing.api import STREET, running
from testing.desk.service import Settings, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from common.frame import Frame

ACCOUNT = uuid4()
WORKER = GrantHeld(role=Role.STATION_WORKER, scheme=AreaScheme.NBS, area=STREET)
WORKER_HERE = Grant(role=Role.STATION_WORKER, area=AreaRef(AreaScheme.NBS, STREET))


@pytest.fixture
async def frame() -> AsyncIterator[Frame]:
    async with running(build, Settings, "testing.desk") as (service, _):
        yield service.frame


async def tell(
    frame: Frame, version: int, *grants: GrantHeld, sub: str = "worker-7", account: UUID = ACCOUNT
) -> None:
    data = AccountChanged(account_id=account, sub=sub, grants=grants)
    event = Envelope(
        id=uuid4(),
        source="urn:wushe:registry",
        type=data.name,
        subject=data.subject,
        version=version,
        time=datetime.now(UTC),
        partition_key=data.subject,
        data=data,
    )
    async with frame.unit_of_work.transaction() as session:
        await note_account(event, session)


class Watch:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


async def test_an_account_that_is_unknown_has_no_grants(frame: Frame) -> None:
    assert await frame.accounts.grants_of("worker-7") == ()


async def test_the_grants_are_those_that_the_registry_told(frame: Frame) -> None:
    await tell(frame, 1, WORKER)

    assert await frame.accounts.grants_of("worker-7") == (WORKER_HERE,)


async def test_an_older_event_changes_nothing(frame: Frame) -> None:
    await tell(frame, 2)
    await tell(frame, 1, WORKER)

    assert await frame.accounts.grants_of("worker-7") == ()


async def test_a_grant_that_was_revoked_is_gone_within_a_second(frame: Frame) -> None:
    watch = Watch()
    accounts = Accounts(frame.unit_of_work, frame.areas, now=watch)
    await tell(frame, 1, WORKER)
    assert await accounts.grants_of("worker-7") == (WORKER_HERE,)

    await tell(frame, 2)
    watch.at += FRESH_SECONDS

    assert await accounts.grants_of("worker-7") == ()


async def test_within_the_second_the_database_is_not_asked(frame: Frame) -> None:
    watch = Watch()
    accounts = Accounts(frame.unit_of_work, frame.areas, now=watch)
    await accounts.grants_of("worker-7")

    await tell(frame, 1, WORKER)

    assert await accounts.grants_of("worker-7") == ()
    accounts.forget()
    assert await accounts.grants_of("worker-7") == (WORKER_HERE,)
