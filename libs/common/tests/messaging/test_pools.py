"""Whoever owns a partition of one topic keyed by pool owns it of all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from prometheus_client import REGISTRY

from common.contracts.cases import NeedSubmitted
from common.contracts.matching import MatchProposed, OfferPublished
from common.messaging.consumer import Consumer, Handlers
from common.messaging.topics import topic_named
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event
    from testing.kafka import KafkaForTests

KEYED_BY_POOL: Final = ("cases.need", "matching.offer", "matching.match")
PARTITIONS: Final = topic_named(KEYED_BY_POOL[0]).partitions


class Share:
    """A listener that knows which partitions of each topic are its own."""

    def __init__(self) -> None:
        self.numbers: dict[str, set[int]] = {}

    async def assigned(self, partitions: frozenset[tuple[str, int]]) -> None:
        self.numbers = defaultdict(set)
        for topic, number in partitions:
            self.numbers[topic].add(number)

    async def revoked(self, _partitions: frozenset[tuple[str, int]]) -> None:
        self.numbers = {}

    async def handled(self, _topic: str, _partition: int) -> None: ...


async def test_three_members_own_whole_pools(engine: AsyncEngine, kafka: KafkaForTests) -> None:
    handlers = Handlers()

    @handlers.on_batch(NeedSubmitted, OfferPublished, MatchProposed)
    async def ignore(_events: Sequence[Envelope[Event]], _session: AsyncSession) -> None: ...

    shares = [Share() for _ in range(3)]
    members = [Consumer("matching", handlers, engine, kafka, share) for share in shares]
    before = times_unowned()
    async with running(*(member.run for member in members)):
        await until(lambda: are_dealt_out(shares), what="a share for each of three", seconds=60)
        dealt = [dict(share.numbers) for share in shares]

    # One for each member at least: how long nobody took anything in is told.
    assert times_unowned() >= before + 3
    assert {topic_named(topic).partitions for topic in KEYED_BY_POOL} == {PARTITIONS}
    for numbers in dealt:
        (own,) = {frozenset(numbers[topic]) for topic in KEYED_BY_POOL}
        assert len(own) == PARTITIONS // 3


def times_unowned() -> float:
    name = "kafka_consumer_unowned_seconds_count"
    return REGISTRY.get_sample_value(name, {"group": "matching"}) or 0.0


def are_dealt_out(shares: Sequence[Share]) -> bool:
    """Tell whether each partition has one owner, and every member owns some."""
    owned = sorted(
        (topic, number)
        for share in shares
        for topic, numbers in share.numbers.items()
        for number in numbers
    )
    wanted = sorted((topic, n) for topic in KEYED_BY_POOL for n in range(PARTITIONS))
    return owned == wanted and all(share.numbers for share in shares)
