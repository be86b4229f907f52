"""librdkafka's mock cluster, which comes with the wheel of ``confluent-kafka``, through ctypes."""

from __future__ import annotations

from ctypes import CDLL, byref, c_char_p, c_int, c_int16, c_int32, c_size_t, c_void_p
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PRODUCER: Final = 0


class MockFailed(Exception):
    """The library did not do what it was told."""


class MockLibrary:
    """A mock cluster that lives in this process."""

    def __init__(self, brokers: int) -> None:
        self._library: Final = _load()
        configuration = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"0", None, 0)
        handle = self._library.rd_kafka_new(_PRODUCER, configuration, None, 0)
        self._cluster: Final = self._library.rd_kafka_mock_cluster_new(handle, brokers)
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)

    @property
    def bootstrap(self) -> str:
        """Where the brokers listen."""
        found: bytes = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster)
        return found.decode()

    def create_topic(self, topic: str, partitions: int, replicas: int) -> None:
        """Make a topic."""
        self._do("topic_create", topic.encode(), partitions, replicas)

    def set_down(self, broker: int) -> None:
        """Let a broker hang up and take no connections; -1 stands for all."""
        self._do("broker_set_down", broker)

    def set_up(self, broker: int) -> None:
        """Let a broker take connections again; -1 stands for all."""
        self._do("broker_set_up", broker)

    def set_delay(self, broker: int, milliseconds: int) -> None:
        """Let a broker do at once what it is asked, and answer later; -1 stands for all."""
        self._do("broker_set_rtt", broker, milliseconds)

    def move_leader(self, topic: str, partition: int, broker: int) -> None:
        """Let another broker lead a partition."""
        self._do("partition_set_leader", topic.encode(), partition, broker)

    def move_coordinator(self, group: str, broker: int) -> None:
        """Let another broker look after a group."""
        self._do("coordinator_set", b"group", group.encode(), broker)

    def answer_wrongly(
        self, broker: int, api: int, codes: Sequence[int], milliseconds: int
    ) -> None:
        """Let a broker answer its next requests of a kind with these errors, 0 being none."""
        for code in codes:
            self._do(
                "broker_push_request_error_rtts",
                *(c_int32(broker), c_int16(api), c_size_t(1), c_int(code), c_int(milliseconds)),
            )

    def wrong_answers_left(self, broker: int, api: int) -> int:
        """Count the errors that were not given yet."""
        left = c_size_t()
        self._do("broker_error_stack_cnt", c_int32(broker), c_int16(api), byref(left))
        return left.value

    def _do(self, what: str, *arguments: object) -> None:
        failed: int = getattr(self._library, f"rd_kafka_mock_{what}")(self._cluster, *arguments)
        if failed:
            message = f"{what}: error {failed}"
            raise MockFailed(message)


def _load() -> CDLL:
    spec = find_spec("confluent_kafka")
    assert spec is not None, "it is among the dependencies of development"
    assert spec.origin is not None, "it is a package with files"
    beside = Path(spec.origin).parents[1] / "confluent_kafka.libs"
    library = CDLL(str(next(beside.glob("librdkafka-*.so*"))))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = c_char_p
    library.rd_kafka_conf_set.argtypes = [c_void_p, c_char_p, c_char_p, c_void_p, c_size_t]
    library.rd_kafka_new.argtypes = [c_int, c_void_p, c_void_p, c_size_t]
    library.rd_kafka_mock_cluster_new.argtypes = [c_void_p, c_int]
    library.rd_kafka_mock_cluster_bootstraps.argtypes = [c_void_p]
    for name, arguments in _ARGUMENTS.items():
        getattr(library, f"rd_kafka_mock_{name}").argtypes = (c_void_p, *arguments)
    return library


_ARGUMENTS: Final[Mapping[str, tuple[Any, ...]]] = {
    "group_initial_rebalance_delay_ms": (c_int32,),
    "topic_create": (c_char_p, c_int, c_int),
    "broker_set_down": (c_int32,),
    "broker_set_up": (c_int32,),
    "broker_set_rtt": (c_int32, c_int),
    "coordinator_set": (c_char_p, c_char_p, c_int32),
    "partition_set_leader": (c_char_p, c_int32, c_int32),
    # The rest is variable, and every one of them says its own type.
    "broker_push_request_error_rtts": (c_int32, c_int16, c_size_t),
    "broker_error_stack_cnt": (c_int32, c_int16, c_void_p),
}
