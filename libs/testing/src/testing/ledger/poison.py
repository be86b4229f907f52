"""Twelve ways to spoil a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from common.messaging.sender import Outgoing


def with_header(record: Outgoing, name: str, *values: bytes | None) -> Outgoing:
    """Return the record with these values of a header, and no others."""
    others = [header for header in record.headers if header[0] != name]
    return replace(record, headers=(*others, *((name, value) for value in values)))  # type: ignore[arg-type]


def in_the_future(record: Outgoing) -> Outgoing:
    """Return the record as if it came from next year."""
    later = datetime.now(UTC) + timedelta(days=400)
    return with_header(record, "ce_time", later.isoformat().encode())


KINDS: Final[Mapping[str, Callable[[Outgoing], Outgoing]]] = {
    "bad JSON": lambda it: replace(it, value=it.value[:-1]),
    "wrong schema": lambda it: replace(it, value=b'{"party_id": 7}'),
    "unknown type or version": lambda it: with_header(it, "ce_type", b"registry.party.vetted.v7"),
    "null value": lambda it: replace(it, value=None),  # type: ignore[arg-type]
    "null header": lambda it: with_header(it, "ce_source", None),
    "header not UTF-8": lambda it: with_header(it, "ce_subject", b"\xff\xfe"),
    "1 MiB": lambda it: replace(it, value=it.value[:-1] + b" " * 2**20 + b"}"),
    "deep nesting": lambda it: replace(it, value=it.value[:-1] + b',"x":' + b"[" * 200_000 + b"}"),
    "wrong key": lambda it: replace(it, key=b"another"),
    "future time": in_the_future,
    "missing id": lambda it: with_header(it, "ce_id"),
    "handler bug": lambda it: it,
}
