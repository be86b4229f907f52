"""What a service is about to tell: written with the state, sent later by the relay.

The row of an aggregate is locked before its events are staged, so for one subject the order of
``seq`` is the order of commits. Across subjects nothing is promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from common import ids
from common.failpoints import Step, failpoint
from common.persistence.additions import Addition
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

_ADD: Final = """
    insert into outbox (
        id, aggregatetype, aggregateid, type, payload,
        partitionkey, source, version, time, traceparent, slot
    )
    select
        id, aggregatetype, aggregateid, type, payload::json,
        partitionkey, $1, version, time, $2, slot
    from unnest(
        $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::bigint[], $10::timestamptz[], $11::smallint[]
    ) with ordinality as message (
        id, aggregatetype, aggregateid, type, payload, partitionkey, version, time, slot, place
    )
    order by place
"""
# pg_notify is delivered by the commit, and not at all by a rollback.
_STAGE: Final = f"with staged as ({_ADD}) select pg_notify('{CHANNEL}', '')"


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
            await connection.exec_driver_sql(_STAGE, self._columns(messages))
        failpoint(Step.EVENTS_STAGED)

    def addition(self, messages: Sequence[Message]) -> Addition:
        """Return the same as an addition, for who writes on the driver.

        Raises:
            EventTooLarge: An event would not be taken by the log.
        """
        with staging(messages):
            return Addition(
                statement=f"{_ADD} returning 1",
                arguments=self._columns(messages),
                rows=len(messages),
                after=True,
                wakes=CHANNEL,
            )

    def _columns(self, messages: Sequence[Message]) -> tuple[object, ...]:
        return (
            self._source,
            current_traceparent(),
            [self._new_id() for _ in messages],
            [message.event.topic() for message in messages],
            [message.event.subject for message in messages],
            [message.event.name for message in messages],
            [_payload(message) for message in messages],
            [message.partition_key for message in messages],
            [message.version for message in messages],
            [message.occurred_at for message in messages],
            [slot_of(message.partition_key) for message in messages],
        )


def _payload(message: Message) -> str:
    payload = message.event.model_dump_json()
    if len(payload.encode()) > MAX_EVENT_BYTES:
        raise EventTooLarge(message.event.name)
    return payload
