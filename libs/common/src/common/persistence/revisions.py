"""Whether the tables are those that this code needs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from alembic.script import ScriptDirectory
from sqlalchemy import text

from common.persistence.migrations import config_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def is_behind(connection: AsyncConnection, package: str) -> bool:
    """Tell whether a migration of this code has still to run.

    A revision that this code does not know is one of the next release, which has widened the
    tables before its processes replace ours; that is no reason to stop serving.
    """
    exists = await connection.scalar(text("select to_regclass('alembic_version') is not null"))
    if not exists:
        return True
    found = (await connection.execute(text("select version_num from alembic_version"))).scalars()
    present = set(found)
    known, heads = _revisions(package)
    return not heads <= present and present <= known


@cache
def _revisions(package: str) -> tuple[frozenset[str], frozenset[str]]:
    scripts = ScriptDirectory.from_config(config_of(package))
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, frozenset(scripts.get_heads())
