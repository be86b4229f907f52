"""Noticing that the log was lost, and that records were read by all who must."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from aiokafka.errors import KafkaError

from common import metrics
from common.failpoints import Step, failpoint
from common.messaging.kafka import Partition
from common.messaging.topics import topic_named, topics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from common.messaging.kafka import Cluster
    from common.messaging.sender import Acknowledged
    from common.persistence.outbox_rows import OutboxRows
    from common.persistence.slots import Slots

KEEP: Final = timedelta(days=3)
BATCH: Final = 5_000
CANNOT_TELL_AFTER: Final = 10
"""Failures in a row after which we believe that the broker does not know how far groups are."""

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class LogWatch:
    """Compares what the outbox remembers with what the brokers say."""

    def __init__(self, service: str, cluster: Cluster, rows: OutboxRows, slots: Slots) -> None:
        self._service: Final = service
        self._cluster: Final = cluster
        self._rows: Final = rows
        self._slots: Final = slots
        self._topics: Final = set(topics_of(service))
        self._farthest: dict[Partition, int] = {}
        self._ends: Final[dict[Partition, int]] = {}
        self._compared: frozenset[int] = frozenset()
        self._failures = 0
        self.cluster_id: str | None = None

    async def compare(self) -> None:
        """Ask for the cluster's id; rows that another cluster held are unsent again.

        Raises:
            KafkaError: The brokers cannot be asked; until they can, ``cluster_id`` is unknown.
        """
        known, self.cluster_id = self.cluster_id, None
        found = await self._cluster.id()
        if found != known:
            await self._cluster.ensure_topics(self._topics)
            self._ends.clear()
            self._compared = frozenset()
        if fresh := self._slots.held - self._compared:
            lost = await self._rows.unmark_other_clusters(fresh, found)
            failpoint(Step.ROWS_OF_OTHER_LOG_UNMARKED)
            self._report(lost, reason="another cluster", cluster_id=found)
            self._farthest = dict(await self._rows.farthest(found, self._partitions()))
        self._compared = self._slots.held
        self.cluster_id = found

    @property
    def is_current(self) -> bool:
        """Whether all our slots were compared with the cluster that we know."""
        return self.cluster_id is not None and self._slots.held <= self._compared

    async def unavailable(self, topics: set[str]) -> set[str]:
        """Make topics that the list of topics does not mention; return those that cannot be."""
        refused: set[str] = set()
        for topic in topics - self._topics:
            try:
                await self._cluster.ensure_topics([topic])
            except KafkaError as error:
                log.warning("topic_not_made", topic=topic, error=repr(error))
                refused.add(topic)
            else:
                self._topics.add(topic)
        return refused

    async def note_acknowledged(self, acks: Sequence[Acknowledged]) -> None:
        """See whether acknowledgements fit what we know; to be called before they are marked.

        The log of a partition only grows: a record that lies before an older one shows that the
        partition was made anew.
        """
        lost = {
            ack.partition for ack in acks if ack.offset <= self._farthest.get(ack.partition, -1)
        }
        for partition in lost:
            await self._unmark(partition)
        for ack in acks:
            reached = self._farthest.get(ack.partition, -1)
            self._farthest[ack.partition] = max(ack.offset, reached)

    async def look_at_ends(self) -> None:
        """Find partitions that have become shorter, and send their rows again.

        The embedded broker's idea of the end is a little short of the truth, so ends are compared
        with earlier ends.
        """
        if self.cluster_id is None or not self._farthest:
            return
        for partition, end in (await self._cluster.ends(list(self._farthest))).items():
            if end < self._ends.get(partition, 1):
                await self._unmark(partition)
            self._ends[partition] = end

    async def confirm(self) -> bool:
        """Note which rows have been read by all groups that must; tell whether there are more."""
        if self.cluster_id is None or not self._slots.held:
            return False
        reached = await self._reached_by_all()
        # Were it another cluster by now, these offsets would be about other records.
        if not reached or await self._cluster.id() != self.cluster_id:
            return False
        confirmed = await self._rows.confirm(
            self._slots.held, self.cluster_id, reached, limit=BATCH
        )
        failpoint(Step.ROWS_CONFIRMED)
        return confirmed == BATCH

    async def prune(self) -> bool:
        """Delete some old rows that nobody needs; tell whether there are more."""
        cannot_tell = self._failures >= CANNOT_TELL_AFTER
        pruned = await self._rows.prune(
            self._slots.held, age=KEEP, also_unconfirmed=cannot_tell, limit=BATCH
        )
        failpoint(Step.ROWS_PRUNED)
        return pruned == BATCH

    async def _reached_by_all(self) -> Mapping[Partition, int]:
        reached: dict[Partition, int] = {}
        try:
            for topic in map(topic_named, self._topics):
                partitions = [where for where in self._partitions() if where.topic == topic.name]
                offsets = [
                    await self._cluster.committed(group, partitions) for group in topic.groups
                ]
                for partition in partitions if offsets else ():
                    reached[partition] = min(found.get(partition, 0) for found in offsets)
        except KafkaError as error:
            self._failures += 1
            log.info("groups_unknown", error=repr(error), failures=self._failures)
            return {}
        self._failures = 0
        return {partition: offset for partition, offset in reached.items() if offset > 0}

    def _partitions(self) -> list[Partition]:
        listed = {
            Partition(topic.name, number)
            for topic in map(topic_named, self._topics)
            for number in range(topic.partitions)
        }
        return sorted(listed | self._farthest.keys())

    async def _unmark(self, partition: Partition) -> None:
        self._farthest.pop(partition, None)
        lost = await self._rows.unmark_partition(self._slots.held, partition)
        failpoint(Step.ROWS_OF_PARTITION_UNMARKED)
        self._report(lost, reason="partition is shorter", partition=partition)

    def _report(self, lost: int, **facts: object) -> None:
        if lost:
            metrics.OUTBOX_LOST.labels(self._service).inc(lost)
            log.warning("log_was_lost", service=self._service, events=lost, **facts)
