"""What was put in against what came of it: nothing lost, nothing doubled, nothing out of order."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from aiokafka.partitioner import DefaultPartitioner
from sqlalchemy import text

from common.messaging.topics import topic_named
from common.persistence.outbox import Outbox
from common.persistence.unit_of_work import UnitOfWork
from common.waiting import any_of
from testing.ledger.book import SERVICE, TOPIC, count, effects, inversions, message
from testing.waiting import until

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

_PARTITIONS: Final = list(range(topic_named(TOPIC).partitions))
_partition_of: Final = DefaultPartitioner()


class Load:
    """Facts about the same parties, version after version, as long as it runs."""

    def __init__(self, engine: AsyncEngine, *, parties: int = 25, pause: float = 0.1) -> None:
        self.parties: Final = [uuid4() for _ in range(parties)]
        self.versions = 0
        self._engine: Final = engine
        self._pause: Final = pause

    async def run(self, stop: asyncio.Event) -> None:
        """Stage one more fact about each party, again and again."""
        while not stop.is_set():
            await stage(self._engine, self.parties, self.versions + 1)
            self.versions += 1
            await any_of(stop, seconds=self._pause)

    async def caught_up(self, *, seconds: float = 60.0) -> None:
        """Return when all that was staged by now has had its effect."""
        wanted = self.versions * len(self.parties)
        await until(partial(have, self._engine, wanted), seconds=seconds, what="every effect")

    async def assert_exactly_once(self) -> None:
        """See that every fact had its effect, once and in order."""
        await assert_exactly_once(self._engine, self.parties, self.versions)


async def stage(engine: AsyncEngine, parties: Sequence[UUID], version: int) -> None:
    """Let the registry tell one fact about each party."""
    async with UnitOfWork(engine).transaction() as session:
        await Outbox(SERVICE).stage(session, [message(party, version) for party in parties])


async def have(engine: AsyncEngine, number: int) -> bool:
    """Tell whether there are so many effects."""
    return await count(engine, "effect") >= number


async def assert_exactly_once(engine: AsyncEngine, parties: Sequence[UUID], versions: int) -> None:
    """See that these versions of each party had their effect, once and in order."""
    done = [(effect.subject, effect.version) for effect in await effects(engine)]
    assert Counter(done) == Counter((str(p), v) for p in parties for v in range(1, versions + 1))
    assert inversions(done) == 0
    assert await count(engine, "held_event") == 0


async def longest_pauses(engine: AsyncEngine) -> Mapping[int, timedelta]:
    """Return the longest time between two effects, for each partition of the log."""
    noted: dict[int, list[datetime]] = defaultdict(list)
    async with engine.connect() as connection:
        for row in await connection.execute(
            text("select subject, noted_at from effect order by noted_at")
        ):
            noted[_partition_of(row.subject.encode(), _PARTITIONS, _PARTITIONS)].append(
                row.noted_at
            )
    return {
        partition: max(
            (later - earlier for earlier, later in pairwise(moments)), default=timedelta()
        )
        for partition, moments in noted.items()
    }
