"""However the stack ends, no process of it stays behind, and it starts again where it was."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from support.conditions import eventually_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
GONE_WITHIN_SECONDS = 40.0


@pytest.fixture
def ending(whole: Stack) -> Iterator[Stack]:
    """The shared stack, which is started again afterwards."""
    yield whole
    # Nothing runs any more; this only lets go of the process that was the supervisor.
    whole.stop()
    begun = time.monotonic()
    whole.start()
    print(f"\nstarted again in {time.monotonic() - begun:.1f} s")  # noqa: T201


def family(stack: Stack) -> list[psutil.Process]:
    supervisor = psutil.Process(stack.status().supervisor)
    return [supervisor, *supervisor.children(recursive=True)]


def is_gone(process: psutil.Process) -> bool:
    try:
        # What has ended and waits for its parent to ask holds neither memory nor ports.
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_nothing_is_left_of_a_stack_whose_supervisor_is_ended_by(
    number: signal.Signals, ending: Stack
) -> None:
    processes = family(ending)

    os.kill(ending.status().supervisor, number)

    eventually_true(
        lambda: all(is_gone(process) for process in processes),
        what="the end of every process",
        seconds=GONE_WITHIN_SECONDS,
    )
    # The supervisor, the gateway, the broker, four services, the database and its helpers.
    assert len(processes) > 8
