"""Records that are readable for ever, by promise: one in a line, and lines are only added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_DNS, uuid5

from common.messaging.codec import Readable, decode, encode
from common.messaging.event import topic_of
from common.messaging.kafka import Partition, Record
from common.persistence.outbox import source_of
from common.persistence.outbox_rows import Staged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from common.messaging.event import Event
    from common.messaging.sender import Outgoing

WRITTEN_AT: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
READ_AT: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Whenever a record was written, this is later."""
_TRACE: Final = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as people can read it in a diff."""

    topic: str
    partition: int
    key: str
    headers: Mapping[str, str]
    data: Any

    @classmethod
    def of(cls, record: Record | Outgoing) -> Kept:
        """Keep a record, of which only the data may be written in another way."""
        where = record.partition if isinstance(record, Record) else Partition(record.topic, 0)
        assert record.key is not None
        assert record.value is not None
        return cls(
            topic=where.topic,
            partition=where.number,
            key=record.key.decode(),
            headers={name: (value or b"").decode() for name, value in record.headers},
            data=json.loads(record.value),
        )

    @classmethod
    def read(cls, line: str) -> Kept:
        """Read a line of a file."""
        return cls(**json.loads(line))

    @property
    def line(self) -> str:
        """The line of a file that holds it."""
        fields = {name: getattr(self, name) for name in type(self).__slots__}
        return json.dumps(fields, ensure_ascii=False) + "\n"

    def record(self, data: object = None, *, offset: int = 0) -> Record:
        """Return the record as it lay in the log, or with other data in it."""
        return Record(
            partition=Partition(self.topic, self.partition),
            offset=offset,
            cluster_id="kept",
            logged_at=WRITTEN_AT,
            key=self.key.encode(),
            value=json.dumps(self.data if data is None else data).encode(),
            headers=tuple((name, value.encode()) for name, value in self.headers.items()),
        )


def kept_in(file: Path) -> list[Kept]:
    """Return the records of a file; none if there is no such file."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [Kept.read(line) for line in lines]


def add_to(file: Path, records: Iterable[Kept]) -> None:
    """Write records behind those that a file holds."""
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(record.line for record in records)


def sent(event_type: type[Event], data: Mapping[str, object], version: int = 1) -> Kept:
    """Return the record that carries data, with a trace if it is not the first of its subject."""
    name = event_type.name
    subject = event_type.model_validate_json(json.dumps(data)).subject
    staged = Staged(
        id=uuid5(NAMESPACE_DNS, f"{name} {subject} {version}"),
        topic=topic_of(name),
        subject=subject,
        type=name,
        payload=json.dumps(data),
        partition_key=str(data.get("pool_id", subject)),
        source=source_of(name.partition(".")[0]),
        version=version,
        time=WRITTEN_AT,
        traceparent=_TRACE if version > 1 else None,
    )
    return Kept.of(encode(staged))


def misread(kept: Kept) -> str:
    """Return why today's code cannot read a record, or that it loses something; or nothing."""
    item = decode(kept.record(), now=READ_AT)
    if not isinstance(item, Readable):
        return item.reason
    read = item.envelope.data.model_dump(mode="json")
    return "" if holds(read, kept.data) else "something that was said is lost"


def holds(read: object, written: object) -> bool:
    """Tell whether what was read has everything that was written, in any order, and maybe more."""
    if isinstance(written, dict):
        return isinstance(read, dict) and all(
            name in read and holds(read[name], value) for name, value in written.items()
        )
    if isinstance(written, list):
        return (
            isinstance(read, list)
            and len(read) == len(written)
            and all(any(holds(one, other) for one in read) for other in written)
        )
    return read == written or _instant(read) == _instant(written) is not None


def grown(data: object) -> object:
    """Return data as a later version may write it: every object with a field that nobody knows."""
    if isinstance(data, dict):
        return {name: grown(value) for name, value in data.items()} | {"from_the_future": {"a": 1}}
    return [grown(each) for each in data] if isinstance(data, list) else data


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
