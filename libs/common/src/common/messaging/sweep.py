"""Going on with subjects that were held: when what they waited for has come, or it is time.

It takes the records of one subject in the order of their versions, each in a transaction of its
own that holds the subject's lock, exactly as the intake does; so it does not matter who is first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from common import metrics
from common.failpoints import Step, failpoint
from common.messaging import fates, held, subjects
from common.messaging.codec import Readable
from common.messaging.fates import State, is_infrastructure
from common.messaging.intake import tell
from common.messaging.kafka import Partition
from common.persistence import inbox

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from common.messaging.held import Count, Head, Held
    from common.messaging.intake import Intake
    from common.messaging.tenure import Tenure

MOST_SUBJECTS: Final = 200

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep came to."""

    effects: frozenset[Partition] = frozenset()
    is_hurried: bool = False
    """Whether something is to be tried again very soon."""


class Sweep:
    """Tries held records of one consumer group again, of partitions that are ours."""

    def __init__(self, intake: Intake, tenure: Tenure) -> None:
        self._intake: Final = intake
        self._tenure: Final = tenure
        self._group: Final = intake.group
        self._topics_told: set[str] = set()

    async def run(self) -> Swept:
        """Do once what can be done."""
        partitions = self._tenure.partitions
        async with self._intake.unit_of_work.transaction() as session:
            counts = await held.counts(await session.connection(), self._group)
        self._measure(counts)
        if not partitions or not any(count.held for count in counts):
            return Swept()
        await self._expire()
        await self._identify()
        effects: set[Partition] = set()
        for head in await self._heads(partitions):
            if await self._go_on(head):
                effects.add(head.partition)
        return Swept(frozenset(effects), any(count.is_hurried for count in counts))

    async def forget(self) -> None:
        """Forget what was taken in, or discarded, so long ago that no log can hold it."""
        async with self._intake.unit_of_work.transaction() as session:
            await held.forget_discarded(await session.connection(), self._group, age=inbox.KEEP)
        count = inbox.MOST
        while count >= inbox.MOST:
            async with self._intake.unit_of_work.transaction() as session:
                count = await inbox.prune(await session.connection(), self._group)
                failpoint(Step.INBOX_FORGOTTEN)

    def _measure(self, counts: Sequence[Count]) -> None:
        dead = {count.topic: count.dead for count in counts}
        self._topics_told |= dead.keys()
        # Of a topic that was told of before nothing may be left.
        for topic in self._topics_told:
            metrics.DEAD_LETTERS.labels(self._group, topic).set(dead.get(topic, 0))
        metrics.EVENTS_HELD.labels(self._group).set(sum(count.held for count in counts))

    async def _expire(self) -> None:
        async with self._intake.unit_of_work.transaction() as session:
            expired = await held.expire(await session.connection(), self._group)
            failpoint(Step.LETTERS_EXPIRED)
        for facts in expired:
            log.error("event_held", group=self._group, state=State.DEAD, **facts)

    async def _identify(self) -> None:
        """Read replayed records anew that had no subject; only then can they stand in a line."""
        async with self._tenure.turn, self._intake.unit_of_work.transaction() as session:
            connection = await session.connection()
            for row in await held.unidentified(connection, self._group, most=MOST_SUBJECTS):
                await self._identify_one(connection, row)
                failpoint(Step.LETTER_IDENTIFIED)

    async def _identify_one(self, connection: AsyncConnection, row: Held) -> None:
        item = self._intake.read(row.record)
        if not isinstance(item, Readable):
            await held.change(connection, row, fates.unreadable(item.reason))
            return
        key = item.identity.key
        assert key is not None, "an event has an id and a source"
        if await inbox.take(connection, self._group, [key]):
            await held.identify(connection, row, item.identity)
            topic, subject = row.record.partition.topic, item.envelope.subject
            await subjects.lock(connection, self._group, topic, [subject])
        else:
            await held.remove(connection, row)

    async def _heads(self, partitions: Collection[Partition]) -> Collection[Head]:
        async with self._intake.unit_of_work.transaction() as session:
            connection = await session.connection()
            return await held.heads(connection, self._group, partitions, most=MOST_SUBJECTS)

    async def _go_on(self, head: Head) -> bool:
        """Take in as many records of a subject as possible; tell whether any had an effect."""
        has_effects = False
        while True:
            async with self._tenure.turn:
                if head.partition not in self._tenure.partitions:
                    return has_effects
                try:
                    if not await self._take_first(head):
                        return has_effects
                except _Failed as failure:
                    await self._judge(failure.row, failure.error)
                    return has_effects
            has_effects = True

    async def _take_first(self, head: Head) -> bool:
        topic, subject = head.partition.topic, head.subject
        async with self._intake.transaction() as session:
            connection = await session.connection()
            is_signal = self._intake.hears_signals_of(topic)
            reached = 0 if is_signal else await self._reached(connection, topic, subject)
            if reached is None:
                return False
            row = await held.first(connection, self._group, topic, subject, reached=reached)
            if row is None or row.state is State.DEAD or not row.is_due:
                return False
            assert row.version is not None, "a subject's record has a version"
            if row.version > reached + 1 and not is_signal:
                await self._park(connection, row)
                return False
            item = self._intake.read(row.record)
            if not isinstance(item, Readable):
                await held.change(connection, row, fates.unreadable(item.reason))
                return False
            try:
                await self._intake.react(item.envelope, session)
                await held.remove(connection, row)
                if not is_signal:
                    await subjects.move(connection, self._group, topic, {subject: row.version})
                failpoint(Step.LETTER_TAKEN_IN)
            except Exception as error:
                raise _Failed(row, error) from error
        failpoint(Step.LETTER_COMMITTED)
        return True

    async def _reached(self, connection: AsyncConnection, topic: str, subject: str) -> int | None:
        return await subjects.lock_if_free(connection, self._group, topic, subject)

    async def _park(self, connection: AsyncConnection, row: Held) -> None:
        if row.reason is not fates.Reason.GAP or row.state is not State.PARKED:
            await held.change(connection, row, fates.missing_predecessor(self._intake.patience))

    async def _judge(self, row: Held, error: Exception) -> None:
        """Decide anew about a record that failed again."""
        if is_infrastructure(error):
            raise error
        patience = self._intake.patience
        fate = fates.fate_of(error, attempts=row.attempts + 1, patience=patience)
        async with self._intake.unit_of_work.transaction() as session:
            await held.change(await session.connection(), row, fate)
            failpoint(Step.LETTER_JUDGED)
        if fate.state is State.DEAD:
            tell(self._group, self._intake.read(row.record), fate)


class _Failed(Exception):
    def __init__(self, row: Held, error: Exception) -> None:
        super().__init__(row.id)
        self.row: Final = row
        self.error: Final = error
