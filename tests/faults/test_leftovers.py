"""However the stack ends, no process of it stays behind."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from support.conditions import eventually_true
from support.stacks import stack_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
GONE_WITHIN_SECONDS = 40.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leftovers")


@pytest.fixture
def running(place: Path) -> Iterator[Stack]:
    stack = stack_in(place)
    begun = time.monotonic()
    stack.start()
    print(f"\nready after {time.monotonic() - begun:.1f} s")  # noqa: T201
    yield stack
    stack.stop()


def family(stack: Stack) -> list[psutil.Process]:
    supervisor = psutil.Process(stack.status().supervisor)
    return [supervisor, *supervisor.children(recursive=True)]


def are_gone(processes: list[psutil.Process]) -> bool:
    return all(is_gone(process) for process in processes)


def is_gone(process: psutil.Process) -> bool:
    try:
        # The supervisor is this process's child: its end is waited for here.
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_nothing_is_left_of_a_stack_whose_supervisor_is_ended_by(
    number: signal.Signals, running: Stack
) -> None:
    processes = family(running)

    os.kill(running.status().supervisor, number)

    eventually_true(
        lambda: are_gone(processes), what="the end of every process", seconds=GONE_WITHIN_SECONDS
    )
    assert len(processes) > 6
