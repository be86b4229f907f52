import time
from collections.abc import Generator

import psutil
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from wushe.components import kafka_jars
from wushe.components.apache_kafka import running_node
from wushe.components.broker import BrokerServer
from wushe.components.kafka_jars import KafkaUnavailable


def reason_to_skip() -> str:
    try:
        kafka_jars.java()
        kafka_jars.installed()
    except KafkaUnavailable as missing:
        return str(missing)
    return ""


pytestmark = pytest.mark.skipif(bool(reason_to_skip()), reason=reason_to_skip())


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Generator[BrokerServer]:
    with running_node(tmp_path_factory.mktemp("kafka")) as node:
        yield node


def cluster_id(node: BrokerServer) -> str:
    metadata = AdminClient({"bootstrap.servers": node.address}).list_topics(timeout=10)
    return str(metadata.cluster_id)


def test_a_node_that_is_stopped_in_order_is_the_same_cluster_afterwards(node: BrokerServer) -> None:
    before, begun = cluster_id(node), time.monotonic()

    node.stop()
    stopped = time.monotonic()
    node.start()

    assert stopped - begun < 10
    assert cluster_id(node) == before


def test_a_topic_that_nobody_made_is_not_made_by_writing_to_it(node: BrokerServer) -> None:
    producer = Producer({"bootstrap.servers": node.address, "message.timeout.ms": 1_000})
    producer.produce("never.made", b"x")

    assert producer.flush(5) == 0
    assert "never.made" not in AdminClient({"bootstrap.servers": node.address}).list_topics().topics


def test_a_node_is_small(node: BrokerServer) -> None:
    assert node.pid is not None
    assert psutil.Process(node.pid).memory_full_info().pss < 400 * 2**20
