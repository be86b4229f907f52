"""What a relay does while its connection lasts: look after its slots and the log, and send."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog
from aiokafka.errors import KafkaError

from common import metrics
from common.failpoints import Step, failpoint
from common.messaging.codec import encode
from common.messaging.sender import unbroken
from common.persistence.log_watch import LogWatch
from common.spans import sending
from common.waiting import any_of, ever_longer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from common.messaging.kafka import Cluster
    from common.messaging.sender import Acknowledged, Sender
    from common.persistence.outbox_rows import OutboxRows, Staged
    from common.persistence.slots import Slots

Duty: TypeAlias = Callable[[], Awaitable[bool | None]]
"""Something to do now and then; it tells whether it wants to go on at once."""

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much at once, and how often; in seconds."""

    rows_of_a_slot: int = 100
    deadline: float = 8.0
    poll: float = 2.0
    rest: float = 0.5
    longest_rest: float = 5.0
    """A topic that could not be written is left alone for so long, at first and at most."""
    missing: float = 60.0
    """A topic that is not there costs a time-out at each attempt."""
    share: float = 1.0
    compare: float = 2.0
    ends: float = 10.0
    measure: float = 5.0
    confirm: float = 10.0
    prune: float = 60.0


class RelayWork:
    """What a relay does again and again while its connection lasts."""

    def __init__(
        self,
        service: str,
        pace: Pace,
        rows: OutboxRows,
        slots: Slots,
        sender: Sender,
        cluster: Cluster,
    ) -> None:
        self._service: Final = service
        self._pace: Final = pace
        self._rows: Final = rows
        self._slots: Final = slots
        self._sender: Final = sender
        self._watch: Final = LogWatch(service, cluster, rows, slots)
        self._replaced: Final = asyncio.Event()
        self._resting: Final[dict[str, tuple[float, Iterator[float]]]] = {}
        self._due: Final[dict[str, float]] = {}
        self.is_cut_off = False
        """Whether the last try found no broker: then news is no reason for the next one."""

    async def watch(self, cluster: Cluster, ended: asyncio.Event) -> None:
        """Notice that the log is another one, also while a batch waits for the one that is gone."""
        while not ended.is_set():
            await any_of(ended, seconds=self._pace.compare)
            known = self._watch.cluster_id
            try:
                found = await cluster.id()
            except (KafkaError, OSError):
                continue
            if known is not None and found != known:
                self._replaced.set()

    async def once(self) -> bool:
        """Do what is due and send one batch; tell whether there may be more to send."""
        self.is_cut_off = False
        try:
            await self._do_duties()
            return self._watch.is_current and await self._send_batch()
        except KafkaError as error:
            log.warning("log_unreachable", service=self._service, error=repr(error))
            self.is_cut_off = True
            return False

    async def _do_duties(self) -> None:
        pace = self._pace
        await self._now_and_then("share", pace.share, self._share)
        await self._now_and_then("measure", pace.measure, self._measure)
        if self._replaced.is_set() or not self._watch.is_current:
            self._due.pop("compare", None)
        await self._now_and_then("compare", pace.compare, self._compare)
        await self._now_and_then("ends", pace.ends, self._watch.look_at_ends)
        await self._now_and_then("confirm", pace.confirm, self._watch.confirm)
        await self._now_and_then("prune", pace.prune, self._watch.prune)

    async def _now_and_then(self, name: str, seconds: float, duty: Duty) -> None:
        now = time.monotonic()
        if now >= self._due.get(name, 0.0):
            self._due[name] = now + seconds
            if await duty():
                self._due[name] = now

    async def _share(self) -> None:
        await self._slots.share()

    async def _compare(self) -> None:
        known = self._watch.cluster_id
        await self._watch.compare()
        self._replaced.clear()
        if self._watch.cluster_id != known:
            self._resting.clear()

    async def _measure(self) -> None:
        pending, oldest = await self._rows.pending()
        metrics.OUTBOX_PENDING.labels(self._service).set(pending)
        metrics.OUTBOX_OLDEST.labels(self._service).set(oldest)

    async def _send_batch(self) -> bool:
        # The id is read before the send: written to a later cluster, the rows are only sent again.
        cluster_id = self._watch.cluster_id
        assert cluster_id is not None
        staged = await self._rows.unsent(
            self._slots.held, resting=self._resting_topics(), limit=self._pace.rows_of_a_slot
        )
        if not staged:
            return False
        failpoint(Step.ROWS_READ)
        refused = await self._watch.unavailable({row.topic for row in staged})
        self._rest(refused, longest=self._pace.missing)
        staged = [row for row in staged if row.topic not in refused]
        records = [encode(row) for row in staged]
        with sending(staged) as told:
            fates = await self._sender.send(
                records, seconds=self._pace.deadline, give_up=self._replaced
            )
            told(fates)
        failpoint(Step.ROWS_SENT)
        await self._mark(cluster_id, staged, fates)
        return True

    async def _mark(
        self, cluster_id: str, staged: Sequence[Staged], fates: Sequence[Acknowledged | None]
    ) -> None:
        places = unbroken([(row.topic, row.subject) for row in staged], fates)
        sent = [(staged[place].id, ack) for place in places if (ack := fates[place]) is not None]
        await self._watch.note_acknowledged([ack for _, ack in sent])
        await self._rows.mark_sent(cluster_id, sent)
        failpoint(Step.ROWS_MARKED)
        metrics.OUTBOX_SENT.labels(self._service).inc(len(sent))
        failed = {row.topic for row, fate in zip(staged, fates, strict=True) if fate is None}
        for topic in {row.topic for row in staged} - failed:
            self._resting.pop(topic, None)
        missing = failed & self._sender.missing
        self._rest(missing, longest=self._pace.missing)
        self._rest(failed - missing, longest=self._pace.longest_rest)

    def _rest(self, topics: set[str], *, longest: float) -> None:
        """Leave topics alone for a while that cannot be written; the others go on."""
        for topic in topics:
            _, pauses = self._resting.get(topic) or (0.0, ever_longer(self._pace.rest, longest))
            self._resting[topic] = time.monotonic() + next(pauses), pauses
            # The cluster may be another one, and the topic may not be there.
            self._due.pop("compare", None)

    def _resting_topics(self) -> set[str]:
        now = time.monotonic()
        return {topic for topic, (until, _) in self._resting.items() if until > now}
