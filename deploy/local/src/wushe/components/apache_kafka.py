"""Apache Kafka on one machine: a single node that is controller and broker, its data on disk.

Unlike the embedded broker it keeps everything over a restart: the same cluster id, the records,
and how far each group has come. It is started by its main class and not by its scripts, so that it
is our direct child. Three replicas make production durable; here the operating system's cache
does, which outlives a killed process but not a power cut. After one the outboxes fill the log.
"""

import base64
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from wushe.components import kafka_jars
from wushe.components.broker import BrokerServer
from wushe.launch import FailedToStart, Program, tie_to_parent
from wushe.ports import LOOPBACK, free_port

_JVM: Final = (
    # Idle it needs 50 MB, and a laptop has other things to do with the rest.
    *("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
    # The second compiler would make it faster in hours, and slower in the first minute.
    *("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Djava.awt.headless=true"),
    *(
        f"-Dorg.slf4j.simpleLogger.{name}"
        for name in (
            "defaultLogLevel=warn",
            "log.kafka.server.KafkaRaftServer=info",
            "logFile=System.out",
            "showDateTime=true",
            "dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        )
    ),
)
_SETTINGS: Final[Mapping[str, object]] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # A topic is made as topics.yaml lists it, or not at all.
    "auto.create.topics.enable": "false",
    # What Kafka keeps for itself has nobody to be copied to.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    # The first member of a group need not wait 3 s for others.
    "group.initial.rebalance.delay.ms": 100,
    # A killed node may come back when the controller has forgotten the one that died: in 9 s by
    # default, because there a hasty verdict moves leaders. Here it is the same process.
    "broker.session.timeout.ms": 2_500,
    "broker.heartbeat.interval.ms": 500,
    # The least that the cleaner of compacted topics accepts; the default is 128 MB.
    "log.cleaner.dedupe.buffer.size": 2 * 1024 * 1024,
    "num.network.threads": 2,
    "num.io.threads": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One Apache Kafka: the place of its data, and the ports of its two halves."""

    home: Path
    port: int
    controller_port: int

    @property
    def data(self) -> Path:
        """The directory that Kafka formats and fills."""
        return self.home / "data"

    @property
    def configuration(self) -> Path:
        """The file that Kafka is started with."""
        return self.home / "server.properties"


@contextmanager
def running_node(
    home: Path, *, settings: Mapping[str, object] | None = None
) -> Generator[BrokerServer]:
    """Run a node as long as the block; to be entered from a thread that lives as long.

    The data stays in ``home`` over a stop and a start. If it is removed in between, another cluster
    begins.

    Raises:
        KafkaUnavailable: There is no Java, or the jars were not fetched.
    """
    port = free_port()
    node = Node(home=home, port=port, controller_port=free_port({port}))

    def prepared() -> Program:
        prepare(node, settings=settings)
        return program(node, log=home / "broker.log")

    broker = BrokerServer(prepared, port)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def prepare(node: Node, *, settings: Mapping[str, object] | None = None) -> None:
    """Write the configuration, and format the data directory if it is new.

    Raises:
        KafkaUnavailable: There is no Java, or the jars were not fetched.
        FailedToStart: The data directory could not be made.
    """
    node.home.mkdir(parents=True, exist_ok=True)
    lines = (f"{name}={value}\n" for name, value in _settings(node, settings or {}).items())
    node.configuration.write_text("".join(lines), encoding="utf-8")
    # Kafka writes it last: without it, what is there is half a format.
    if not (node.data / "meta.properties").exists():
        forget(node.home)
        _format(node)


def forget(home: Path) -> None:
    """Remove the log; the next start begins another cluster."""
    shutil.rmtree(home / "data", ignore_errors=True)


def program(node: Node, *, log: Path) -> Program:
    """Describe a node that is prepared.

    Raises:
        KafkaUnavailable: There is no Java, or the jars were not fetched.
    """
    return Program(
        name="broker",
        argv=(*_java(), "kafka.Kafka", str(node.configuration)),
        log=log,
        grace_seconds=15.0,
    )


def _settings(node: Node, others: Mapping[str, object]) -> Mapping[str, object]:
    broker = f"PLAINTEXT://{LOOPBACK}:{node.port}"
    controller = f"{LOOPBACK}:{node.controller_port}"
    return {
        **_SETTINGS,
        "listeners": f"{broker},CONTROLLER://{controller}",
        "advertised.listeners": broker,
        # Not kept with the data, so the ports may be others at the next start.
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": node.data,
        **others,
    }


def _format(node: Node) -> None:
    finished = subprocess.run(  # noqa: S603
        (
            *(*_java(), "kafka.tools.StorageTool", "format"),
            *("--config", str(node.configuration), f"--cluster-id={_cluster_id()}"),
        ),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=tie_to_parent(signal.SIGKILL),
    )
    if finished.returncode != 0:
        log = node.home / "format.log"
        log.write_bytes(finished.stdout)
        raise FailedToStart(name="broker", reason="could not make its data directory", log=log)


def _java() -> tuple[str, ...]:
    return (str(kafka_jars.java()), *_JVM, "-cp", kafka_jars.installed().class_path)


def _cluster_id() -> str:
    """Return an id as Kafka writes its own: the base64 of a UUID."""
    return base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
