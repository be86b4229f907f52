from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from common.persistence import migrations
from common.persistence.migrations import MigrationsBusy, downgrade, migrate
from testing.postgres import owner_url

if TYPE_CHECKING:
    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

TABLES = {
    *("account", "account_book", "alembic_version", "area", "area_list", "effect", "held_event"),
    *("idempotency_key", "inbox", "outbox", "relay_member", "subject_state"),
}


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        found = await connection.execute(
            text("select tablename from pg_tables where schemaname = 'public'")
        )
        return {row.tablename for row in found}


async def test_the_frame_goes_up_down_and_up_again(url: SecretStr, engine: AsyncEngine) -> None:
    assert await tables(engine) == TABLES

    await downgrade("testing.ledger", owner_url(url), "base")
    assert await tables(engine) == {"alembic_version"}

    await migrate("testing.ledger", owner_url(url))
    assert await tables(engine) == TABLES


async def test_processes_that_start_together_do_not_disturb_each_other(
    url: SecretStr, engine: AsyncEngine
) -> None:
    await downgrade("testing.ledger", owner_url(url), "base")

    await asyncio.gather(*(migrate("testing.ledger", owner_url(url)) for _ in range(4)))

    assert await tables(engine) == TABLES


async def test_nobody_waits_for_ever_for_another_migration(
    url: SecretStr, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "WAIT_SECONDS", 0.0)
    async with engine.connect() as connection:
        await connection.execute(text(f"select pg_advisory_lock({migrations.LOCK})"))

        with pytest.raises(MigrationsBusy):
            await migrate("testing.ledger", owner_url(url))
