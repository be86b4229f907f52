"""Which pools are of which partition of events: whoever is given one plans those pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiokafka.partitioner import murmur2
from sqlalchemy import text

from common.contracts.cases import NeedSubmitted
from common.messaging.topics import topic_named
from matching.domain.identity import PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

_PARTITIONS: Final = topic_named(NeedSubmitted.topic()).partitions
_POOLS: Final = text("select id from pool order by id")


def partition_of(pool_id: PoolId) -> int:
    """Return the partition of a pool's events."""
    # As every Kafka producer does with a key, and so with the key of a pool's events.
    hashed: int = murmur2(str(pool_id).encode())
    return (hashed & 0x7FFFFFFF) % _PARTITIONS


async def pools_of(connection: AsyncConnection, partitions: Collection[int]) -> Sequence[PoolId]:
    """Return the pools of these partitions.

    A statement that returns some rows at a time looks among these alone: else what waits in the
    pools of others is in front of what waits in these, for as long as those others are away.
    """
    found = [PoolId(row.id) for row in await connection.execute(_POOLS)]
    return [pool_id for pool_id in found if partition_of(pool_id) in partitions]
