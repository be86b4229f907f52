"""The API of cases on a database of its own, and people who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cases.bootstrap import build
from cases.settings import Settings
from common.grants import Role
from testing.api import STREET, Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    """The application, and nobody signed in."""
    async with api(build, Settings, "cases") as client:
        yield client


@pytest.fixture
async def community(client: Api) -> Api:
    """A community worker of 先进街道."""
    return await client.signed_in(Role.COMMUNITY_WORKER, STREET)


@pytest.fixture
async def station(client: Api) -> Api:
    """A station worker of 先进街道."""
    return await client.signed_in(Role.STATION_WORKER, STREET)
