"""Keeps the parts of the stack running, and ends them in order.

All children are started from the thread of the event loop, which lives as long as the stack: the
kernel ends a child when the thread that started it ends.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from typing_extensions import override

from wushe.launch import FailedToStart, Process, Program, launch, tail
from wushe.restarts import RestartPolicy

_POLL_SECONDS: Final = 0.1
_READY_POLL_SECONDS: Final = 0.05
_LOOK_SECONDS: Final = 2.0
_SILENT_SECONDS: Final = 20.0


class Rank(IntEnum):
    """The order in which parts are stopped: nobody loses what it still needs."""

    GATEWAY = 0
    SERVICE = 1
    BROKER = 2
    DATABASE = 3


class Phase(StrEnum):
    """Where a part is between its start and its end."""

    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass
class PartFailed(Exception):
    """A part of the stack could not be started, so the stack was stopped."""

    name: str
    reason: str
    last_lines: str

    @override
    def __str__(self) -> str:
        return f"{self.name} {self.reason}. The end of its log:\n{self.last_lines}"


@dataclass(kw_only=True, eq=False)
class Part:
    """One program of the stack, over all its restarts.

    A part that says that it is not alive, or says nothing, for ``silent_seconds`` is killed: it is
    frozen, or stuck for ever, and others wait for it. To become ready it has as long as a slow
    machine takes that starts all parts at once: starting again before that makes it slower yet.
    """

    name: str
    rank: Rank
    # A function, because a part may be another program after a restart: the broker's id is new.
    program: Callable[[], Program]
    is_ready: Callable[[], bool]
    is_alive: Callable[[], bool] | None = None
    ready_seconds: float = 150.0
    silent_seconds: float = _SILENT_SECONDS
    look_seconds: float = _LOOK_SECONDS
    phase: Phase = Phase.STOPPED
    restarts: int = 0
    last_failure: str = ""
    process: Process | None = None
    policy: RestartPolicy = field(default_factory=RestartPolicy)


class Supervisor:
    """Starts parts, restarts those that fail, and stops all."""

    def __init__(self, on_change: Callable[[Part], None]) -> None:
        self._on_change = on_change
        self._parts: list[Part] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._hurry = False
        self.failure: asyncio.Future[PartFailed] = asyncio.get_running_loop().create_future()

    @property
    def parts(self) -> Sequence[Part]:
        """Every part that was started, in the order of the first start."""
        return self._parts

    async def start(self, part: Part) -> None:
        """Start a part and keep it running; return when it is ready for the first time."""
        ready = asyncio.Event()
        self._parts.append(part)
        self._keepers.append(asyncio.create_task(self._keep(part, ready), name=part.name))
        await ready.wait()

    async def run(self, program: Program) -> None:
        """Run a program to its end.

        Raises:
            FailedToStart: It says that it failed.
        """
        process = launch(program)
        try:
            code = await _ended(process)
        finally:
            process.kill()
        if code != 0:
            raise FailedToStart(
                name=program.name, reason=f"ended with code {code}", log=program.log
            )

    async def stop(self) -> None:
        """Stop every part: those that use others first."""
        self._stopping = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for rank in Rank:
            await asyncio.gather(
                *(self._stop_part(part) for part in self._parts if part.rank is rank)
            )

    def hurry(self) -> None:
        """Stop waiting for parts to end by themselves."""
        self._hurry = True

    async def _keep(self, part: Part, ready: asyncio.Event) -> None:
        while True:
            reason = await self._run_once(part, ready)
            wait = part.policy.wait_after(_exit_code(part), at=time.monotonic())
            # What has run can run again when what it lacks is back, however long that takes.
            if part.policy.is_hopeless and not ready.is_set():
                self._give_up(part, reason)
                return
            part.last_failure = reason
            self._enter(part, Phase.WAITING)
            await asyncio.sleep(wait)
            part.restarts += 1

    async def _run_once(self, part: Part, ready: asyncio.Event) -> str:
        """Run a part until it ends or does not become ready; return why it is over."""
        try:
            part.process = process = launch(part.program())
        except OSError as error:
            return f"cannot be run ({error})"
        self._enter(part, Phase.STARTING)
        if await _became_ready(part, process):
            self._enter(part, Phase.READY)
            ready.set()
            return await _over(part, process)
        if process.exit_code is not None:
            return f"ended with code {process.exit_code}"
        process.kill()
        return f"was not ready after {part.ready_seconds:.0f} s"

    def _give_up(self, part: Part, reason: str) -> None:
        part.phase = Phase.STOPPED
        if not self.failure.done():
            log = part.process.program.log if part.process else None
            tries = f"{reason}, {part.policy.limit + 1} times in a minute"
            self.failure.set_result(PartFailed(part.name, tries, tail(log) if log else ""))

    async def _stop_part(self, part: Part) -> None:
        process = part.process
        if process is None:
            return
        process.request_stop()
        deadline = time.monotonic() + process.program.grace_seconds
        while process.exit_code is None and time.monotonic() < deadline and not self._hurry:  # noqa: ASYNC110
            await asyncio.sleep(_READY_POLL_SECONDS)
        process.kill()
        self._enter(part, Phase.STOPPED)

    def _enter(self, part: Part, phase: Phase) -> None:
        part.phase = phase
        self._on_change(part)


async def _became_ready(part: Part, process: Process) -> bool:
    deadline = time.monotonic() + part.ready_seconds
    while process.exit_code is None and time.monotonic() < deadline:
        # In a thread, because the part may take its time to answer.
        if await asyncio.to_thread(part.is_ready):
            return process.exit_code is None
        await asyncio.sleep(_READY_POLL_SECONDS)
    return False


def _exit_code(part: Part) -> int | None:
    return part.process.exit_code if part.process is not None else None


async def _over(part: Part, process: Process) -> str:
    """Wait until a part ends, or has to be ended; return why."""
    ended = asyncio.ensure_future(_ended(process))
    last_sign = time.monotonic()
    try:
        while not ended.done():
            await asyncio.wait({ended}, timeout=part.look_seconds)
            # In a thread, because what is frozen takes its time not to answer.
            if part.is_alive is None or ended.done() or await asyncio.to_thread(part.is_alive):
                last_sign = time.monotonic()
            elif time.monotonic() - last_sign > part.silent_seconds and not ended.done():
                process.kill()
                return f"was not alive for {part.silent_seconds:.0f} s"
    finally:
        ended.cancel()
    return f"ended with code {ended.result()}"


async def _ended(process: Process) -> int:
    # Asking costs a microsecond; a signal handler for children would be the whole program's.
    while (code := process.exit_code) is None:  # noqa: ASYNC110
        await asyncio.sleep(_POLL_SECONDS)
    return code
