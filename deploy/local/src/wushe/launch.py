"""Child processes that never outlive their parent.

A child is bound to its parent by the kernel (``PR_SET_PDEATHSIG``), so even ``kill -9`` of the
parent leaves nothing behind. The signal is sent when the *thread* that started the child ends:
start children from a thread that lives as long as they should.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from typing_extensions import override

_PR_SET_PDEATHSIG: Final = 1
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that a program runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> "Account":
        """Look a user up."""
        entry = pwd.getpwnam(name)
        return cls(name, entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command line, and how the process that it makes is to be treated.

    Without an ``orphan_signal`` the process is meant to outlive us.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals | None = signal.SIGKILL
    grace_seconds: float = 30.0


@dataclass(kw_only=True)
class FailedToStart(Exception):
    """A program ended, or took too long, before it was ready."""

    name: str
    reason: str
    log: Path

    @override
    def __str__(self) -> str:
        return f"{self.name} {self.reason}; its log is {self.log}\n{tail(self.log)}".rstrip()


class Process:
    """A running program."""

    def __init__(self, program: Program, popen: subprocess.Popen[bytes]) -> None:
        self.program = program
        self._popen = popen

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """How the program ended, or ``None`` while it runs."""
        if self._popen.returncode is None and self._is_dead():
            # Before its number can be given to another: end what it left in its process group.
            self._kill_group()
            self._popen.wait()
        return self._popen.returncode

    def request_stop(self) -> None:
        """Ask the program to end; returns at once."""
        if self.exit_code is None:
            self._popen.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """End the program and its process group now, whatever they are doing."""
        if self.exit_code is None:
            self._kill_group()
            self._popen.wait()

    def stop(self) -> None:
        """End the program, by force when its time is over."""
        self.request_stop()
        deadline = time.monotonic() + self.program.grace_seconds
        while self.exit_code is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self.kill()

    def _is_dead(self) -> bool:
        # Looks without taking the exit code away, so that the number stays ours.
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, self.pid, flags) is not None
        except ChildProcessError:
            # Somebody else in this process waited for it.
            return True

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def launch(program: Program) -> Process:
    """Start a program; its output is appended to its log."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    account = program.account
    with program.log.open("ab") as log:
        popen = subprocess.Popen(  # noqa: S603  # Every command line is made by this package.
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **program.env},
            cwd=program.cwd,
            # A session of its own keeps Ctrl-C away from it: we stop the parts in order.
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=(  # noqa: PLW1509  # One system call.
                tie_to_parent(program.orphan_signal) if program.orphan_signal else None
            ),
        )
    return Process(program, popen)


def tie_to_parent(orphan_signal: signal.Signals) -> Callable[[], None]:
    """Return what a child runs to receive the signal when its parent dies.

    It must run after the change of user, which would clear the wish; ``subprocess`` does so.
    """
    if sys.platform != "linux":
        return lambda: None
    parent = os.getpid()
    # The library is loaded here because the child of a threaded parent should do next to nothing.
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:
            # The parent died before the wish was heard.
            os._exit(1)

    return in_child


def await_ready(process: Process, is_ready: Callable[[], bool], *, seconds: float) -> None:
    """Wait until the program says that it is ready.

    Raises:
        FailedToStart: It ended, or the time is over. It is not stopped.
    """
    deadline = time.monotonic() + seconds
    while not is_ready():
        if process.exit_code is not None:
            raise _failed(process, f"ended with code {process.exit_code}")
        if time.monotonic() > deadline:
            raise _failed(process, f"was not ready after {seconds:.0f} s")
        time.sleep(_POLL_SECONDS)


def _failed(process: Process, reason: str) -> FailedToStart:
    program = process.program
    return FailedToStart(name=program.name, reason=reason, log=program.log)


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, for a message."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])
