"""Events as records: CloudEvents 1.0 in Kafka's binary mode.

The attributes are headers, the data is plain JSON, the key is the partition key. Reading never
raises: a record is an event, or it is unreadable for a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID

from pydantic import ValidationError

from common import contracts
from common.messaging.event import Envelope, Event, Found, published_events, topic_of
from common.messaging.kafka import Record
from common.messaging.sender import Outgoing
from common.persistence.outbox import MAX_EVENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.persistence.outbox_rows import Staged

SPECVERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"
PREFIX: Final = "ce_"
AHEAD: Final = timedelta(days=1)
"""How far another machine's clock may be ahead before we stop believing it."""

# To know every published event is part of reading: one that nobody here handles is not unknown.
_LANGUAGE: Final = contracts

_MAX_ATTRIBUTE: Final = 1_000
_MAX_VERSION: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What can be said of a record even if the rest of it makes no sense."""

    source: str | None = None
    id: UUID | None = None
    type: str | None = None
    subject: str | None = None
    version: int | None = None

    @property
    def key(self) -> tuple[str, UUID] | None:
        """What tells an event apart from all others."""
        return None if self.source is None or self.id is None else (self.source, self.id)


@dataclass(frozen=True, slots=True)
class Readable:
    """A record that is an event."""

    record: Record
    envelope: Envelope[Event]
    identity: Identity


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is no event, and why."""

    record: Record
    reason: str
    identity: Identity = field(default_factory=Identity)


def encode(row: Staged) -> Outgoing:
    """Turn a row of the outbox into a record."""
    headers = {
        "ce_specversion": SPECVERSION,
        "ce_id": str(row.id),
        "ce_source": row.source,
        "ce_type": row.type,
        "ce_subject": row.subject,
        "ce_time": row.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_partitionkey": row.partition_key,
        "ce_subjectversion": str(row.version),
        "content-type": CONTENT_TYPE,
    }
    if row.traceparent is not None:
        headers["ce_traceparent"] = row.traceparent
    return Outgoing(
        topic=row.topic,
        key=row.partition_key.encode(),
        value=row.payload.encode(),
        headers=tuple((name, value.encode()) for name, value in headers.items()),
    )


def decode(record: Record, *, now: datetime) -> Readable | Unreadable:
    """Read a record, whatever it holds."""
    try:
        attributes = _attributes(record)
    except _Senseless as flaw:
        return Unreadable(record, flaw.reason, _identity(_legible(record)))
    identity = _identity(attributes)
    try:
        return Readable(record, _envelope(record, attributes, identity, now), identity)
    except _Senseless as flaw:
        return Unreadable(record, flaw.reason, identity)


class _Senseless(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


def _attributes(record: Record) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in record.headers:
        if name != "content-type" and not name.startswith(PREFIX):
            continue
        attribute = name.removeprefix(PREFIX)
        if attribute in found:
            _refuse(f"header {attribute} comes twice")
        found[attribute] = _text(attribute, value)
    return found


def _text(attribute: str, value: bytes | None) -> str:
    if value is None:
        _refuse(f"header {attribute} has no value")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        _refuse(f"header {attribute} is not UTF-8")
    if not text.isprintable() or len(text) > _MAX_ATTRIBUTE:
        _refuse(f"header {attribute} is not a short printable text")
    return text


def _legible(record: Record) -> Mapping[str, str]:
    """Return the attributes that make sense; one that comes twice makes none."""
    found: dict[str, str] = {}
    unclear: set[str] = set()
    for name, value in record.headers:
        attribute = name.removeprefix(PREFIX)
        try:
            text = _text(attribute, value)
        except _Senseless:
            unclear.add(attribute)
            continue
        if found.setdefault(attribute, text) != text:
            unclear.add(attribute)
    return {name: text for name, text in found.items() if name not in unclear}


def _identity(attributes: Mapping[str, str]) -> Identity:
    return Identity(
        source=attributes.get("source") or None,
        id=_uuid(attributes.get("id", "")),
        type=attributes.get("type"),
        subject=attributes.get("subject") or None,
        version=_version(attributes.get("subjectversion", "")),
    )


def _envelope(
    record: Record, attributes: Mapping[str, str], identity: Identity, now: datetime
) -> Envelope[Event]:
    _require(attributes.get("specversion") == SPECVERSION, "specversion is not 1.0")
    content_type = attributes.get("content-type", CONTENT_TYPE).partition(";")[0].strip()
    _require(content_type == CONTENT_TYPE, "content-type is not application/json")
    time = _time(attributes.get("time", ""))
    key = attributes.get("partitionkey", "")
    if identity.id is None or identity.source is None:
        _refuse("id or source is missing or senseless")
    if identity.subject is None or identity.version is None or identity.type is None:
        _refuse("type, subject or subjectversion is missing or senseless")
    if time is None:
        _refuse("time is missing or senseless")
    _require(time <= now + AHEAD, "time lies in the future")
    _require(key != "" and record.key == key.encode(), "key is not the partition key")
    data = _data(record, identity.type)
    _require(data.subject == identity.subject, "subject is not what the data is about")
    return Envelope(
        id=identity.id,
        source=identity.source,
        type=identity.type,
        subject=identity.subject,
        version=identity.version,
        time=time,
        partition_key=key,
        data=data,
        traceparent=attributes.get("traceparent"),
        found=Found(
            partition=record.partition.number, offset=record.offset, value=record.value or b""
        ),
    )


def _data(record: Record, name: str) -> Event:
    event_type = published_events().get(name)
    if event_type is None:
        _refuse("type is not known here")
    _require(topic_of(name) == record.partition.topic, "type does not belong to the topic")
    if record.value is None:
        _refuse("there is no data")
    _require(len(record.value) <= MAX_EVENT_BYTES, "data is too large")
    try:
        return event_type.model_validate_json(record.value)
    except ValidationError as error:
        _refuse(f"data is not {name}: {_flaws(error)}")


def _flaws(error: ValidationError) -> str:
    # Where and what, but never the value itself.
    flaws: list[Any] = list(error.errors(include_url=False, include_input=False))
    return "; ".join(f"/{'/'.join(map(str, flaw['loc']))}: {flaw['type']}" for flaw in flaws[:5])


def _refuse(reason: str) -> NoReturn:
    raise _Senseless(reason) from None


def _require(holds: bool, reason: str) -> None:  # noqa: FBT001
    if not holds:
        _refuse(reason)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):  # noqa: PLR2004
        return None
    number = int(text)
    return number if 0 < number <= _MAX_VERSION else None


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if time.tzinfo is None else time
