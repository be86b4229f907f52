"""Processes that tests kill."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wushe.launch import tie_to_parent

if TYPE_CHECKING:
    from collections.abc import Generator

    from pydantic import SecretStr

    from testing.kafka import KafkaForTests


class Roles:
    """Relays and consumers of the ledger, each in a process of its own."""

    def __init__(self, url: SecretStr, kafka: KafkaForTests) -> None:
        self._env = {
            "LEDGER_DATABASE_URL": url.get_secret_value(),
            "LEDGER_KAFKA_BOOTSTRAP": kafka.kafka_bootstrap,
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, role: str) -> subprocess.Popen[bytes]:
        """Start a ``relay`` or a ``consume``; returns at once."""
        started = subprocess.Popen(  # noqa: S603
            (sys.executable, "-m", "testing.ledger", role),
            env=self._env,
            stdout=subprocess.DEVNULL,
            preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509  # One system call.
        )
        self._running.append(started)
        return started

    def end(self) -> None:
        """End all of them, and see that they end well."""
        living = [process for process in self._running if process.poll() is None]
        for process in living:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in living:
            # One that had only just begun does not listen yet.
            assert process.wait(60) in (0, -signal.SIGTERM), "told to stop, it ends in order"


@contextmanager
def roles(url: SecretStr, kafka: KafkaForTests) -> Generator[Roles]:
    """Yield a way to start processes that end with the block."""
    made = Roles(url, kafka)
    try:
        yield made
    finally:
        made.end()
