"""A handle on a stack, for tests, the demo and the commands.

    with Stack(Options(state=tmp_path)) as stack:
        httpx.get(f"{stack.status().gateway}/docs")
        stack.kill("cases")

The stack runs in a process of its own, as ``wushe up`` does, so that it can be killed like one.
"""

import contextlib
import os
import signal
import sys
import time
from datetime import timedelta
from typing import Final, Self

import psutil

from wushe.launch import FailedToStart, Process, Program, await_ready, launch
from wushe.plan import Options
from wushe.state import AlreadyRunning, StateDir, Status
from wushe.tokens import Grant, token_for

START_SECONDS: Final = 180.0
STOP_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.05


class NotRunning(Exception):
    """No stack runs in this state directory."""


class Stack:
    """The stack of one state directory, whoever started it."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.state = StateDir(self.options.state)
        self._supervisor: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *, seconds: float = START_SECONDS) -> Status:
        """Start the stack and wait until it is ready; it ends with the calling thread.

        Raises:
            AlreadyRunning: It was running before.
            FailedToStart: It was not ready in time, or a part of it failed.
        """
        self._supervisor = launch_supervisor(self.options, orphan_signal=signal.SIGTERM)
        try:
            await_ready(self._supervisor, self.is_ready, seconds=seconds)
        except FailedToStart:
            self._supervisor.stop()
            raise
        return self.status()

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Stop the stack; nothing is left of it when this returns."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None
        stop_stack(self.state, seconds=seconds)

    def is_ready(self) -> bool:
        """Tell whether the stack was started completely."""
        status = self.state.status()
        return status is not None and status.is_ready

    def status(self) -> Status:
        """Return where everything is.

        Raises:
            NotRunning: Nothing is.
        """
        status = self.state.status()
        if status is None:
            raise NotRunning
        return status

    def pid_of(self, part: str) -> int:
        """Return the process id of a part that is running now."""
        return self.status().pid_of(part)

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a part; return the process id that it had."""
        pid = self.pid_of(part)
        os.kill(pid, number)
        return pid

    def await_restart(self, part: str, killed: int, *, seconds: float = 60.0) -> int:
        """Wait until a part is ready again under another process id; return that.

        Raises:
            TimeoutError: It was not.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            now = self.status().parts[part]
            if now.phase == "ready" and now.pid is not None and now.pid != killed:
                return now.pid
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(part)

    def token(self, *grants: Grant, subject: str | None = None, hours: float = 12) -> str:
        """Return a token that every service accepts with these grants."""
        lifetime = timedelta(hours=hours)
        return token_for(self.state, self.status(), grants, subject=subject, lifetime=lifetime)


def launch_supervisor(options: Options, *, orphan_signal: signal.Signals | None) -> Process:
    """Start ``wushe up`` as a process; without a signal it outlives the caller.

    Raises:
        AlreadyRunning: There is one in the same directory.
    """
    state = StateDir(options.state)
    state.create()
    if state.holder() is not None:
        raise AlreadyRunning
    log = state.logs / "up.log"
    log.unlink(missing_ok=True)
    return launch(
        Program(
            name="wushe up",
            argv=(sys.executable, "-m", "wushe", "up", *options.arguments()),
            log=log,
            orphan_signal=orphan_signal,
            grace_seconds=STOP_SECONDS,
        )
    )


def stop_stack(state: StateDir, *, seconds: float = STOP_SECONDS) -> bool:
    """Stop whatever runs in the state directory; tell whether something did."""
    holder = state.holder()
    if holder is None:
        state.publish(None)
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        supervisor = psutil.Process(holder)
        supervisor.terminate()
        try:
            supervisor.wait(seconds)
        except psutil.TimeoutExpired:
            # The kernel ends its children after it.
            supervisor.kill()
            supervisor.wait(seconds)
    return True
