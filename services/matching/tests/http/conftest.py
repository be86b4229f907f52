from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from matching_bodies import PARTY
from matching_desk import Desk, SetClock

from matching.app.application import Application
from matching.bootstrap import build
from matching.settings import Settings
from testing.api import STREET, Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    """A client of the service without a token."""
    async with api(build, Settings, "matching") as client:
        yield client


@pytest.fixture
def desk(client: Api) -> Desk:
    """The same service by its abilities, to arrange what a test is about."""
    application, settings = client.service.application, client.frame.settings
    assert isinstance(application, Application)
    assert isinstance(settings, Settings)
    return Desk(client.frame, application, SetClock(datetime.now(UTC)), settings)


@pytest.fixture
async def worker(client: Api) -> Api:
    """A social worker of the street's station."""
    return await client.signed_in("station_worker", STREET)


@pytest.fixture
async def partner(client: Api, desk: Desk) -> Api:
    """A partner whose party matching knows."""
    await desk.party()
    return await client.signed_in("partner", org=PARTY)
