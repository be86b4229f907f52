"""Knowing what was taken in before; it outlives every log and every outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

KEEP: Final = timedelta(days=45)
"""Longer than any topic's retention and any outbox together."""

MOST: Final = 1_000
"""How much is forgotten at once."""

# The order makes two owners of a partition wait for each other instead of locking each other out.
_TAKE: Final = text("""
    insert into inbox (grp, source, id)
    select :grp, source, id
    from unnest(cast(:sources as text[]), cast(:ids as uuid[])) as event (source, id)
    order by source, id
    on conflict do nothing
    returning source, id
""")
_PRUNE: Final = text("""
    delete from inbox where ctid in (
        select ctid from inbox where grp = :grp and taken_at < now() - cast(:age as interval)
        limit :most
    )
""")


async def take(
    connection: AsyncConnection, group: str, events: Collection[tuple[str, UUID]]
) -> set[tuple[str, UUID]]:
    """Note events as taken in by a group; return those that were not before."""
    if not events:
        return set()
    found = await connection.execute(
        _TAKE,
        {
            "grp": group,
            "sources": [source for source, _ in events],
            "ids": [event_id for _, event_id in events],
        },
    )
    return {(row.source, row.id) for row in found}


async def prune(
    connection: AsyncConnection, group: str, *, age: timedelta = KEEP, most: int = MOST
) -> int:
    """Forget some of what was taken in long ago; return how many events it was."""
    deleted = await connection.execute(_PRUNE, {"grp": group, "age": age, "most": most})
    return deleted.rowcount
