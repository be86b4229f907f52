from pathlib import Path

from confluent_kafka.admin import AdminClient

from wushe.components.broker import running_broker


def cluster_id(address: str) -> str:
    metadata = AdminClient({"bootstrap.servers": address}).list_topics(timeout=10)
    return str(metadata.cluster_id)


def test_a_broker_that_is_restarted_in_place_is_another_cluster(tmp_path: Path) -> None:
    with running_broker(tmp_path) as broker:
        address = broker.address
        before = cluster_id(address)

        broker.stop()
        broker.start()

        assert broker.address == address
        assert cluster_id(address) != before
