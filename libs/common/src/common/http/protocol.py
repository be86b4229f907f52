"""HTTP/1.1 on the wire: as uvicorn reads it, with an end to heads and refusals that are problems.

The gateway bounds what it lets through; this is for whoever reaches a service without it. Nothing
here waits for the end of a head that has none: the bytes are counted as they come.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD: Final = 32 * 1024
MOST_HEADERS: Final = 100


class HeadTooLarge(Exception):
    """The head of a request has more lines or bytes than any client of ours sends."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    _is_in_head: bool = False
    _size: int = 0
    _is_too_large: bool = False

    @override
    def data_received(self, data: bytes) -> None:
        was_in_head = self._is_in_head
        super().data_received(data)
        # A line is told when it is whole; this is for one that goes on and on.
        if was_in_head and self._is_in_head:
            self._size += len(data)
            if self._size > LARGEST_HEAD and not self.transport.is_closing():
                self._is_too_large = True
                self.send_400_response("")

    @override
    def on_message_begin(self) -> None:
        self._is_in_head, self._size = True, 0
        super().on_message_begin()

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._size += len(name) + len(value)
        if self._size > LARGEST_HEAD or len(self.headers) >= MOST_HEADERS:
            self._is_too_large = True
            raise HeadTooLarge
        super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        status = HTTPStatus.BAD_REQUEST
        if self._is_too_large:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self.transport.write(_refusal(status))
        self.transport.close()


def _refusal(status: HTTPStatus) -> bytes:
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value}
    body = json.dumps(problem, separators=(",", ":"))
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"content-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\n"
        f"connection: close\r\n\r\n{body}"
    ).encode()
