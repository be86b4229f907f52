"""Taking records in: one transaction for all that came together, of one partition or several.

The transaction holds the inbox rows, the effects, what they stage in the outbox, how far each
subject has come, and the records that have to wait. So it does not matter where a process dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from common import metrics
from common.failpoints import Step, failpoint
from common.messaging import fates, held, subjects
from common.messaging.breaker import Breaker
from common.messaging.codec import Readable, decode
from common.messaging.kafka import Record
from common.messaging.topics import topic_named
from common.persistence import inbox
from common.spans import processing
from common.together import Spoilt

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from common.clock import Clock
    from common.messaging.codec import Unreadable
    from common.messaging.event import Envelope, Event
    from common.messaging.fates import Fate, Patience
    from common.messaging.handlers import Handlers
    from common.persistence.unit_of_work import UnitOfWork

React: TypeAlias = "Callable[[Envelope[Event], AsyncSession], Awaitable[Fate | None]]"
"""Give an event its effect, or say how to hold it instead."""

_END_WHEN_IDLE: Final = text(
    "select set_config('idle_in_transaction_session_timeout', :idle, true)"
)

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class NotTakenIn(Exception):
    """One record of a batch raised an error, which is the cause; nothing was committed."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place: Final = place


class Enough(Exception):
    """The breaker opened before the end; the first records may be taken in alone."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count: Final = count


@dataclass(frozen=True, slots=True)
class Taking:
    """Records of one partition, in their order, and how it has gone there until now."""

    records: Sequence[Record]
    breaker: Breaker

    @property
    def topic(self) -> str:
        """The topic that they are of."""
        return self.records[0].partition.topic


@dataclass(slots=True, kw_only=True)
class Taken:
    """What came of a batch that was committed, and how it goes in its partition now."""

    count: int
    breaker: Breaker
    has_effects: bool = False
    concerns_held: bool = False
    """Whether something was held that will be tried again, or something held may go on."""

    def and_then(self, later: Taken) -> Taken:
        """Return what this and the next one came to together."""
        return Taken(
            count=self.count + later.count,
            breaker=later.breaker,
            has_effects=self.has_effects or later.has_effects,
            concerns_held=self.concerns_held or later.concerns_held,
        )


@dataclass(slots=True, kw_only=True)
class _Batch:
    session: AsyncSession
    connection: AsyncConnection
    topic: str
    is_of_signals: bool
    fresh: set[tuple[str, UUID]]
    reached: dict[str, int]
    held: dict[str, int]
    taken: Taken = field(init=False)
    """Of the partition whose records are being settled."""
    moved: dict[str, int] = field(default_factory=dict[str, int])


class Gathered:
    """Events that the handlers of batches are still to be given."""

    def __init__(self) -> None:
        self._envelopes: list[Envelope[Event]] = []
        self._subjects: set[str] = set()

    def add(self, envelope: Envelope[Event]) -> None:
        """Gather one more."""
        self._envelopes.append(envelope)
        self._subjects.add(envelope.subject)

    def is_about(self, subject: str) -> bool:
        """Tell whether anything is gathered of a subject."""
        return subject in self._subjects

    def take(self) -> Sequence[Envelope[Event]]:
        """Return what is gathered, and begin anew."""
        taken, self._envelopes = self._envelopes, []
        self._subjects.clear()
        return taken


class Intake:
    """Takes records in for one consumer group."""

    def __init__(
        self,
        group: str,
        handlers: Handlers,
        unit_of_work: UnitOfWork,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self.group: Final = group
        self.unit_of_work: Final = unit_of_work
        self.patience: Final = patience
        self._handlers: Final = handlers
        self._clock: Final = clock

    def hears_signals_of(self, topic: str) -> bool:
        """Tell whether the events of a topic only say where to look, in any order."""
        return self.group in topic_named(topic).signals

    async def take(self, takings: Sequence[Taking]) -> Sequence[Taken]:
        """Take in records of one topic's partitions, all or none.

        Raises:
            Spoilt: One partition's records were not all accepted (``NotTakenIn``), or its breaker
                opened on the way (``Enough``).
        """
        gathered = Gathered()

        async def react(envelope: Envelope[Event], session: AsyncSession) -> Fate | None:
            await self._react_to_one(envelope, session)
            gathered.add(envelope)
            return None

        return await self._transact(takings, react, gathered)

    async def set_aside(self, record: Record, error: Exception, breaker: Breaker) -> Taken:
        """Hold a record because of what its handler raised at the first attempt."""
        fate = fates.fate_of(error, attempts=1, patience=self.patience)

        async def hold(_envelope: Envelope[Event], _session: AsyncSession) -> Fate | None:
            return fate

        (taken,) = await self._transact([Taking([record], breaker)], hold, Gathered())
        return taken

    async def react(self, envelope: Envelope[Event], session: AsyncSession) -> None:
        """Give one event its whole effect."""
        await self._react_to_one(envelope, session)
        await self._react_to_all([envelope], session)

    async def _react_to_one(self, envelope: Envelope[Event], session: AsyncSession) -> None:
        with processing(envelope, self.group):
            for handler in self._handlers.of(type(envelope.data)):
                await handler(envelope, session)
            # Here rather than at the end, so that the error belongs to its event.
            await session.flush()

    def _is_to_be_first(self, gathered: Gathered, envelope: Envelope[Event]) -> bool:
        """Tell whether somebody reacts to an event at once who relies on what is gathered."""
        return bool(self._handlers.of(type(envelope.data))) and gathered.is_about(envelope.subject)

    async def _react_to_all(
        self, envelopes: Sequence[Envelope[Event]], session: AsyncSession
    ) -> None:
        for handler, events in self._handlers.batches(envelopes):
            await handler(events, session)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Open a transaction that ends with us when we are frozen.

        Its locks on subjects would keep everybody else from going on.
        """
        async with self.unit_of_work.transaction() as session:
            if self.patience.idle_in_transaction is not None:
                idle = f"{self.patience.idle_in_transaction:.0f}s"
                await (await session.connection()).execute(_END_WHEN_IDLE, {"idle": idle})
            yield session

    def read(self, record: Record) -> Readable | Unreadable:
        """Read a record, whatever it holds."""
        return decode(record, now=self._clock.now())

    async def _transact(
        self, takings: Sequence[Taking], react: React, gathered: Gathered
    ) -> Sequence[Taken]:
        of_each = [[self.read(record) for record in taking.records] for taking in takings]
        together = [item for items in of_each for item in items]
        topic = takings[0].topic
        metrics_of = metrics.EVENTS_CONSUMED.labels(self.group, topic)
        if self.hears_signals_of(topic) and not any(map(self._matters, together)):
            metrics_of.inc(len(together))
            return [_unheeded(taking) for taking in takings]
        async with self.transaction() as session:
            batch = await self._begin(session, topic, together)
            taken: list[Taken] = []
            for taking, items in zip(takings, of_each, strict=True):
                batch.taken = Taken(count=0, breaker=taking.breaker.fork())
                try:
                    await self._settle_all(batch, items, react, gathered)
                except (NotTakenIn, Enough) as failure:
                    raise Spoilt(taking) from failure
                taken.append(batch.taken)
            await self._react_to_all(gathered.take(), session)
            await session.flush()
            if not batch.is_of_signals:
                await subjects.move(batch.connection, self.group, topic, batch.moved)
            failpoint(Step.BATCH_DONE)
        failpoint(Step.BATCH_COMMITTED)
        metrics_of.inc(len(together))
        return taken

    def _matters(self, item: Readable | Unreadable) -> bool:
        return not isinstance(item, Readable) or self._handlers.concern(type(item.envelope.data))

    async def _settle_all(
        self,
        batch: _Batch,
        items: Sequence[Readable | Unreadable],
        react: React,
        gathered: Gathered,
    ) -> None:
        for place, item in enumerate(items):
            if isinstance(item, Readable) and self._is_to_be_first(gathered, item.envelope):
                await self._react_to_all(gathered.take(), batch.session)
            try:
                is_bad = await self._settle(batch, item, react)
            except Exception as error:
                raise NotTakenIn(place) from error
            batch.taken.breaker.note(is_bad=is_bad)
            batch.taken.count = place + 1
            failpoint(Step.RECORD_SETTLED)
            if batch.taken.breaker.is_open and batch.taken.count < len(items):
                raise Enough(batch.taken.count)

    async def _begin(
        self, session: AsyncSession, topic: str, items: Sequence[Readable | Unreadable]
    ) -> _Batch:
        connection = await session.connection()
        keys = [item.identity.key for item in items]
        wanted = {item.identity.subject for item in items} - {None}
        names = [name for name in wanted if name is not None]
        if self.hears_signals_of(topic):
            # Nothing is noted: whoever is killed hears them again.
            return _Batch(
                session=session,
                connection=connection,
                topic=topic,
                is_of_signals=True,
                fresh=set(),
                reached=dict.fromkeys(names, 0),
                held={},
            )
        fresh = await inbox.take(connection, self.group, [key for key in keys if key])
        failpoint(Step.INBOX_TAKEN)
        return _Batch(
            session=session,
            connection=connection,
            topic=topic,
            is_of_signals=False,
            fresh=fresh,
            reached=await subjects.lock(connection, self.group, topic, names),
            held=await held.lowest(connection, self.group, topic, names),
        )

    async def _settle(self, batch: _Batch, item: Readable | Unreadable, react: React) -> bool:
        """Give one record its fate; tell whether it counts as bad."""
        key = None if batch.is_of_signals else item.identity.key
        if key is not None and key not in batch.fresh:
            metrics.INBOX_DUPLICATES.labels(self.group, batch.topic).inc()
            return False
        if key is not None:
            # The same event may come again within the batch.
            batch.fresh.discard(key)
        if not isinstance(item, Readable):
            fate: Fate | None = fates.unreadable(item.reason)
        else:
            fate = await self._settle_event(batch, item.envelope, react)
        if fate is None:
            return False
        await self._hold(batch, item, fate)
        return fate.is_bad

    async def _settle_event(
        self, batch: _Batch, envelope: Envelope[Event], react: React
    ) -> Fate | None:
        if batch.is_of_signals:
            fate = await react(envelope, batch.session)
            batch.taken.has_effects |= fate is None
            return fate
        return await self._settle_in_turn(batch, envelope, react)

    async def _settle_in_turn(
        self, batch: _Batch, envelope: Envelope[Event], react: React
    ) -> Fate | None:
        subject, version = envelope.subject, envelope.version
        reached = batch.reached[subject]
        if version <= reached:
            log.info("event_is_late", group=self.group, type=envelope.type, version=version)
            return None
        earliest = batch.held.get(subject)
        if earliest is not None and reached < earliest < version:
            return fates.behind_another()
        if version > reached + 1:
            return fates.missing_predecessor(self.patience)
        fate = await react(envelope, batch.session)
        if fate is None:
            batch.reached[subject] = batch.moved[subject] = version
            batch.taken.has_effects = True
            batch.taken.concerns_held |= earliest is not None
        return fate

    async def _hold(self, batch: _Batch, item: Readable | Unreadable, fate: Fate) -> None:
        await held.hold(batch.connection, self.group, item, fate)
        failpoint(Step.RECORD_HELD)
        subject, version = item.identity.subject, item.identity.version
        if subject is not None and version is not None and version > batch.reached[subject]:
            batch.held[subject] = min(version, batch.held.get(subject, version))
        if fate.state is fates.State.RETRYING:
            batch.taken.concerns_held = True
        if fate.is_bad:
            tell(self.group, item, fate)


def _unheeded(taking: Taking) -> Taken:
    breaker = taking.breaker.fork()
    for _ in taking.records:
        breaker.note(is_bad=False)
    return Taken(count=len(taking.records), breaker=breaker)


def tell(group: str, item: Readable | Unreadable, fate: Fate) -> None:
    """Log that a record needs somebody's attention, or may come to."""
    identity = item.identity
    tell_how = log.error if fate.state is fates.State.DEAD else log.warning
    tell_how(
        "event_held",
        group=group,
        state=fate.state,
        reason=fate.reason,
        detail=fate.detail,
        stack=fate.stack or None,
        attempts=fate.attempts,
        type=identity.type,
        event_id=str(identity.id),
        subject=identity.subject,
        version=identity.version,
        partition=item.record.partition,
        offset=item.record.offset,
    )
