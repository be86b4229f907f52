"""Runs a stack until it is told to stop, or a part of it cannot be kept running."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from typing import Final, cast

from wushe.assembly import Assembly, check_installed
from wushe.plan import Options
from wushe.progress import Progress
from wushe.state import StateDir, Status
from wushe.supervisor import PartFailed

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_stack(
    options: Options, progress: Progress, *, on_ready: Callable[[Status], None]
) -> None:
    """Start a stack, keep it running, and stop it at a signal.

    Raises:
        AlreadyRunning: Another process runs a stack in the same directory.
        PlanRefused: The options cannot be met.
        PartFailed: A part failed again and again; everything was stopped.
        KafkaUnavailable: Apache Kafka is asked for, and cannot be run.
        FailedToStart: A step of the start failed; everything was stopped.
    """
    check_installed(options)
    state = StateDir(options.state)
    state.create()
    with state.locked():
        assembly = Assembly(options, state, progress)
        stopped = _stop_at_signal(assembly)
        starting = asyncio.create_task(assembly.bring_up())
        try:
            if await _first(starting, stopped, assembly.supervisor.failure):
                on_ready(assembly.status())
                await _first(stopped, assembly.supervisor.failure)
        finally:
            progress.note("stopping")
            await _end(assembly, starting)
            state.publish(None)


async def _first(*awaited: asyncio.Future[None] | asyncio.Future[PartFailed]) -> bool:
    """Wait for the first to be done; tell whether it is the first that was given.

    Raises:
        PartFailed: That is what was done.
    """
    done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
    for future in done:
        if (error := future.exception()) is not None:
            raise _innermost(error) from error
        outcome = future.result()
        if outcome is not None:
            raise outcome
    return awaited[0] in done


async def _end(assembly: Assembly, starting: asyncio.Task[None]) -> None:
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await starting
    assembly.enter("stopping")
    await assembly.supervisor.stop()


def _stop_at_signal(assembly: Assembly) -> asyncio.Future[None]:
    """Return what is done at the first signal; the second one ends everything by force."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()

    def on_signal() -> None:
        if stopped.done():
            assembly.supervisor.hurry()
        else:
            stopped.set_result(None)

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal)
    return stopped


def _innermost(error: BaseException) -> BaseException:
    """Return the first failure of a group of tasks; the others were its consequences."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
