"""The outbox as the relay sees it: SQL over the one connection that holds the slots' locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from common.messaging.kafka import Partition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.messaging.sender import Acknowledged

# What is not sent yet, never "what lies behind the last one sent": transactions commit in another
# order than they number their rows.
_UNSENT: Final = """
    select next.* from unnest($1::smallint[]) as owned (slot) cross join lateral (
        select id, aggregatetype, aggregateid, type, payload::text as payload, partitionkey,
               source, version, time, traceparent, seq
        from outbox
        where outbox.slot = owned.slot and sent_at is null and aggregatetype <> all ($2::text[])
        order by seq limit $3
    ) as next
    order by next.seq
"""
_MARK: Final = """
    update outbox
    set sent_at = clock_timestamp(), cluster_id = $1,
        kafka_partition = ack.place, kafka_offset = ack.log_offset
    from unnest($2::uuid[], $3::integer[], $4::bigint[]) as ack (id, place, log_offset)
    where outbox.id = ack.id and sent_at is null
"""
_UNMARK: Final = """
    update outbox
    set sent_at = null, cluster_id = null, kafka_partition = null, kafka_offset = null
    where slot = any ($1::smallint[]) and sent_at is not null and confirmed_at is null
"""
_FARTHEST: Final = """
    select place.topic, place.number, (
        select max(kafka_offset) from outbox
        where aggregatetype = place.topic and kafka_partition = place.number
          and sent_at is not null and confirmed_at is null and cluster_id = $1
    ) as farthest
    from unnest($2::text[], $3::integer[]) as place (topic, number)
"""
_CONFIRM: Final = """
    update outbox set confirmed_at = clock_timestamp() where id in (
        select outbox.id
        from unnest($2::text[], $3::integer[], $4::bigint[]) as floor (topic, number, reached)
        join outbox on aggregatetype = floor.topic and kafka_partition = floor.number
                   and kafka_offset < floor.reached
        where sent_at is not null and confirmed_at is null and cluster_id = $1
          and slot = any ($5::smallint[])
        limit $6
    )
"""
_PRUNE: Final = """
    delete from outbox where id in (
        select id from outbox
        where sent_at < now() - $1::interval and slot = any ($2::smallint[])
          and (confirmed_at is not null or $3)
        limit $4
    )
"""
_PENDING: Final = """
    select count(*) as pending, coalesce(extract(epoch from now() - min(time)), 0) as oldest
    from outbox where sent_at is null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A row that is to be sent."""

    id: UUID
    topic: str
    subject: str
    type: str
    payload: str
    partition_key: str
    source: str
    version: int
    time: datetime
    traceparent: str | None


class OutboxRows:
    """Reads and marks the rows of the slots that this connection has locked."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the driver has no types
        self._connection: Final = connection

    async def unsent(
        self, slots: Collection[int], *, resting: Collection[str], limit: int
    ) -> Sequence[Staged]:
        """Return the oldest unsent rows of each slot, in the order in which to send them.

        Args:
            slots: Those whose locks this connection holds.
            resting: Topics to leave alone for now.
            limit: The most rows of one slot.
        """
        rows = await self._connection.fetch(_UNSENT, list(slots), list(resting), limit)
        return [_staged(row) for row in rows]

    async def mark_sent(self, cluster_id: str, sent: Sequence[tuple[UUID, Acknowledged]]) -> None:
        """Note where rows were written; fails when the locks are lost with the connection."""
        await self._connection.execute(
            _MARK,
            cluster_id,
            [row_id for row_id, _ in sent],
            [ack.partition.number for _, ack in sent],
            [ack.offset for _, ack in sent],
        )

    async def unmark_other_clusters(self, slots: Collection[int], cluster_id: str) -> int:
        """Make rows unsent that nobody confirmed and that another log held."""
        return await self._count(f"{_UNMARK} and cluster_id <> $2", list(slots), cluster_id)

    async def unmark_partition(self, slots: Collection[int], partition: Partition) -> int:
        """Make rows unsent that nobody confirmed and that this partition lost."""
        where = "and aggregatetype = $2 and kafka_partition = $3"
        return await self._count(f"{_UNMARK} {where}", list(slots), *partition)

    async def farthest(
        self, cluster_id: str, partitions: Collection[Partition]
    ) -> Mapping[Partition, int]:
        """Return the highest offset in each partition of this cluster that is not confirmed."""
        rows = await self._connection.fetch(
            _FARTHEST,
            cluster_id,
            [partition.topic for partition in partitions],
            [partition.number for partition in partitions],
        )
        return {
            Partition(row["topic"], row["number"]): row["farthest"]
            for row in rows
            if row["farthest"] is not None
        }

    async def confirm(
        self,
        slots: Collection[int],
        cluster_id: str,
        reached: Mapping[Partition, int],
        *,
        limit: int,
    ) -> int:
        """Note what every group that matters has read; returns how many rows it was."""
        return await self._count(
            _CONFIRM,
            cluster_id,
            [partition.topic for partition in reached],
            [partition.number for partition in reached],
            list(reached.values()),
            list(slots),
            limit,
        )

    async def prune(
        self, slots: Collection[int], *, age: object, also_unconfirmed: bool, limit: int
    ) -> int:
        """Delete old rows that are read by all, or all old ones; returns how many it was."""
        return await self._count(_PRUNE, age, list(slots), also_unconfirmed, limit)

    async def pending(self) -> tuple[int, float]:
        """Return how many rows are unsent, and the age of the oldest in seconds."""
        row = await self._connection.fetchrow(_PENDING)
        return row["pending"], float(row["oldest"])

    async def _count(self, statement: str, *arguments: object) -> int:
        # The server answers with a tag such as "UPDATE 3".
        tag: str = await self._connection.execute(statement, *arguments)
        return int(tag.rpartition(" ")[2])


def _staged(row: Mapping[str, Any]) -> Staged:
    return Staged(
        id=row["id"],
        topic=row["aggregatetype"],
        subject=row["aggregateid"],
        type=row["type"],
        payload=row["payload"],
        partition_key=row["partitionkey"],
        source=row["source"],
        version=row["version"],
        time=row["time"],
        traceparent=row["traceparent"],
    )
