"""The desk on a database of its own, and callers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from testing.api import STREET, Api, api
from testing.desk.service import Settings, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def desk() -> AsyncIterator[Api]:
    """A client of the desk without a token."""
    async with api(build, Settings, "testing.desk") as client:
        yield client


@pytest.fixture
async def worker(desk: Api) -> Api:
    """A social worker of the street's station."""
    return await desk.signed_in("station_worker", STREET)
