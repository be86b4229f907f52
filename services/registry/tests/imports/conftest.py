"""Somebody who imports files into a registry of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from importing import Desk

from registry.bootstrap import build
from registry.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry") as client:
        yield client


@pytest.fixture
async def desk(client: Api) -> Desk:
    return Desk(await client.signed_in("platform_admin"))
