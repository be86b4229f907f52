"""Both kinds of store, and a frame on a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_builders import StoppedClock

from cases.settings import Settings
from common.area_lists import replace_areas
from common.frame import Frame, build_frame
from common.vocabulary import AreaScheme
from testing.api import small_tree
from testing.postgres import fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import SecretStr


def settings_on(url: SecretStr) -> Settings:
    return Settings(
        database_url=url,
        kafka_bootstrap="127.0.0.1:1",
        oidc_issuer="https://issuer.test",
        oidc_jwks="nowhere.json",
    )


@pytest.fixture
async def frame() -> AsyncGenerator[Frame]:
    """Everything a service stands on, with the small tree of areas and no cases."""
    async with fresh_database("cases") as url:
        frame = build_frame("cases", settings_on(url), clock=StoppedClock())
        async with frame.unit_of_work.transaction() as session:
            await replace_areas(session, AreaScheme.NBS.value, uuid4(), small_tree())
        yield frame
        await frame.close()
