"""The programs of the stack: do they run, are they ready, and what do they count."""

import http.client
import json
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from wushe.doctor.finding import Finding, bad, well
from wushe.launch import tail
from wushe.ports import LOOPBACK
from wushe.state import PartStatus, StateDir, Status

_ANSWER_SECONDS: Final = 3.0
_MOST_LAG_SECONDS: Final = 0.5
_SHOWN_LINES: Final = 5
_NOT_READY: Final = {
    "database": ("its database does not answer", "see the finding about the database"),
    "migrations": ("its tables are older than its code", "wushe down, then wushe up: it migrates"),
    "draining": ("it is being stopped", "wait, or wushe up"),
}
_CAUSES: Final = (
    (r"cannot_listen|[Aa]ddress already in use", "another program has its port: ss -ltnp"),
    (r"No space left on device|DiskFull", "the disk is full: make room"),
    (r"MemoryError|[Oo]ut of memory|Cannot allocate memory", "there is too little memory"),
    (r"missing or wrong settings", "a setting is missing or wrong: the line names it"),
    (r"password authentication failed", "its password was changed in the database's server"),
    (r"ModuleNotFoundError|ImportError", "the installation is incomplete: make setup"),
    (r"incompatible with server", "the data is of another PostgreSQL: move it away, or upgrade it"),
    (r"lock file .*already exists", "another server uses the same data: wushe doctor when stopped"),
    (r"Permission denied", "a file belongs to somebody else: look at who owns the state directory"),
    (r"Connect(ion)?(Refused|Error)|connection refused", "what it needs was not there yet"),
    (r"Traceback|part_failed", "a defect: the lines above say where; please report it"),
)


def examine_parts(state: StateDir, status: Status) -> Iterator[Finding]:
    """Look at every program of the running stack."""
    if status.is_ready:
        yield well("stack", f"ready in {state.path}, kept by process {status.supervisor}")
    else:
        yield bad(
            "stack",
            f"is {status.phase}",
            why="requests may be refused until every part is ready",
            remedy=f"wait; or read {state.logs / 'up.log'}",
        )
    for part in status.parts.values():
        yield from _part(part)


def likely_cause(lines: str) -> str:
    """Return what the end of a log points to, in words."""
    found = (cause for pattern, cause in _CAUSES if re.search(pattern, lines))
    return next(found, "the log does not say; it may have been killed from outside, or for memory")


def _part(part: PartStatus) -> Iterator[Finding]:
    if part.pid is None:
        yield _ended(part)
        return
    again = f", restarted {part.restarts} times" if part.restarts else ""
    if part.ops is None:
        yield well(part.name, f"{part.phase} as {part.pid}{again}")
        return
    answer = _get(part.ops, "/readyz")
    if answer is None:
        yield bad(
            part.name,
            f"runs as {part.pid} but does not answer{again}",
            why="it is frozen, or its loop is blocked; nothing goes through it",
            remedy=f"kill {part.pid} (it is started again); its log is {part.log}",
        )
        return
    code, body = answer
    if code == http.client.OK:
        yield well(part.name, f"ready as {part.pid}{again}")
    else:
        yield _not_ready(part, body)
    yield from _counts(part)


def _ended(part: PartStatus) -> Finding:
    lines = tail(part.log, _SHOWN_LINES)
    shown = "".join(f"\n    | {line[:200]}" for line in lines.splitlines())
    return bad(
        part.name,
        f"does not run ({part.phase}), restarted {part.restarts} times{shown}",
        why=f"likely cause: {likely_cause(tail(part.log, 40))}",
        remedy=f"read {part.log}; it is started again by itself, a few times",
    )


def _not_ready(part: PartStatus, body: str) -> Finding:
    try:
        obstacles: list[str] = json.loads(body)["waiting_for"]
    except (ValueError, KeyError):
        obstacles = []
    known = [_NOT_READY[name] for name in obstacles if name in _NOT_READY]
    why, remedy = known[0] if known else ("it does not say why", f"read {part.log}")
    what = f"not ready, waits for {', '.join(obstacles) or '?'}"
    return bad(part.name, what, why=why, remedy=remedy)


def _counts(part: PartStatus) -> Iterator[Finding]:
    """Yield what the counters of a process give away."""
    answer = _get(part.ops or "", "/metrics")
    if answer is None:
        return
    samples = [s for family in text_string_to_metric_families(answer[1]) for s in family.samples]
    for sample in _named(samples, "consumer_breaker_open"):
        if sample.value:
            where = f"{sample.labels['topic']} {sample.labels['partition']}"
            yield bad(
                f"{part.name} breaker",
                f"holds back {where}: too many records in a row were refused",
                why="a faulty release, most likely; nothing of this partition goes on meanwhile",
                remedy=f"wushe dead-letters list {sample.labels['group']}; mend, then replay",
            )
    for sample in _named(samples, "event_loop_lag_worst_seconds"):
        if sample.value > _MOST_LAG_SECONDS:
            yield bad(
                f"{part.name} loop",
                f"was {sample.value:.1f} s late within the last 10 s",
                why="something blocks it, or the machine is overloaded; every request waits for it",
                remedy=f"top -H -p {part.pid}",
            )


def _named(samples: Sequence[Sample], name: str) -> list[Sample]:
    return [sample for sample in samples if sample.name == name]


def _get(address: str, path: str) -> tuple[int, str] | None:
    port = urlsplit(address).port
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
