"""Bytes on a socket: what no client library would send, and what comes back."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ANSWERED_WITHIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back, and whether the server then closed the connection."""

    received: bytes
    is_closed: bool
    seconds: float = 0.0
    """Until the first byte of the answer came."""

    @property
    def statuses(self) -> list[int]:
        """The status of each answer that came back."""
        return [int(line.split()[1]) for line in self._status_lines()]

    @property
    def body(self) -> bytes:
        """What follows the head of the first answer."""
        return self.received.partition(b"\r\n\r\n")[2]

    @property
    def head(self) -> str:
        """The head of the first answer."""
        return self.received.partition(b"\r\n\r\n")[0].decode("latin-1").lower()

    def _status_lines(self) -> Iterator[bytes]:
        # A body of ours ends without a new line, so the next answer stands right behind it.
        rest = self.received
        while (at := rest.find(b"HTTP/1.1 ")) >= 0:
            rest = rest[at:]
            yield rest.partition(b"\r\n")[0]
            rest = rest[9:]


def exchange(
    url: str, pieces: Iterable[bytes], *, seconds: float = ANSWERED_WITHIN_SECONDS
) -> Exchange:
    """Send pieces over one connection and read until the server closes or falls silent."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=seconds) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            # The server has heard enough; what it said of that can still be read.
            pass
        return _read(connection)


def exchanges(
    url: str, requests: Mapping[str, bytes], *, seconds: float = ANSWERED_WITHIN_SECONDS
) -> Mapping[str, Exchange]:
    """Send each request over a connection of its own, many at a time."""
    with ThreadPoolExecutor(max_workers=len(requests)) as pool:
        answers = pool.map(
            lambda request: exchange(url, [request], seconds=seconds), requests.values()
        )
        return dict(zip(requests, answers, strict=True))


def _read(connection: socket.socket) -> Exchange:
    received = bytearray()
    start = time.monotonic()
    first = 0.0
    while True:
        try:
            more = connection.recv(65536)
        except TimeoutError:
            return Exchange(bytes(received), is_closed=False, seconds=first)
        except OSError:
            more = b""
        first = first or time.monotonic() - start
        if not more:
            return Exchange(bytes(received), is_closed=True, seconds=first)
        received += more
