"""What a service is about to tell: written with the state, sent later by the relay.

The row of an aggregate is locked before its events are staged, so for one subject the order of
``seq`` is the order of commits. Across subjects nothing is promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from sqlalchemy import text

from common import ids
from common.spans import staging
from common.telemetry import current_traceparent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Message

CHANNEL: Final = "outbox"
SLOTS: Final = 8
MAX_EVENT_BYTES: Final = 512 * 1024

# pg_notify is delivered by the commit, and not at all by a rollback.
_STAGE: Final = text("""
    with staged as (
        insert into outbox (
            id, aggregatetype, aggregateid, type, payload,
            partitionkey, source, version, time, traceparent, slot
        )
        select
            id, aggregatetype, aggregateid, type, payload::json,
            partitionkey, :source, version, time, :traceparent, slot
        from unnest(
            cast(:ids as uuid[]), cast(:topics as text[]), cast(:subjects as text[]),
            cast(:types as text[]), cast(:payloads as text[]), cast(:keys as text[]),
            cast(:versions as bigint[]), cast(:times as timestamptz[]), cast(:slots as smallint[])
        ) with ordinality as message (
            id, aggregatetype, aggregateid, type, payload, partitionkey, version, time, slot, place
        )
        order by place
    )
    select pg_notify(:channel, '')
""")


def source_of(service: str) -> str:
    """Return the CloudEvents source of a service's events."""
    return f"urn:wushe:{service}"


def slot_of(partition_key: str) -> int:
    """Return the slot of a key: the same in every process, for ever."""
    return crc32(partition_key.encode()) % SLOTS


class EventTooLarge(ValueError):
    """An event has more bytes than any consumer would take."""


class Outbox:
    """Stages the events of one service."""

    def __init__(self, service: str, *, new_id: Callable[[], UUID] = ids.new_id) -> None:
        self._source: Final = source_of(service)
        self._new_id: Final = new_id

    async def stage(self, session: AsyncSession, messages: Sequence[Message]) -> None:
        """Add events to the session's transaction, in this order, and wake the relay at commit.

        Raises:
            EventTooLarge: An event would not be taken by the log.
        """
        if not messages:
            return
        await session.flush()
        connection = await session.connection()
        with staging(messages):
            await connection.execute(
                _STAGE,
                {
                    "channel": CHANNEL,
                    "source": self._source,
                    "traceparent": current_traceparent(),
                    "ids": [self._new_id() for _ in messages],
                    "topics": [message.event.topic() for message in messages],
                    "subjects": [message.event.subject for message in messages],
                    "types": [message.event.name for message in messages],
                    "payloads": [_payload(message) for message in messages],
                    "keys": [message.partition_key for message in messages],
                    "versions": [message.version for message in messages],
                    "times": [message.occurred_at for message in messages],
                    "slots": [slot_of(message.partition_key) for message in messages],
                },
            )


def _payload(message: Message) -> str:
    payload = message.event.model_dump_json()
    if len(payload.encode()) > MAX_EVENT_BYTES:
        raise EventTooLarge(message.event.name)
    return payload
