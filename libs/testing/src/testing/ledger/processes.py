"""Processes that tests kill, freeze and stop."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wushe.launch import tie_to_parent

if TYPE_CHECKING:
    from collections.abc import Generator

    from pydantic import SecretStr

    from testing.kafka import KafkaForTests

END_SECONDS: Final = 20.0
"""What a process may take to end when it is told to, whatever it is waiting for.

Ten seconds are promised; a machine that runs other tests beside may need twice the time.
"""


class Roles:
    """Relays and consumers of the ledger, each in a process of its own."""

    def __init__(self, url: SecretStr, kafka: KafkaForTests) -> None:
        self._env = {
            "LEDGER_DATABASE_URL": url.get_secret_value(),
            "LEDGER_KAFKA_BOOTSTRAP": kafka.kafka_bootstrap,
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, role: str) -> subprocess.Popen[bytes]:
        """Start a ``relay``, a ``consume`` or a ``consume-together``; returns at once."""
        started = subprocess.Popen(  # noqa: S603
            (sys.executable, "-m", "testing.ledger", role),
            env=self._env,
            stdout=subprocess.DEVNULL,
            preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509  # One system call.
        )
        self._running.append(started)
        return started

    def end(self, *processes: subprocess.Popen[bytes]) -> None:
        """End these, or all, and see that they end well and in time."""
        living = [each for each in processes or self._running if each.poll() is None]
        for process in living:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        codes = [_wait(process) for process in living]
        # One that had only just begun does not listen yet.
        assert set(codes) <= {0, -signal.SIGTERM}, f"told to stop, each ends in order, not {codes}"


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextmanager
def roles(url: SecretStr, kafka: KafkaForTests) -> Generator[Roles]:
    """Yield a way to start processes that end with the block."""
    made = Roles(url, kafka)
    try:
        yield made
    finally:
        made.end()
