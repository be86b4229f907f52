"""Programs that are there and say nothing: frozen, and thawed again."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def frozen(pid: int) -> Generator[None]:
    """Keep a process and all its children from doing anything as long as the block."""
    process = psutil.Process(pid)
    stopped: list[psutil.Process] = []
    try:
        # The parent first: what it starts later would run.
        process.send_signal(signal.SIGSTOP)
        stopped.append(process)
        for child in process.children(recursive=True):
            child.send_signal(signal.SIGSTOP)
            stopped.append(child)
        yield
    finally:
        for each in stopped:
            each.send_signal(signal.SIGCONT)


def parent_of(pid: int) -> int:
    """Return the process that started another, such as the server behind a backend."""
    parent = psutil.Process(pid).parent()
    assert parent is not None, "a backend has a server"
    return parent.pid
