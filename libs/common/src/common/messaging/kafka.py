"""The log: what a record is, where it lies, and what the brokers say about themselves."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self

import aiokafka.client
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from aiokafka.protocol.metadata import MetadataRequest

from common.messaging.topics import topic_named
from common.waiting import whole

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Iterable, Mapping

    from common.messaging.topics import Topic

REQUEST_TIMEOUT_MS: Final = 5_000
_NO_TOPIC: Final = "none"

# A producer whose topic is gone asks for it without a pause, and says so each time.
logging.getLogger("aiokafka.cluster").setLevel(logging.CRITICAL)

# aiokafka lets brokers create whatever topic a client asks about, with the broker's own number of
# partitions; ours have to be equal. It offers no setting for it.
aiokafka.client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)


class KafkaSettings(Protocol):
    """What must be known to reach the log; every ``ServiceSettings`` fits."""

    @property
    def kafka_bootstrap(self) -> str:
        """Host and port of brokers, separated by commas."""
        ...

    @property
    def kafka_idempotence(self) -> bool:
        """Whether the broker knows idempotent producers."""
        ...

    @property
    def kafka_create_topics(self) -> bool:
        """Whether to make topics that are missing."""
        ...

    @property
    def kafka_replication(self) -> int:
        """Replicas of topics that are made."""
        ...

    @property
    def kafka_session_seconds(self) -> float:
        """How long a consumer may be silent before others take its partitions."""
        ...

    @property
    def kafka_fetch_wait_ms(self) -> int:
        """How long the broker may keep a fetch that finds nothing."""
        ...

    @property
    def kafka_fetch_min_bytes(self) -> int:
        """How much the broker gathers until then before it answers."""
        ...


class Partition(NamedTuple):
    """One of the logs that a topic consists of."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What lies at one place of the log, as it came."""

    partition: Partition
    offset: int
    cluster_id: str
    logged_at: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class Cluster:
    """Asks the brokers about themselves; after an error the next question begins afresh."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings: Final = settings
        self._admin: Any = None
        self._reader: Any = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def id(self) -> str:
        """Return the id of the cluster: another one means that the log is another one."""
        async with self._asking() as admin:
            # aiokafka's own question is about all topics, which costs an idle machine; the embedded
            # broker takes a question about none for one about all.
            metadata = await whole(admin._get_cluster_metadata([_NO_TOPIC]))  # noqa: SLF001
        return str(metadata.cluster_id)

    async def ensure_topics(self, names: Iterable[str]) -> None:
        """Create the topics that are missing, if that is our duty."""
        topics = [self._to_create(topic_named(name)) for name in sorted(names)]
        if not topics or not self._settings.kafka_create_topics:
            return
        async with self._asking() as admin:
            answer = await whole(admin.create_topics(topics))
        for _name, code, message in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(message)

    async def committed(
        self, group: str, partitions: Collection[Partition]
    ) -> Mapping[Partition, int]:
        """Return how far a group has come; partitions that it has not begun are left out."""
        # To ask for all partitions at once is not understood by the embedded broker.
        wanted = [TopicPartition(*partition) for partition in partitions]
        async with self._asking() as admin:
            found = await whole(admin.list_consumer_group_offsets(group, partitions=wanted))
        return {
            Partition(*where): reached.offset
            for where, reached in found.items()
            if reached.offset >= 0
        }

    async def ends(self, partitions: Collection[Partition]) -> Mapping[Partition, int]:
        """Return where the next record of each partition will lie."""
        wanted = [TopicPartition(*partition) for partition in partitions]
        async with self._asking():
            if self._reader is None:
                self._reader = await _started(
                    AIOKafkaConsumer(enable_auto_commit=False, **_connection(self._settings))
                )
            found = await whole(self._reader.end_offsets(wanted))
        return {Partition(*where): end for where, end in found.items()}

    async def partitions(self) -> Mapping[str, int]:
        """Return how many partitions each topic has."""
        async with self._asking() as admin:
            topics = await whole(admin.list_topics())
            described: list[Mapping[str, Any]] = await whole(admin.describe_topics(topics))
        return {topic["topic"]: len(topic["partitions"]) for topic in described}

    async def close(self) -> None:
        """Let go of the connections; the next question makes new ones."""
        admin, self._admin = self._admin, None
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.stop()
        if admin is not None:
            await admin.close()

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[Any]:
        try:
            if self._admin is None:
                self._admin = await _started(AIOKafkaAdminClient(**_connection(self._settings)))
            yield self._admin
        except BaseException:
            # Half an answer may still be on its way.
            await self.close()
            raise

    def _to_create(self, topic: Topic) -> NewTopic:
        milliseconds = topic.retention // timedelta(milliseconds=1)
        return NewTopic(
            topic.name,
            topic.partitions,
            self._settings.kafka_replication,
            topic_configs={"retention.ms": str(milliseconds)},
        )


def _connection(settings: KafkaSettings) -> Mapping[str, Any]:
    return {
        "bootstrap_servers": settings.kafka_bootstrap,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
    }


async def _started(client: Any) -> Any:  # noqa: ANN401 - the driver has no types
    try:
        await whole(client.start())
    except BaseException:
        await (client.stop if hasattr(client, "stop") else client.close)()
        raise
    return client
