import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from wushe.launch import FailedToStart, Program
from wushe.restarts import RestartPolicy
from wushe.supervisor import Part, Rank, Supervisor

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"


def a_program(tmp_path: Path, code: str, *, grace_seconds: float = 5.0) -> Callable[[], Program]:
    program = Program(
        name="part",
        argv=(sys.executable, "-c", code),
        log=tmp_path / "part.log",
        grace_seconds=grace_seconds,
    )
    return lambda: program


def a_part(program: Callable[[], Program], *, rank: Rank = Rank.SERVICE) -> Part:
    return Part(name="part", rank=rank, program=program, is_ready=lambda: True)


@contextlib.asynccontextmanager
async def supervisor() -> AsyncGenerator[Supervisor]:
    made = Supervisor(lambda _: None)
    try:
        yield made
    finally:
        await made.stop()


def running(part: Part) -> int:
    assert part.process is not None
    return part.process.pid


def has_restarted(part: Part, times: int) -> bool:
    return part.restarts == times and part.phase == "ready"


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_part_that_dies_is_started_again(tmp_path: Path) -> None:
    async with supervisor() as parts:
        part = a_part(a_program(tmp_path, SLEEP))
        await parts.start(part)
        first = running(part)

        os.kill(first, signal.SIGKILL)
        await until(lambda: running(part) != first)

        assert part.restarts == 1


async def test_a_part_that_keeps_dying_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    async with supervisor() as parts:
        part = a_part(a_program(tmp_path, "print('last words'); raise SystemExit(3)"))
        part.policy = RestartPolicy(limit=1)
        part.is_ready = lambda: False
        starting = asyncio.create_task(parts.start(part))

        async with asyncio.timeout(20):
            failure = await parts.failure
        starting.cancel()

    assert failure.name == "part"
    assert "ended with code 3" in failure.reason
    assert "last words" in failure.last_lines


async def test_a_part_that_ran_once_is_never_given_up(tmp_path: Path) -> None:
    async with supervisor() as parts:
        part = a_part(a_program(tmp_path, SLEEP))
        part.policy = RestartPolicy(limit=0)
        await parts.start(part)

        for restarts in (1, 2):
            os.kill(running(part), signal.SIGKILL)
            await until(partial(has_restarted, part, restarts))

        assert not parts.failure.done()


async def test_a_part_that_is_frozen_is_started_again(tmp_path: Path) -> None:
    async with supervisor() as parts:
        part = a_part(a_program(tmp_path, SLEEP))
        part.is_alive = lambda: psutil.Process(running(part)).status() != psutil.STATUS_STOPPED
        part.look_seconds, part.silent_seconds = 0.05, 0.2
        await parts.start(part)
        first = running(part)

        os.kill(first, signal.SIGSTOP)
        await until(partial(has_restarted, part, 1))

        assert "was not alive" in part.last_failure
        assert not psutil.pid_exists(first)


async def test_a_part_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    parts = Supervisor(lambda _: None)
    part = a_part(a_program(tmp_path, STUBBORN, grace_seconds=0.2))
    await parts.start(part)

    await parts.stop()

    assert not psutil.pid_exists(running(part))


async def test_what_a_part_started_ends_with_it(tmp_path: Path) -> None:
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]);"
    async with supervisor() as parts:
        part = a_part(a_program(tmp_path, f"{code} print(p.pid, flush=True); {SLEEP}"))
        await parts.start(part)
        log = tmp_path / "part.log"
        await until(lambda: log.read_text().endswith("\n"))

        os.kill(running(part), signal.SIGKILL)

        child = int(log.read_text().split()[0])
        await until(lambda: part.restarts == 1)
        assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


async def test_those_that_use_others_are_stopped_first(tmp_path: Path) -> None:
    stopped: list[str] = []

    def on_change(part: Part) -> None:
        if part.phase == "stopped":
            stopped.append(part.name)

    parts = Supervisor(on_change)
    for rank in reversed(Rank):
        part = a_part(a_program(tmp_path, SLEEP), rank=rank)
        part.name = rank.name
        await parts.start(part)

    await parts.stop()

    assert stopped == ["GATEWAY", "SERVICE", "BROKER", "DATABASE"]


async def test_a_command_that_fails_says_so(tmp_path: Path) -> None:
    async with supervisor() as parts:
        with pytest.raises(FailedToStart) as failure:
            await parts.run(a_program(tmp_path, "raise SystemExit(2)")())

    assert failure.value.reason == "ended with code 2"
