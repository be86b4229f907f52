"""The broker of the embedded stack: Tansu, which speaks Kafka's protocol and keeps it in memory.

Its memory ends with its process. Every start has a fresh cluster id, so that whoever remembers
what was acknowledged can see that the log is a new one and send again.
"""

import secrets
import signal
import socket
import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from wushe.launch import Process, Program, await_ready, launch
from wushe.ports import LOOPBACK, free_port
from wushe.wheels import wheel_path

EMBEDDED: Final = "embedded"
APACHE: Final = "apache"

_START_SECONDS: Final = 30.0
# ApiVersions, version 0, without a client id: a request that every broker must answer.
_API_VERSIONS: Final = struct.pack(">ihhih", 10, 18, 0, 1, -1)


class BrokerServer:
    """A broker that can be stopped and started in place, on the same address.

    What it remembers over that is its program's affair.
    """

    def __init__(self, program: Callable[[], Program], port: int) -> None:
        self._program = program
        self._port = port
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """Host and port, as Kafka's clients want it."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    @property
    def answers(self) -> bool:
        """Whether clients get an answer."""
        return answers(LOOPBACK, self._port)

    def start(self) -> None:
        """Start; return when it answers."""
        self.begin()
        if self._process is not None:
            await_ready(self._process, lambda: self.answers, seconds=_START_SECONDS)

    def begin(self) -> None:
        """Start, unless it runs; return at once."""
        if self._process is None:
            self._process = launch(self._program())

    def stop(self) -> None:
        """Stop in order, if it has any."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """Stop now, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process = None


@contextmanager
def running_broker(log_dir: Path) -> Generator[BrokerServer]:
    """Run an embedded broker as long as the block; to be entered from a thread that lives as long.

    Every start has an empty memory and a new cluster id.
    """
    port = free_port()
    broker = BrokerServer(lambda: program(port=port, log=log_dir / "broker.log"), port)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def program(*, port: int, log: Path, reached_at: int | None = None) -> Program:
    """Describe a broker that is not the same cluster as any before it.

    Args:
        port: Where it listens.
        log: Where it writes.
        reached_at: The port that it tells clients to use, if that is another.
    """
    url = f"tcp://{LOOPBACK}:{port}"
    advertised = f"tcp://{LOOPBACK}:{reached_at or port}"
    return Program(
        name="broker",
        argv=(
            *(str(wheel_path("broker")), "broker", "--silent"),
            *("--storage-engine", "memory://tansu/"),
            *("--listener-url", url, "--advertised-listener-url", advertised),
            *("--cluster-id", f"wushe-{secrets.token_hex(8)}"),
        ),
        log=log,
        env={"RUST_LOG": "warn"},
        # There is nothing that it could save.
        stop_signal=signal.SIGKILL,
    )


def answers(host: str, port: int) -> bool:
    """Tell whether something at the address speaks Kafka's protocol."""
    try:
        with socket.create_connection((host, port), timeout=1.0) as connection:
            connection.sendall(_API_VERSIONS)
            return len(connection.recv(8)) > 0
    except OSError:
        return False
