"""Records that are held: parked, queued behind others, tried again, or dead.

A held record is kept as it came and read anew at every try, so that a corrected program can read
what a former one could not.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.messaging import held_sql
from common.messaging.fates import Fate, Reason, State
from common.messaging.kafka import Partition, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

    from common.messaging.attributes import Identity
    from common.messaging.codec import Readable, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A held record and how often it was tried."""

    id: int
    record: Record
    subject: str | None
    version: int | None
    state: State
    reason: Reason
    attempts: int
    has_deadline: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A subject whose first held record may be due."""

    partition: Partition
    subject: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a topic are dead or otherwise held, and whether some are retried."""

    topic: str
    dead: int
    held: int
    is_hurried: bool


async def hold(
    connection: AsyncConnection, group: str, item: Readable | Unreadable, fate: Fate
) -> None:
    """Keep a record; twice the same is kept once."""
    record = item.record
    await connection.execute(
        held_sql.HOLD,
        {
            "grp": group,
            "topic": record.partition.topic,
            "partition": record.partition.number,
            "offset": record.offset,
            "cluster_id": record.cluster_id,
            "key": record.key,
            "value": record.value,
            "headers": json.dumps([_written(*header) for header in record.headers]),
            "logged_at": record.logged_at,
            **_identity(item.identity),
            **_changes(fate),
            "deadline_in": fate.deadline_in,
        },
    )


async def change(connection: AsyncConnection, row: Held, fate: Fate) -> None:
    """Hold a record in another way; a deadline once given stays."""
    keeps_deadline = row.has_deadline and fate.state is State.PARKED
    values = {**_changes(fate), "id": row.id, "keeps_deadline": keeps_deadline}
    await connection.execute(held_sql.CHANGE, {**values, "deadline_in": fate.deadline_in})


async def identify(connection: AsyncConnection, row: Held, identity: Identity) -> None:
    """Note which event a record is that could not be told before."""
    await connection.execute(held_sql.IDENTIFY, {"id": row.id, **_identity(identity)})


async def lowest(
    connection: AsyncConnection, group: str, topic: str, subjects: Collection[str]
) -> dict[str, int]:
    """Return the lowest version held of each subject that has not been reached."""
    found = await connection.execute(
        held_sql.LOWEST, {"grp": group, "topic": topic, "subjects": list(subjects)}
    )
    return {row.subject: row.version for row in found}


async def heads(
    connection: AsyncConnection, group: str, partitions: Collection[Partition], *, most: int
) -> Sequence[Head]:
    """Return subjects of these partitions that something can be done about."""
    found = await connection.execute(
        held_sql.HEADS,
        {
            "grp": group,
            "topics": [partition.topic for partition in partitions],
            "numbers": [partition.number for partition in partitions],
            "most": most,
        },
    )
    return [Head(Partition(row.topic, row.log_partition), row.subject) for row in found]


async def first(
    connection: AsyncConnection, group: str, topic: str, subject: str, *, reached: int
) -> Held | None:
    """Return the first record held of a locked subject, after removing what is outdated."""
    where = {"grp": group, "topic": topic, "subject": subject, "reached": reached}
    await connection.execute(held_sql.OUTDATED, where)
    row = (await connection.execute(held_sql.NEXT, where)).one_or_none()
    return None if row is None else _held(row)


async def unidentified(connection: AsyncConnection, group: str, *, most: int) -> Sequence[Held]:
    """Return and lock replayed records that nobody could tell the subject of."""
    found = await connection.execute(held_sql.UNIDENTIFIED, {"grp": group, "most": most})
    return [_held(row) for row in found]


async def remove(connection: AsyncConnection, row: Held) -> None:
    """Hold a record no longer: it has had its effect, or needs none."""
    await connection.execute(held_sql.DELETE, {"id": row.id})


async def forget_discarded(connection: AsyncConnection, group: str, *, age: timedelta) -> None:
    """Delete what somebody discarded long ago."""
    await connection.execute(held_sql.FORGET, {"grp": group, "age": age})


async def expire(connection: AsyncConnection, group: str) -> Sequence[dict[str, Any]]:
    """Make dead letters of what was parked too long; return what is to be told of each."""
    found = await connection.execute(held_sql.EXPIRE, {"grp": group})
    return [dict(row) for row in found.mappings()]


async def counts(connection: AsyncConnection, group: str) -> Sequence[Count]:
    """Count what is held, by topic."""
    found = await connection.execute(held_sql.COUNT, {"grp": group})
    return [Count(row.topic, row.dead, row.held, row.is_hurried) for row in found]


def record_of(row: Any) -> Record:  # noqa: ANN401 - a row of held_event
    """Return the record as it came."""
    return Record(
        partition=Partition(row.topic, row.log_partition),
        offset=row.log_offset,
        cluster_id=row.cluster_id,
        logged_at=row.logged_at,
        key=row.key,
        value=row.value,
        headers=tuple(_read(*header) for header in json.loads(row.headers_text)),
    )


def _held(row: Any) -> Held:  # noqa: ANN401
    return Held(
        id=row.id,
        record=record_of(row),
        subject=row.subject,
        version=row.version,
        state=State(row.state),
        reason=Reason(row.reason),
        attempts=row.attempts,
        has_deadline=row.deadline_at is not None,
        is_due=row.is_due,
    )


def _identity(identity: Identity) -> dict[str, object]:
    return {
        "source": identity.source,
        "event_id": identity.id,
        "type": identity.type,
        "subject": identity.subject,
        "version": identity.version,
    }


def _changes(fate: Fate) -> dict[str, object]:
    return {
        "state": fate.state,
        "reason": fate.reason,
        "detail": fate.detail,
        "stack": fate.stack,
        "attempts": fate.attempts,
        "next_try_in": fate.next_try_in,
    }


def _written(name: str, value: bytes | None) -> tuple[str, str | None]:
    return name, None if value is None else b64encode(value).decode()


def _read(name: str, value: str | None) -> tuple[str, bytes | None]:
    return name, None if value is None else b64decode(value)
