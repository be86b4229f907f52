"""Reading the log as one member of a consumer group, on aiokafka.

Offsets are committed explicitly and only upwards of what was taken in, and only in the name under
which they were read; ``getmany`` is cancelled only together with its member, because one cancelled
call switches aiokafka's watch over a stuck consumer off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.client import ConnectionGroup
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, KafkaError
from aiokafka.protocol.group import LeaveGroupRequest
from aiokafka.structs import OffsetAndMetadata
from typing_extensions import override

from common.messaging.illegible import Illegible, finding_illegible
from common.messaging.kafka import REQUEST_TIMEOUT_MS, Partition, Record
from common.waiting import at_most

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.messaging.kafka import KafkaSettings

COMMIT_SECONDS: Final = 5.0
COMMIT_AGAIN_SECONDS: Final = 0.1
# Together with the end of a batch, less than the ten seconds in which a process has to end.
GOODBYE_SECONDS: Final = 1.0
SETTLED_LOOK_SECONDS: Final = 0.05
STOP_SECONDS: Final = 2.0
ABANDON_SECONDS: Final = 1.0
# After so many seconds without a record the broker may keep a fetch for so many milliseconds. A
# broker that answers at once costs nobody anything by it, and a broker that does not, not much.
IDLE_WAITS: Final = ((30.0, 1_000), (3.0, 200))
CAREFUL_SECONDS: Final = 0.05

MAX_RECORD_BYTES: Final = 4 * 1024 * 1024

Reassigned: TypeAlias = Callable[[frozenset[Partition]], Awaitable[None]]

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Which group to join, for which topics, and what to do when partitions come and go."""

    group: str
    topics: frozenset[str]
    cluster_id: str
    assigned: Reassigned
    revoked: Reassigned
    illegible: set[Partition] | None = None
    """The partitions that cannot be read, once there are some; more may be found."""


class Name(NamedTuple):
    """What the group calls a member since it last shared its partitions out."""

    generation: int
    member: str


NOBODY: Final = Name(-1, "")


class GroupMember:
    """A member of a consumer group; made for one cluster, and thrown away with it."""

    def __init__(self, membership: Membership, settings: KafkaSettings) -> None:
        session_ms = round(settings.kafka_session_seconds * 1000)
        self._membership: Final = membership
        self._positions: Final[dict[Partition, int]] = {}
        self._read_as: Final[dict[Partition, Name]] = {}
        self._assigned_as = NOBODY
        self._consumer: Final[Any] = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap,
            group_id=membership.group,
            client_id=membership.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            # The topics keyed by pool have equal partition counts: the same member owns the same
            # partitions of all of them.
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(200, session_ms // 10),
            rebalance_timeout_ms=max(30_000, session_ms),
            max_poll_interval_ms=300_000,
            fetch_min_bytes=settings.kafka_fetch_min_bytes,
            max_partition_fetch_bytes=MAX_RECORD_BYTES,
            request_timeout_ms=max(REQUEST_TIMEOUT_MS, session_ms + 5_000),
            metadata_max_age_ms=30_000,
        )
        self._busy_wait_ms: Final = settings.kafka_fetch_wait_ms
        self._last_records_at = time.monotonic()

    async def join(self) -> None:
        """Join the group; returns when partitions are assigned."""
        self._consumer.subscribe(
            sorted(self._membership.topics), listener=_Listener(self._membership, self._note_name)
        )
        await self._consumer.start()

    async def settle(self, *, seconds: float) -> None:
        """Wait until no join of ours is on its way; it may have begun without us.

        Who leaves between joining and being given partitions may leave a group that never settles:
        the embedded broker then waits for a leader that is gone.
        """
        give_up = time.monotonic() + seconds
        # aiokafka tells nobody when it has joined.
        while self._is_joining and time.monotonic() < give_up:  # noqa: ASYNC110
            await asyncio.sleep(SETTLED_LOOK_SECONDS)

    async def leave(self) -> None:
        """Leave the group, so that others need not wait for our session to end."""
        # First, or it would join again what we leave; and it may wait for others to join.
        await self._end_coordination()
        await at_most(GOODBYE_SECONDS, self._say_goodbye())
        if await at_most(STOP_SECONDS, self._consumer.stop()) is not None:
            await self._abandon()

    async def poll(self, *, seconds: float, most: int) -> Mapping[Partition, Sequence[Record]]:
        """Return records of partitions that are not paused, each partition's in order.

        Raises:
            Illegible: Some partition holds what cannot be read; by now aiokafka may have lost its
                place, so begin anew, carefully.
        """
        if self._membership.illegible is None:
            with finding_illegible():
                found = await self._fetch(seconds=seconds, most=most)
        else:
            found = await self._fetch_each(self._membership.illegible, seconds=seconds, most=most)
        batches = {
            Partition(*where): [self._record(record) for record in records]
            for where, records in found.items()
        }
        for partition, records in batches.items():
            self._positions.setdefault(partition, records[0].offset)
            # Not as whom we are called by now: what was fetched before is read after that.
            self._read_as[partition] = self._assigned_as
        self._suit_wait(has_records=bool(batches))
        return batches

    async def commit(self, partition: Partition, next_offset: int) -> None:
        """Remember in the group where to go on; a failure means no more than reading again."""
        self._positions[partition] = next_offset
        error = await at_most(COMMIT_SECONDS, self._commit(partition, next_offset))
        if error is not None:
            log.warning("offset_not_committed", partition=partition, error=repr(error))

    def pause(self, partitions: Collection[Partition]) -> None:
        """Get no records of these partitions until they are resumed."""
        self._consumer.pause(*self._ours(partitions))

    def resume(self, partitions: Collection[Partition]) -> None:
        """Get records of these partitions again."""
        self._consumer.resume(*self._ours(partitions))

    def lag(self, partition: Partition) -> int | None:
        """Return how many records are not taken in yet, as far as it is known."""
        position = self._positions.get(partition)
        if position is None or not self._ours([partition]):
            return None
        end: int | None = self._consumer.highwater(TopicPartition(*partition))
        return None if end is None else max(0, end - position)

    @property
    def _is_joining(self) -> bool:
        coordinator = self._consumer._coordinator  # noqa: SLF001
        state = self._consumer._subscription  # noqa: SLF001
        if state.subscription is None or getattr(coordinator, "coordinator_id", None) is None:
            return False
        return bool(state.reassignment_in_progress or coordinator.need_rejoin(state.subscription))

    @property
    def _name(self) -> Name:
        # Nobody, until it has joined.
        coordinator = self._consumer._coordinator  # noqa: SLF001
        return Name(getattr(coordinator, "generation", -1), getattr(coordinator, "member_id", ""))

    def _note_name(self) -> None:
        """Note as whom we are given partitions; what was fetched before, aiokafka has dropped."""
        self._assigned_as = self._name

    async def _commit(self, partition: Partition, next_offset: int) -> None:
        """Commit as who read the records, or not at all.

        aiokafka goes on committing as whoever it has become. To a log that took the place of ours
        it is nobody, and a group without members lets nobody commit: it would then begin where we
        stood in the old log, and never read what lies before.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001
        wanted = {TopicPartition(*partition): OffsetAndMetadata(next_offset, "")}
        while True:
            await coordinator.ensure_coordinator_known()
            if self._name != self._read_as.get(partition):
                message = "the group has shared its partitions out again"
                raise CommitFailedError(message)
            try:
                await coordinator._do_commit_offsets(None, wanted)  # noqa: SLF001
            except KafkaError as error:
                if not error.retriable:
                    raise
                await asyncio.sleep(COMMIT_AGAIN_SECONDS)
            else:
                return

    async def _fetch(self, *of: TopicPartition, seconds: float, most: int) -> dict[Any, Any]:
        milliseconds = round(seconds * 1000)
        found: dict[Any, Any] = await self._consumer.getmany(
            *of, timeout_ms=milliseconds, max_records=most
        )
        return found

    async def _fetch_each(
        self, illegible: set[Partition], *, seconds: float, most: int
    ) -> dict[Any, Any]:
        """Ask for one partition at a time, so that it is known which one cannot be read."""
        found: dict[Any, Any] = {}
        for where in self._consumer.assignment() - self._consumer.paused():
            if where not in illegible:
                try:
                    with finding_illegible():
                        found |= await self._fetch(where, seconds=0, most=most)
                except Illegible:
                    log.exception("partition_illegible", partition=where)
                    illegible.add(Partition(*where))
        # Paused, nothing more of them is fetched; where they stand no longer matters.
        self._consumer.pause(*self._ours(illegible))
        if not found:
            await asyncio.sleep(min(seconds, CAREFUL_SECONDS))
        return found

    def _suit_wait(self, *, has_records: bool) -> None:
        """Ask less often when nothing has come for a while; a short wait costs an idle machine."""
        now = time.monotonic()
        if has_records:
            self._last_records_at = now
        quiet = now - self._last_records_at
        idle_wait = next((wait for seconds, wait in IDLE_WAITS if quiet >= seconds), 0)
        wait = max(self._busy_wait_ms, idle_wait)
        self._consumer._fetcher._fetch_max_wait_ms = wait  # noqa: SLF001

    def _ours(self, partitions: Collection[Partition]) -> list[TopicPartition]:
        assigned = self._consumer.assignment()
        return [where for where in map(TopicPartition._make, partitions) if where in assigned]

    def _record(self, record: Any) -> Record:  # noqa: ANN401 - the driver has no types
        return Record(
            partition=Partition(record.topic, record.partition),
            offset=record.offset,
            cluster_id=self._membership.cluster_id,
            logged_at=datetime.fromtimestamp(max(0, record.timestamp) / 1000, UTC),
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
        )

    async def _end_coordination(self) -> None:
        coordinator = self._consumer._coordinator  # noqa: SLF001
        names = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task")
        tasks = [task for name in names if (task := getattr(coordinator, name, None)) is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _say_goodbye(self) -> None:
        # aiokafka leaves no group while it is joining, and none whose generation is 0, which the
        # embedded broker begins with.
        coordinator = self._consumer._coordinator  # noqa: SLF001
        member = getattr(coordinator, "member_id", "")
        node = getattr(coordinator, "coordinator_id", None)
        if member and node is not None:
            request = LeaveGroupRequest(self._membership.group, member)
            await self._consumer._client.send(node, request, group=ConnectionGroup.DEFAULT)  # noqa: SLF001

    async def _abandon(self) -> None:
        """Close part by part what does not stop, because the broker is away or busy elsewhere."""
        for part in (self._consumer._fetcher, self._consumer._client):  # noqa: SLF001
            if part is not None:
                await at_most(ABANDON_SECONDS, part.close())


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, membership: Membership, note_name: Callable[[], None]) -> None:
        self._membership: Final = membership
        self._note_name: Final = note_name

    # aiokafka awaits what it is given, whatever its base class declares.
    @override
    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, revoked: Collection[TopicPartition]
    ) -> None:
        await self._membership.revoked(frozenset(map(Partition._make, revoked)))

    @override
    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, assigned: Collection[TopicPartition]
    ) -> None:
        self._note_name()
        await self._membership.assigned(frozenset(map(Partition._make, assigned)))
