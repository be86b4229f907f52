"""Listens to a stream of server-sent events while the story goes on."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from wushe.demo.desk import PATIENCE_SECONDS, Json, NothingCame, UnexpectedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

_OPENING_SECONDS: Final = 10.0
_SILENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event, and when it came on a clock that does not jump."""

    id: str
    event: str
    data: Json
    at: float


class EventStream:
    """All that was heard on one stream; others may wait for something to be heard."""

    def __init__(self) -> None:
        self._heard: list[Heard] = []
        self._changed: Final = threading.Condition()
        self._failure: Exception | None = None
        self._is_open = False

    def await_event(
        self,
        wanted: Callable[[Heard], bool],
        *,
        awaited: str,
        seconds: float = PATIENCE_SECONDS,
    ) -> Heard:
        """Return the first event that is wanted, heard before or after this call.

        Raises:
            NothingCame: The time is over.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                for heard in self._heard:
                    if wanted(heard):
                        return heard
                self._wait(deadline, awaited, seconds)

    def await_opening(self) -> None:
        """Return when the server has answered: what happens from now on will be heard."""
        deadline = time.monotonic() + _OPENING_SECONDS
        with self._changed:
            while not self._is_open:
                self._wait(deadline, "the stream of events", _OPENING_SECONDS)

    def read(self, lines: Iterable[str]) -> None:
        """Take in the lines of the stream as they come."""
        with self._changed:
            self._is_open = True
            self._changed.notify_all()
        for heard in parse(lines):
            with self._changed:
                self._heard.append(heard)
                self._changed.notify_all()

    def fail(self, failure: Exception) -> None:
        """Tell those who wait that nothing more will come."""
        with self._changed:
            self._failure = failure
            self._changed.notify_all()

    def _wait(self, deadline: float, awaited: str, seconds: float) -> None:
        if self._failure is not None:
            raise self._failure
        if not self._changed.wait(max(0.0, deadline - time.monotonic())):
            last = self._heard[-1].data if self._heard else "nothing"
            raise NothingCame(awaited, seconds, str(last))


def parse(lines: Iterable[str]) -> Iterator[Heard]:
    """Read the format of server-sent events; comments and fields that we do not use are skipped."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
            continue
        if "data" in fields:
            data: Any = json.loads("\n".join(fields["data"]))
            yield Heard(
                id="".join(fields.get("id", [])),
                event="".join(fields.get("event", ["message"])),
                data=data,
                at=time.perf_counter(),
            )
        fields = {}


@contextmanager
def listening(gateway: str, path: str, token: str) -> Generator[EventStream]:
    """Listen as long as the block.

    Raises:
        NothingCame: The stream was not opened in time.
        UnexpectedAnswer: The server refused.
    """
    stream = EventStream()
    timeout = httpx.Timeout(_OPENING_SECONDS, read=_SILENCE_SECONDS)
    with httpx.Client(base_url=gateway, timeout=timeout, trust_env=False) as client:
        listener = threading.Thread(
            target=_listen, args=(client, path, token, stream), name="event stream", daemon=True
        )
        listener.start()
        stream.await_opening()
        yield stream


def _listen(client: httpx.Client, path: str, token: str, stream: EventStream) -> None:
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
    try:
        with client.stream("GET", path, headers=headers) as answer:
            if answer.is_success:
                stream.read(answer.iter_lines())
            else:
                body = answer.read().decode()
                stream.fail(UnexpectedAnswer("GET", path, answer.status_code, body))
    except (httpx.HTTPError, ValueError, RuntimeError) as failure:
        # Closing the client from outside also ends here; then nobody waits any more.
        stream.fail(failure)
