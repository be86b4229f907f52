"""Events on their way through relay, log and consumer, while somebody disturbs them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from common.messaging.consumer import Consumer
from common.messaging.consumer import Pace as ConsumerPace
from common.persistence.outbox import Outbox
from common.persistence.relay import Pace, Relay
from common.persistence.unit_of_work import UnitOfWork
from testing.ledger.book import SERVICE, count, effects, inversions, message, noting
from testing.waiting import running, until

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

    from testing.kafka import KafkaForTests

RELAY: Final = Pace(poll=0.2, rest=0.2, share=0.5, compare=0.5, ends=1.0, confirm=2.0)
GROUP: Final = "ledger"
CONSUMER: Final = ConsumerPace(watch=0.5, sweep=0.5)
STUCK_AFTER_SECONDS: Final = 30.0


class Delivery:
    """A relay, a consumer, and events of some parties that are staged all the time."""

    def __init__(
        self,
        engine: AsyncEngine,
        url: SecretStr,
        kafka: KafkaForTests,
        *,
        parties: int = 12,
        pace: Pace = RELAY,
    ) -> None:
        self.relay: Final = Relay(SERVICE, url, kafka, pace)
        self.consumer: Final = Consumer(GROUP, noting(), engine, kafka, pace=CONSUMER)
        self.longest_silence = 0.0
        self._turn: Final = asyncio.Lock()
        self._engine: Final = engine
        self._versions: Final[dict[UUID, int]] = dict.fromkeys((uuid4() for _ in range(parties)), 0)

    @property
    def staged(self) -> int:
        """How many events were accepted."""
        return sum(self._versions.values())

    @asynccontextmanager
    async def running(self, *, pause: float = 0.2) -> AsyncGenerator[None]:
        """Deliver as long as the block, and stage events with so much time between them."""

        async def load(stop: asyncio.Event) -> None:
            while not stop.is_set():
                await self.stage()
                await asyncio.sleep(pause)

        async with running(self.relay.run, self.consumer.run, self._watch):
            async with running(load):
                yield
            await until(self._is_done, seconds=90, what="the effect of everything")

    async def stage(self) -> None:
        """Accept the next event of each party."""
        async with self._turn, UnitOfWork(self._engine).transaction() as session:
            following = {party: version + 1 for party, version in self._versions.items()}
            messages = [message(party, version) for party, version in following.items()]
            await Outbox(SERVICE).stage(session, messages)
        self._versions.update(following)

    async def check(self) -> None:
        """See that nothing was lost, nothing happened twice, and the order was kept."""
        done = [(effect.subject, effect.version) for effect in await effects(self._engine)]
        expected = Counter(
            (str(party), version)
            for party, last in self._versions.items()
            for version in range(1, last + 1)
        )
        assert Counter(done) == expected
        assert inversions(done) == 0
        assert await count(self._engine, "held_event") == 0
        assert self.longest_silence < STUCK_AFTER_SECONDS

    async def sent(self) -> int:
        """Count what the log has taken."""
        return await count(self._engine, "outbox", "sent_at is not null")

    async def _is_done(self) -> bool:
        return await count(self._engine, "effect") >= self.staged

    async def _watch(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            oldest = min(self.relay.last_progress, self.consumer.last_progress)
            self.longest_silence = max(self.longest_silence, time.monotonic() - oldest)
            await asyncio.sleep(0.2)
