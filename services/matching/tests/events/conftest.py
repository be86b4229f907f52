from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matching_desk import Desk, desk_on

from testing.postgres import fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    async with fresh_database("matching") as url, desk_on(url) as desk:
        yield desk
