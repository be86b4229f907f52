"""Events as records: CloudEvents 1.0 in Kafka's binary mode.

The attributes are headers, the data is plain JSON, the key is the partition key. Reading never
raises: a record is an event, or it is unreadable for a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from common import contracts
from common.messaging.attributes import (
    Identity,
    Senseless,
    identity_of,
    legible_attributes,
    read_attributes,
    refuse,
    require,
    time_of,
)
from common.messaging.event import Envelope, Event, Found, published_events, topic_of
from common.messaging.kafka import Record
from common.messaging.sender import Outgoing
from common.persistence.outbox import MAX_EVENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.persistence.outbox_rows import Staged

SPECVERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/json"
AHEAD: Final = timedelta(days=1)
"""How far another machine's clock may be ahead before we stop believing it."""

# To know every published event is part of reading: one that nobody here handles is not unknown.
_LANGUAGE: Final = contracts


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
        attributes = read_attributes(record)
    except Senseless as flaw:
        return Unreadable(record, flaw.reason, identity_of(legible_attributes(record)))
    identity = identity_of(attributes)
    try:
        return Readable(record, _envelope(record, attributes, identity, now), identity)
    except Senseless as flaw:
        return Unreadable(record, flaw.reason, identity)


def _envelope(
    record: Record, attributes: Mapping[str, str], identity: Identity, now: datetime
) -> Envelope[Event]:
    require(attributes.get("specversion") == SPECVERSION, "specversion is not 1.0")
    content_type = attributes.get("content-type", CONTENT_TYPE).partition(";")[0].strip()
    require(content_type == CONTENT_TYPE, "content-type is not application/json")
    time = time_of(attributes.get("time", ""))
    key = attributes.get("partitionkey", "")
    if identity.id is None or identity.source is None:
        refuse("id or source is missing or senseless")
    if identity.subject is None or identity.version is None or identity.type is None:
        refuse("type, subject or subjectversion is missing or senseless")
    if time is None:
        refuse("time is missing or senseless")
    require(time <= now + AHEAD, "time lies in the future")
    require(key != "" and record.key == key.encode(), "key is not the partition key")
    data = _data(record, identity.type)
    require(data.subject == identity.subject, "subject is not what the data is about")
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
        refuse("type is not known here")
    require(topic_of(name) == record.partition.topic, "type does not belong to the topic")
    if record.value is None:
        refuse("there is no data")
    require(len(record.value) <= MAX_EVENT_BYTES, "data is too large")
    try:
        return event_type.model_validate_json(record.value)
    except ValidationError as error:
        refuse(f"data is not {name}: {_flaws(error)}")


def _flaws(error: ValidationError) -> str:
    # Where and what, but never the value itself.
    flaws: list[Any] = list(error.errors(include_url=False, include_input=False))
    return "; ".join(f"/{'/'.join(map(str, flaw['loc']))}: {flaw['type']}" for flaw in flaws[:5])
