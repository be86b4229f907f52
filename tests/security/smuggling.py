"""Requests whose end two servers could see in two places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN: Final = b"GET /cases/v1/smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
_CHUNKED: Final = b"transfer-encoding: chunked\r\n"
_LENGTH: Final = b"content-length: 6\r\n"
_END: Final = b"0\r\n\r\n"


def _lines(*lines: bytes, body: bytes = b"") -> bytes:
    return b"".join(lines) + b"\r\n" + body


def _with(header: bytes, body: bytes = _END + HIDDEN) -> bytes:
    return _lines(header, body=body)


# What follows the request line, host and authorization.
AMBIGUOUS: Final[Mapping[str, bytes]] = {
    "CL.TE": _lines(_LENGTH, _CHUNKED, body=_END + b"G" + HIDDEN),
    "TE.CL": _lines(_CHUNKED, b"content-length: 4\r\n", body=b"5c\r\n" + HIDDEN + _END),
    "CL.TE with a length that fits": _lines(
        b"content-length: %d\r\n" % len(_END + HIDDEN), _CHUNKED, body=_END + HIDDEN
    ),
    "two lengths": _with(b"content-length: 5\r\ncontent-length: 6\r\n"),
    "a length of two": _with(b"content-length: 5, 6\r\n"),
    "a signed length": _with(b"content-length: +5\r\n"),
    "a negative length": _with(b"content-length: -1\r\n"),
    "a hexadecimal length": _with(b"content-length: 0x5\r\n"),
    "a length with a point": _with(b"content-length: 5.0\r\n"),
    "a length with an underscore": _with(b"content-length: 1_0\r\n"),
    "a length with a letter": _with(b"content-length: 5a\r\n"),
    "an empty length": _with(b"content-length: \r\n"),
    "a length beyond all numbers": _with(b"content-length: 18446744073709551621\r\n"),
    "a space before the colon of a length": _with(b"content-length : 5\r\n"),
    "a space before the colon of an encoding": _with(b"transfer-encoding : chunked\r\n"),
    "a tab before the colon of an encoding": _with(b"transfer-encoding\t: chunked\r\n"),
    "an encoding that ends otherwise": _with(b"transfer-encoding: chunked, identity\r\n"),
    "an encoding nobody knows": _with(b"transfer-encoding: xchunked\r\n"),
    "an encoding with a vertical tab": _with(b"transfer-encoding: \x0bchunked\r\n"),
    "an encoding with a NUL": _with(b"transfer-encoding: chunked\x00\r\n"),
    "an encoding in quotes": _with(b'transfer-encoding: "chunked"\r\n'),
    "chunked twice": _with(b"transfer-encoding: chunked, chunked\r\n"),
    "two encodings": _with(b"transfer-encoding: chunked\r\ntransfer-encoding: x\r\n"),
    "identity and a length": _with(b"transfer-encoding: identity\r\ncontent-length: 5\r\n"),
    "a folded header": _with(b"x-a: b\r\n transfer-encoding: chunked\r\n"),
    "a folded encoding": _with(b"transfer-encoding:\r\n chunked\r\n"),
    "a first header that is folded": _with(b" transfer-encoding: chunked\r\n"),
    "a bare CR in a value": _with(b"x-a: b\rtransfer-encoding: chunked\r\n"),
    "a NUL in a value": _with(b"x-a: b\x00c\r\n"),
    "a NUL in a name": _with(b"x\x00a: b\r\n"),
    "a header without a colon": _with(b"transfer-encoding chunked\r\n"),
    "a header without a name": _with(b": chunked\r\n"),
    "a space in a name": _with(b"x a: b\r\n"),
    "a colon in a name that is a length": _with(b":content-length: 5\r\n"),
    "a chunk of minus one": _lines(_CHUNKED, body=b"-1\r\n\r\n" + HIDDEN),
    "a chunk of 0x5": _lines(_CHUNKED, body=b"0x5\r\nhello\r\n" + _END + HIDDEN),
    "a chunk beyond all numbers": _lines(
        _CHUNKED, body=b"10000000000000005\r\nhello\r\n" + _END + HIDDEN
    ),
    "a chunk that is longer than it says": _lines(_CHUNKED, body=b"3\r\nhello\r\n" + _END + HIDDEN),
    "a chunk whose extension hides a line": _lines(
        _CHUNKED, body=b"5;a\nb\r\nhello\r\n" + _END + HIDDEN
    ),
    "a chunk that ends with LF": _lines(_CHUNKED, body=b"5\nhello\n" + b"0\n\n" + HIDDEN),
    "a chunk without a size": _lines(_CHUNKED, body=b"\r\nhello\r\n" + _END + HIDDEN),
    "two hosts": b"host: other\r\n\r\n",
}

# Read in the one way that RFC 9112 allows besides refusing: a folded line is one line. The gateway
# passes on what it has understood, so both see the same end; what follows is another request.
UNDERSTOOD: Final = frozenset(
    {
        "a folded header",
        "a folded encoding",
        "a first header that is folded",
        "a bare CR in a value",
        # Joined by the gateway, and refused by every service.
        "two hosts",
    }
)

# Whole requests that no server may take for one.
MISSHAPEN: Final[Mapping[str, bytes]] = {
    "a space in the path": b"GET /cases/v1/me /x HTTP/1.1\r\nhost: x\r\n\r\n",
    "a NUL in the path": b"GET /cases/v1/\x00me HTTP/1.1\r\nhost: x\r\n\r\n",
    "no version": b"GET /cases/v1/me\r\nhost: x\r\n\r\n",
    "a version nobody knows": b"GET /cases/v1/me HTTP/9.9\r\nhost: x\r\n\r\n",
    "a version with a tail": b"GET /cases/v1/me HTTP/1.1x\r\nhost: x\r\n\r\n",
    "a method with a bracket": b"GE[T /cases/v1/me HTTP/1.1\r\nhost: x\r\n\r\n",
    "a line of its own before": b" GET /cases/v1/me HTTP/1.1\r\nhost: x\r\n\r\n",
    "HTTP/1.0 in chunks": b"POST /cases/v1/needs HTTP/1.0\r\nhost: x\r\n"
    b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "no host": b"GET /cases/v1/me HTTP/1.1\r\n\r\n",
}
