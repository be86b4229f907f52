"""Requests that are too large, too deep or too many-headed; small in the making."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_BODY: Final = 1024 * 1024
REFUSALS: Final = frozenset({400, 413, 415, 422, 431})


def oversized(token: str) -> Mapping[str, bytes]:
    """Return whole requests by what is too much about them."""
    return {name: _request(token, *rest) for name, rest in _PARTS.items()}


def _request(
    token: str, headers: bytes, body: bytes = b"", path: bytes = b"/cases/v1/needs"
) -> bytes:
    encoding = b"" if b"transfer-encoding" in headers else b"content-length: %d\r\n" % len(body)
    kind = b"" if b"content-type" in headers else b"content-type: application/json\r\n"
    return (
        b"POST " + path + b" HTTP/1.1\r\nhost: x\r\nidempotency-key: once\r\nconnection: close\r\n"
        b"authorization: Bearer " + token.encode() + b"\r\n" + kind + encoding + headers
        + b"\r\n" + body
    )  # fmt: skip


def _chunks(size: int, count: int) -> bytes:
    return (b"%x\r\n" % size + b" " * size + b"\r\n") * count + b"0\r\n\r\n"


def _multipart(parts: int) -> bytes:
    part = b"--b\r\ncontent-disposition: form-data; name=a\r\n\r\nx\r\n"
    return part * parts + b"--b--\r\n"


def _json(**members: object) -> bytes:
    return json.dumps(members).encode()


_CHUNKED: Final = b"transfer-encoding: chunked\r\n"
_BOMB: Final = gzip.compress(b" " * 50_000_000)
_PARTS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "a body of the limit and a byte": (b"", b" " * (LARGEST_BODY + 1)),
    "a body of 10 MB": (b"", b" " * 10_000_000),
    "10 MB in chunks": (_CHUNKED, _chunks(65_536, 160)),
    "the limit and a byte in chunks": (_CHUNKED, _chunks(LARGEST_BODY + 1, 1)),
    "half a million tiny chunks": (_CHUNKED, b"1\r\n \r\n" * 500_000 + b"0\r\n\r\n"),
    "100,000 nested lists": (b"", b"[" * 100_000 + b"]" * 100_000),
    "100,000 nested lists without an end": (b"", b"[" * 100_000),
    "100,000 nested objects": (b"", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a number of 900,000 digits": (b"", b'{"persons": ' + b"9" * 900_000 + b"}"),
    "a fraction of 900,000 digits": (b"", b'{"persons": 0.' + b"9" * 900_000 + b"}"),
    "an exponent beyond all numbers": (b"", b'{"persons": 1e999999999}'),
    "a text of 900,000 letters": (b"", _json(title="a" * 900_000)),
    "a name of 900,000 letters": (b"", b'{"' + b"a" * 900_000 + b'": 1}'),
    "70,000 unknown fields": (b"", _json(**{f"f{number}": 1 for number in range(70_000)})),
    "100,000 lines": (b"", _json(lines=[{}] * 100_000)),
    "100,000 needs in a batch": (b"", _json(needs=[{}] * 100_000), b"/cases/v1/needs/batch"),
    "escapes of half letters": (b"", b'{"title": "' + b"\\ud800" * 150_000 + b'"}'),
    "a gzip bomb": (b"content-encoding: gzip\r\n", _BOMB),
    "a bomb that says deflate": (b"content-encoding: deflate\r\n", _BOMB),
    "a bomb that says br": (b"content-encoding: br\r\n", _BOMB),
    "a bomb that says zstd, gzip": (b"content-encoding: zstd, gzip\r\n", _BOMB),
    "1,000 parts of a form": (
        b"content-type: multipart/form-data; boundary=b\r\n", _multipart(1000)
    ),
    "a form of 100,000 fields": (
        b"content-type: application/x-www-form-urlencoded\r\n", b"a=1&" * 100_000
    ),
    "10,000 headers": (b"".join(b"x-%d: 1\r\n" % number for number in range(10_000)),),
    "150 headers": (b"".join(b"x-%d: 1\r\n" % number for number in range(150)),),
    "a header of 100 KB": (b"x-a: " + b"a" * 100_000 + b"\r\n",),
    "a header of 10 MB": (b"x-a: " + b"a" * 10_000_000 + b"\r\n",),
    "a name of a header of 100 KB": (b"x-" + b"a" * 100_000 + b": 1\r\n",),
    "a cookie of 100 KB": (b"cookie: a=" + b"a" * 100_000 + b"\r\n",),
    "an endless key": (b"idempotency-key: " + b"a" * 20_000 + b"\r\n",),
    "a path of 100 KB": (b"", b"{}", b"/cases/v1/needs/" + b"a" * 100_000),
    "a query of 100 KB": (b"", b"{}", b"/cases/v1/needs?limit=" + b"1" * 100_000),
    "10,000 parameters": (b"", b"{}", b"/cases/v1/needs?" + b"limit=1&" * 3_000),
}  # fmt: skip
