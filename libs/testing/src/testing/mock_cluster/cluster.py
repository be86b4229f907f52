"""A mock cluster as a test drives it.

It keeps everything in memory, has groups, replicas in name only, and does not know idempotent
producers' repetitions: what is written twice is in the log twice.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from common.messaging.topics import topic_named, topics_of
from testing.kafka import KafkaForTests
from wushe.launch import tie_to_parent

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

ALL: Final = -1
"""Every broker."""

HANG_UP: Final = -195
"""Instead of an answer: the broker closes the connection."""


class Api(IntEnum):
    """Kinds of requests, as the protocol numbers them."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    JOIN_GROUP = 11
    HEARTBEAT = 12
    SYNC_GROUP = 14
    INIT_PRODUCER_ID = 22


class MockCluster:
    """Brokers, numbered from 1, that do as they are told."""

    def __init__(self, process: subprocess.Popen[str], brokers: int) -> None:
        self._process: Final = process
        self.brokers: Final = range(1, brokers + 1)
        self.bootstrap: Final[str] = self._read()

    def settings(self, *, idempotence: bool = False) -> KafkaForTests:
        """Return the settings that lead to it; topics are made by whoever tests."""
        return KafkaForTests(
            kafka_bootstrap=self.bootstrap,
            kafka_idempotence=idempotence,
            kafka_create_topics=False,
        )

    def create_topics_of(self, service: str) -> None:
        """Make a service's topics as they are listed, on all brokers."""
        for name in topics_of(service):
            self._tell("create_topic", name, topic_named(name).partitions, len(self.brokers))

    def take_down(self, broker: int = ALL) -> None:
        """Hang up, and take no connections; what is stored stays."""
        self._tell("set_down", broker)

    def bring_up(self, broker: int = ALL) -> None:
        """Take connections again."""
        self._tell("set_up", broker)

    def delay_answers(self, seconds: float, broker: int = ALL) -> None:
        """Do at once what is asked, but answer later."""
        self._tell("set_delay", broker, round(seconds * 1000))

    def move_leader(self, topic: str, partition: int, broker: int) -> None:
        """Let another broker lead a partition."""
        self._tell("move_leader", topic, partition, broker)

    def move_coordinator(self, group: str, broker: int) -> None:
        """Let another broker look after a group."""
        self._tell("move_coordinator", group, broker)

    def answer_wrongly(
        self, api: Api, codes: Sequence[int], *, broker: int = 1, seconds: float = 0.0
    ) -> None:
        """Answer the next requests of a kind with these errors, one after the other.

        Args:
            api: Which requests.
            codes: As the protocol numbers them. 0 does what is asked, and answers so.
            broker: Which one.
            seconds: How late to answer.
        """
        self._tell("answer_wrongly", broker, int(api), list(codes), round(seconds * 1000))

    def wrong_answers_left(self, api: Api, *, broker: int = 1) -> int:
        """Count the errors that were asked for and not given yet."""
        left = self._tell("wrong_answers_left", broker, int(api))
        assert isinstance(left, int), "it counts"
        return left

    def _tell(self, what: str, *arguments: object) -> object:
        assert self._process.stdin is not None, "it was started with pipes"
        self._process.stdin.write(json.dumps([what, arguments]) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:  # noqa: ANN401 - whatever the other side says
        assert self._process.stdout is not None, "it was started with pipes"
        line = self._process.stdout.readline()
        assert line, "the mock cluster has ended; its error is above"
        return json.loads(line)


@contextmanager
def mock_cluster(brokers: int = 1) -> Generator[MockCluster]:
    """Yield brokers that live as long as the block."""
    process = subprocess.Popen(  # noqa: S603
        (sys.executable, "-m", "testing.mock_cluster", str(brokers)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509  # One system call.
    )
    with process:
        try:
            yield MockCluster(process, brokers)
        finally:
            process.kill()
