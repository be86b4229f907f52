"""The log: does a broker answer, are the topics as they should be, does every group get on."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiokafka.errors import KafkaError

from common.messaging.kafka import Cluster, Partition
from common.messaging.topics import Topic, known_topics
from wushe.doctor.finding import Finding, bad, well
from wushe.state import Status

_ANSWER_SECONDS: Final = 8.0
_LOOK_AGAIN_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What the doctor needs to know to ask; it never makes anything."""

    kafka_bootstrap: str
    kafka_idempotence: bool = False
    kafka_create_topics: bool = False
    kafka_replication: int = 1
    kafka_session_seconds: float = 10.0
    kafka_fetch_wait_ms: int = 100
    kafka_fetch_min_bytes: int = 1


async def examine_log(status: Status) -> list[Finding]:
    """Ask the broker; it is asked twice how far the groups are, to see whether they move."""
    try:
        async with (
            asyncio.timeout(_ANSWER_SECONDS + _LOOK_AGAIN_SECONDS),
            Cluster(_Settings(kafka_bootstrap=status.kafka)) as cluster,
        ):
            cluster_id = await cluster.id()
            partitions = await cluster.partitions()
            findings = [well("log", f"{status.kafka} answers, cluster {cluster_id}")]
            findings += [_topic(topic, partitions) for topic in _wrong(partitions)]
            if len(findings) == 1:
                findings.append(well("topics", f"{len(known_topics())}, each as it is listed"))
            return findings + await _groups(cluster, partitions, status)
    except (KafkaError, OSError, TimeoutError) as error:
        return [_silent(status, error)]


def _silent(status: Status, error: Exception) -> Finding:
    broker = status.parts.get("broker") or status.parts.get("kafka")
    where = f"read {broker.log}" if broker is not None else f"look at the broker {status.kafka}"
    return bad(
        "log",
        f"no broker answers at {status.kafka} ({type(error).__name__})",
        why="requests are still accepted; their events wait in the outboxes until it is back",
        remedy=where,
    )


def _wrong(partitions: Mapping[str, int]) -> list[Topic]:
    return [t for t in known_topics().values() if partitions.get(t.name) != t.partitions]


def _topic(topic: Topic, partitions: Mapping[str, int]) -> Finding:
    found = partitions.get(topic.name)
    if found is None:
        return bad(
            f"topic {topic.name}",
            "does not exist",
            why="its events wait in the outbox",
            remedy=f"create it with {topic.partitions} partitions, or start {topic.service}",
        )
    return bad(
        f"topic {topic.name}",
        f"has {found} partitions, not {topic.partitions}",
        why="whoever owns a partition would not own whole pools, and order may break",
        remedy="make it anew; the outboxes fill it again",
    )


async def _groups(cluster: Cluster, partitions: Mapping[str, int], status: Status) -> list[Finding]:
    before = await _lags(cluster, partitions)
    if not any(before.values()):
        return [well(f"group {group}", "has taken everything in") for group in before]
    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    after = await _lags(cluster, partitions)
    return [_group(group, before[group], lag, status) for group, lag in after.items()]


def _group(group: str, before: int, lag: int, status: Status) -> Finding:
    if lag == 0:
        return well(f"group {group}", "has taken everything in")
    if lag < before:
        return well(f"group {group}", f"is about {lag} records behind and gets on")
    part = status.parts.get(f"{group}.consume") or status.parts.get(group)
    log = "" if part is None else f"; its log is {part.log}"
    return bad(
        f"group {group}",
        f"is about {lag} records behind and does not get on",
        why=f"{group} does not know of what happened since",
        remedy=f"see the findings about {group}: it may be frozen, or its database away{log}",
    )


async def _lags(cluster: Cluster, partitions: Mapping[str, int]) -> dict[str, int]:
    """Return how many records each group that matters has not taken in."""
    topics = [topic for topic in known_topics().values() if topic.name in partitions]
    places = [Partition(t.name, n) for t in topics for n in range(partitions[t.name])]
    ends = await cluster.ends(places)
    lags: dict[str, int] = {}
    for group in sorted({group for topic in topics for group in topic.groups}):
        ours = [p for p in places if group in known_topics()[p.topic].groups]
        reached = await cluster.committed(group, ours)
        lags[group] = sum(max(0, ends.get(p, 0) - reached.get(p, 0)) for p in ours)
    return lags
