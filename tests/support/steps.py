"""Which packages have migrations, in which order their steps go, and steps of a test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import asyncpg
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from common.persistence.migrations import config_of
from testing.postgres import owner_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

SERVICES: Final = ("registry", "cases", "matching", "reporting")
PARTS: Final = (*SERVICES, "testing.desk", "testing.ledger")
KEYS: Final = "common.personal"
"""The database of people's keys, which has none of the tables that every service has."""


def scripts_of(part: str) -> ScriptDirectory:
    """Return the migrations of a package."""
    return ScriptDirectory.from_config(config_of(part))


def steps_of(part: str) -> Sequence[str]:
    """Return the revisions of a package, the first one first."""
    return [script.revision for script in scripts_of(part).walk_revisions()][::-1]


async def connected(url: SecretStr) -> Any:  # noqa: ANN401 - the driver has no types
    """Return a connection of the driver's own."""
    address = make_url(url.get_secret_value()).set(drivername="postgresql")
    return await asyncpg.connect(address.render_as_string(hide_password=False))


async def take(step: str, url: SecretStr) -> None:
    """Do to a database what a migration would."""
    connection = await connected(owner_url(url))
    await connection.execute(step)
    await connection.close()
