"""A registry on a database of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from common.area_lists import replace_areas
from common.frame import Frame, build_frame
from common.vocabulary import AreaScheme
from registry.settings import Settings
from testing.api import RING, small_tree
from testing.postgres import fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

Staged: TypeAlias = Callable[[], Awaitable[list[tuple[str, str, int]]]]

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


class StoppedClock:
    """Noon of the first of March in China, whatever the machine says."""

    def now(self) -> datetime:
        return NOW


def settings_on(url: SecretStr) -> Settings:
    return Settings(
        database_url=url,
        kafka_bootstrap="127.0.0.1:1",
        oidc_issuer="https://issuer.test",
        oidc_jwks="nowhere.json",
        keys_database_url=SecretStr("postgresql+asyncpg://nobody@localhost/nothing"),
        key_ring=SecretStr(RING),
    )


@pytest.fixture
async def frame() -> AsyncGenerator[Frame]:
    async with fresh_database("registry") as url:
        frame = build_frame("registry", settings_on(url), clock=StoppedClock())
        yield frame
        await frame.close()


@pytest.fixture
def staged(frame: Frame) -> Staged:
    """Return what gives type, subject and version of all events in the outbox, in their order."""

    async def read() -> list[tuple[str, str, int]]:
        events = text("select type, aggregateid, version from outbox order by seq")
        async with frame.unit_of_work.transaction() as session:
            found = await (await session.connection()).execute(events)
            return [(row.type, row.aggregateid, row.version) for row in found]

    return read


@pytest.fixture
async def small_tree_of_areas(frame: Frame) -> None:
    """Put Dalian with two counties, and Anshan, in force."""
    async with frame.unit_of_work.transaction() as session:
        await replace_areas(session, AreaScheme.NBS.value, uuid4(), small_tree())
