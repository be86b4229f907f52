"""How far a group has come with each subject; the row's lock is the right to go on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

_LOCK: Final = text("""
    select subject, version from subject_state
    where grp = :grp and topic = :topic and subject = any (cast(:subjects as text[]))
    order by subject
    for update
""")
_LOCK_ONE: Final = text("""
    select version from subject_state
    where grp = :grp and topic = :topic and subject = :subject
    for update skip locked
""")
_ADD: Final = text("""
    insert into subject_state (grp, topic, subject, version)
    select :grp, :topic, subject, 0 from unnest(cast(:subjects as text[])) as new (subject)
    order by subject
    on conflict do nothing
    returning subject, version
""")
# It also runs when nothing has moved: it is the last statement of the transaction, and fails if an
# earlier one did and somebody kept silent about it. A commit would not.
_MOVE: Final = text("""
    update subject_state set version = moved.version
    from unnest(cast(:subjects as text[]), cast(:versions as bigint[])) as moved (subject, version)
    where grp = :grp and topic = :topic and subject_state.subject = moved.subject
      and subject_state.version < moved.version
""")


async def lock(
    connection: AsyncConnection, group: str, topic: str, subjects: Collection[str]
) -> dict[str, int]:
    """Lock subjects in a fixed order; return the version that each has reached, 0 when new."""
    reached: dict[str, int] = {}
    # Most are new. One that somebody else adds at the same moment is there when we may go on.
    for statement in (_ADD, _LOCK):
        missing = sorted(set(subjects) - reached.keys())
        if missing:
            wanted = {"grp": group, "topic": topic, "subjects": missing}
            found = await connection.execute(statement, wanted)
            reached |= {row.subject: row.version for row in found}
    return reached


async def lock_if_free(
    connection: AsyncConnection, group: str, topic: str, subject: str
) -> int | None:
    """Lock a subject that nobody else is busy with; return the version that it has reached."""
    found = await connection.execute(_LOCK_ONE, {"grp": group, "topic": topic, "subject": subject})
    version: int | None = found.scalar_one_or_none()
    return version


async def move(
    connection: AsyncConnection, group: str, topic: str, reached: Mapping[str, int]
) -> None:
    """Note how far subjects have come now; never back."""
    await connection.execute(
        _MOVE,
        {
            "grp": group,
            "topic": topic,
            "subjects": list(reached),
            "versions": list(reached.values()),
        },
    )
