"""What the databases know of events: staged, sent, confirmed, taken in, held, journalled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CONNECT_SECONDS: Final = 5
_MOST: Final = 500

_STAGED: Final = """
    select id, source, type, aggregateid as subject, version, time, partitionkey as key,
           traceparent, payload::text as data, aggregatetype as topic,
           kafka_partition as partition, kafka_offset as place, cluster_id,
           sent_at, confirmed_at
    from outbox where id::text = $1 or aggregateid = $1 order by version limit $2
"""
_JOURNALLED: Final = """
    select id, source, type, subject, version, time, null as key, traceparent,
           data::text as data, topic, log_partition as partition, log_offset as place
    from journal where id::text = $1 or subject = $1 order by version limit $2
"""
_HELD: Final = """
    select id, event_id, source, type, subject, version, topic, log_partition as partition,
           log_offset as place, grp, state, reason, detail, attempts, held_at, next_try_at,
           deadline_at
    from held_event where event_id::text = $1 or subject = $1 order by version, id limit $2
"""
_TAKEN: Final = "select grp, id, taken_at from inbox where id = any ($1::uuid[])"
_REACHED: Final = "select grp, topic, version from subject_state where subject = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """That a group holds an event instead of having taken it in."""

    service: str
    number: int
    group: str
    state: str
    reason: str
    detail: str
    attempts: int
    held_at: datetime


@dataclass(slots=True, kw_only=True)
class Trail:
    """One event, and everything that is known of its way."""

    id: UUID | None
    source: str
    type: str
    subject: str
    version: int | None
    time: datetime | None = None
    key: str | None = None
    traceparent: str | None = None
    data: str = ""
    topic: str = ""
    partition: int | None = None
    offset: int | None = None
    cluster_id: str | None = None
    outbox: str | None = None
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    taken: dict[str, datetime] = field(default_factory=dict[str, datetime])
    held: list[Holding] = field(default_factory=list[Holding])


@dataclass(slots=True)
class Trails:
    """What was found, and which databases could not be asked."""

    events: list[Trail]
    reached: dict[str, int]
    """How far each group has come with the subject."""
    silent: dict[str, str]
    """Why a database did not answer."""


async def trails_of(databases: Mapping[str, str], sought: str) -> Trails:
    """Return what the databases know of an event by its id, or of all events of a subject."""
    found: dict[object, Trail] = {}
    trails = Trails([], {}, {})
    connections: dict[str, Any] = {}
    try:
        opened = await asyncio.gather(*map(_connect, databases.values()), return_exceptions=True)
        for name, connection in zip(databases, opened, strict=True):
            if isinstance(connection, OSError | asyncpg.PostgresError):
                trails.silent[name] = str(connection) or type(connection).__name__
            elif isinstance(connection, BaseException):
                raise connection
            else:
                connections[name] = connection
        for name, connection in connections.items():
            await _gather(name, connection, sought, found)
        for connection in connections.values():
            await _note_taken(connection, found)
            for row in await connection.fetch(_REACHED, sought):
                trails.reached[row["grp"]] = row["version"]
    finally:
        for connection in connections.values():
            await connection.close()
    trails.events = sorted(found.values(), key=lambda trail: (trail.topic, trail.version or 0))
    return trails


async def _connect(dsn: str) -> Any:  # noqa: ANN401 - the driver has no types
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": "10s",
        "application_name": "wushe events",
    }
    return await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=settings)


async def _gather(name: str, connection: Any, sought: str, found: dict[object, Trail]) -> None:  # noqa: ANN401
    for row in await connection.fetch(_STAGED, sought, _MOST):
        trail = found.setdefault(row["id"], _trail(row))
        trail.outbox, trail.key, trail.cluster_id = name, row["key"], row["cluster_id"]
        trail.sent_at, trail.confirmed_at = row["sent_at"], row["confirmed_at"]
        trail.partition, trail.offset = row["partition"], row["place"]
    if await connection.fetchval("select to_regclass('journal') is not null"):
        for row in await connection.fetch(_JOURNALLED, sought, _MOST):
            trail = found.setdefault(row["id"], _trail(row))
            if trail.partition is None:
                trail.partition, trail.offset = row["partition"], row["place"]
    for row in await connection.fetch(_HELD, sought, _MOST):
        key = row["event_id"] or (name, row["id"])
        found.setdefault(key, _held_only(row)).held.append(_holding(name, row))


async def _note_taken(connection: Any, found: Mapping[object, Trail]) -> None:  # noqa: ANN401
    ids = [trail.id for trail in found.values() if trail.id is not None]
    for row in await connection.fetch(_TAKEN, ids):
        trail = found[row["id"]]
        # What is held is in the inbox too, so that it is not taken for new when it comes again.
        if row["grp"] not in {holding.group for holding in trail.held}:
            trail.taken[row["grp"]] = row["taken_at"]


def _trail(row: Mapping[str, Any]) -> Trail:
    return Trail(
        id=row["id"],
        source=row["source"],
        type=row["type"],
        subject=row["subject"],
        version=row["version"],
        time=row["time"],
        traceparent=row["traceparent"],
        data=row["data"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["place"],
    )


def _held_only(row: Mapping[str, Any]) -> Trail:
    return Trail(
        id=row["event_id"],
        source=row["source"] or "?",
        type=row["type"] or "?",
        subject=row["subject"] or "?",
        version=row["version"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["place"],
    )


def _holding(service: str, row: Mapping[str, Any]) -> Holding:
    return Holding(
        service=service,
        number=row["id"],
        group=row["grp"],
        state=row["state"],
        reason=row["reason"],
        detail=row["detail"],
        attempts=row["attempts"],
        held_at=row["held_at"],
    )


def groups_waiting(trail: Trail, expected: Sequence[str]) -> Iterator[str]:
    """Yield the groups that should have taken an event in and have not, nor hold it."""
    held = {holding.group for holding in trail.held}
    yield from (group for group in expected if group not in trail.taken and group not in held)
