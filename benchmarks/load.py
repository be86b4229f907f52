"""The load: one process, a few connections, each with one request on its way at a time.

It speaks just as much HTTP as our own server answers, because a generator that costs as much as
what it measures would measure itself. What it sends is made beforehand as far as possible.

    python -m benchmarks.load '{"port": 8000, "kind": "need", ...}'
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

import uvloop
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH: Final = 500
CLIENTS: Final = [str(uuid4()) for _ in range(1_000)]
NOTHING: Final = "/cases/v1/nothing"
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_FEWEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send to where, and for how long after warming up."""

    port: int
    token: str
    kind: str
    area: str
    connections: int
    seconds: float
    warm_up: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of it: requests answered in the measured time, and how long each took."""

    answered: int
    seconds: float
    statuses: dict[str, int]
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answered / self.seconds


def request_of(load: Load) -> Callable[[], bytes]:
    """Return what makes the next request."""
    common = f"Host: localhost\r\nAuthorization: Bearer {load.token}\r\n"
    if load.kind == "nothing":
        request = f"GET {NOTHING} HTTP/1.1\r\n{common}\r\n".encode()
        return lambda: request
    path = "/cases/v1/needs" if load.kind == "need" else "/cases/v1/needs/batch"
    head = f"POST {path} HTTP/1.1\r\n{common}Content-Type: application/json\r\n".encode()

    def post() -> bytes:
        body = need(load.area) if load.kind == "need" else batch(load.area)
        key = str(uuid4()).encode()
        return b"%sIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            *(head, key, len(body)),
            body,
        )

    return post


def need(area: str) -> bytes:
    """Return a need of a household that is known already, with one line, as a phone sends it."""
    made = uuid4()
    return _NEED % (str(made).encode(), area.encode(), _client_of(made))


def batch(area: str) -> bytes:
    """Return as many of them as go into one request."""
    return b'{"needs": [' + b",".join(need(area) for _ in range(BATCH)) + b"]}"


def _client_of(made: UUID) -> bytes:
    return CLIENTS[made.int % len(CLIENTS)].encode()


_NEED: Final = """{"id": "%s", "scheme": "nbs", "area": "%s", "beneficiary": "household",
"persons": 2, "urgency": 3, "title": "独居老人每日送餐", "client_ref": "%s", "lines": [{"service":
"meal_delivery", "quantity": 20, "unit": "person_time", "weekdays": ["mon", "wed", "fri"]}]}
""".encode()


class _Tally:
    def __init__(self, load: Load) -> None:
        now = time.perf_counter()
        self.begins: Final = now + load.warm_up
        self.ends: Final = self.begins + load.seconds
        self.last = self.begins
        self.taken: Final[list[float]] = []
        self.statuses: Final[Counter[str]] = Counter()

    def note(self, status: str, sent_at: float, now: float) -> bool:
        """Count an answer; tell whether to go on."""
        self.statuses[status] += 1
        # However slow the machine is, there is something to tell of in the end.
        goes_on = now < self.ends or len(self.taken) < _FEWEST
        if now >= self.begins and goes_on:
            self.taken.append(now - sent_at)
            self.last = now
        return goes_on


class _Connection(asyncio.Protocol):
    def __init__(self, make: Callable[[], bytes], tally: _Tally) -> None:
        self._make: Final = make
        self._tally: Final = tally
        self._received = b""
        self._sent_at = 0.0
        self.over: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    @override
    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data
        end = received.find(_END_OF_HEAD)
        if end < 0 or len(received) < end + len(_END_OF_HEAD) + _length(received, end):
            return
        self._received = b""
        if self._tally.note(received[9:12].decode(), self._sent_at, time.perf_counter()):
            self._send()
        else:
            self._end()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("the server hung up"))

    def _send(self) -> None:
        request = self._make()
        assert self._transport is not None, "it was connected before it sends"
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _end(self) -> None:
        assert self._transport is not None, "it was connected before it received"
        self.over.set_result(None)
        self._transport.close()


def _length(received: bytes, end: int) -> int:
    start = received.find(_LENGTH, 0, end)
    if start < 0:
        return 0
    start += len(_LENGTH)
    return int(received[start : received.index(b"\r", start)])


async def put(load: Load) -> Sent:
    """Put a load on a server and return what came of it."""
    loop = asyncio.get_running_loop()
    make, tally = request_of(load), _Tally(load)
    connected = [
        await loop.create_connection(lambda: _Connection(make, tally), "127.0.0.1", load.port)
        for _ in range(load.connections)
    ]
    await asyncio.gather(*(connection.over for _, connection in connected))
    taken = sorted(tally.taken) or [0.0]
    return Sent(
        answered=len(tally.taken),
        seconds=tally.last - tally.begins,
        statuses=dict(tally.statuses),
        p50_ms=1000 * taken[len(taken) // 2],
        p99_ms=1000 * taken[int(0.99 * len(taken))],
    )


async def put_from_elsewhere(load: Load) -> Sent:
    """Put a load on a server from a process of its own.

    Raises:
        RuntimeError: The server refused something, or the generator failed.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.load", json.dumps(asdict(load))),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    if process.returncode:
        message = f"the generator of {load.kind} ended with {process.returncode}"
        raise RuntimeError(message)
    document: dict[str, Any] = json.loads(output)
    sent = Sent(**document)
    if any(int(status) >= HTTPStatus.BAD_REQUEST for status in sent.statuses):
        message = f"{load.kind} was refused: {sent.statuses}"
        raise RuntimeError(message)
    return sent


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.write(json.dumps(asdict(runner.run(put(Load(**json.loads(sys.argv[1])))))))
