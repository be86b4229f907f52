from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from hypothesis import given
from hypothesis import strategies as st

from common.contracts.registry import PartyVetted
from common.messaging.codec import Readable, Unreadable, decode
from common.messaging.kafka import Partition, Record
from testing.ledger.book import TOPIC, message, outgoing

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PARTY = UUID("0197f0e4-0000-7000-8000-000000000001")
Headers = tuple[tuple[str, bytes | None], ...]


def a_record() -> Record:
    sent = outgoing(replace(message(PARTY, 3), occurred_at=NOW))
    return Record(
        partition=Partition(TOPIC, 0),
        offset=7,
        cluster_id="one",
        logged_at=NOW,
        key=sent.key,
        value=sent.value,
        headers=sent.headers,
    )


def with_header(record: Record, name: str, *values: bytes | None) -> Record:
    others = tuple(header for header in record.headers if header[0] != name)
    return replace(record, headers=others + tuple((name, value) for value in values))


def test_what_was_written_is_read() -> None:
    item = decode(a_record(), now=NOW)

    assert isinstance(item, Readable)
    assert item.envelope.data == message(PARTY, 3).event
    assert (item.envelope.subject, item.envelope.version) == (str(PARTY), 3)
    assert item.envelope.time == NOW
    assert item.identity.key == ("urn:wushe:registry", item.envelope.id)


def test_the_cloudevents_package_reads_it_too() -> None:
    record = a_record()
    assert record.value is not None
    headers = {name: value or b"" for name, value in record.headers}

    event = from_kafka_event(KafkaMessage(headers, record.key, record.value))

    assert event.get_type() == PartyVetted.name
    assert event.get_subject() == str(PARTY)
    assert event.get_time() == NOW
    assert event.get_extension("partitionkey") == str(PARTY)
    assert event.get_extension("subjectversion") == "3"
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["party_id"] == str(PARTY)


def test_headers_of_others_do_not_matter() -> None:
    record = with_header(a_record(), "x-proxy", None, b"\xff\xfe")

    assert isinstance(decode(record, now=NOW), Readable)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (replace(a_record(), value=b'{"party_id":'), "data is not"),
        (replace(a_record(), value=b'{"party_id": 1}'), "/party_id: uuid_type"),
        (replace(a_record(), value=None), "no data"),
        (replace(a_record(), value=b"[" * 100_000), "data is not"),
        (replace(a_record(), value=b" " * 2**20), "too large"),
        (replace(a_record(), key=b"another"), "key is not"),
        (replace(a_record(), key=None), "key is not"),
        (replace(a_record(), partition=Partition("cases.need", 0)), "belong to the topic"),
        (with_header(a_record(), "ce_type", b"registry.party.exploded.v1"), "type is not known"),
        (with_header(a_record(), "ce_type", b"registry.party.vetted.v9"), "type is not known"),
        (with_header(a_record(), "ce_id"), "id or source is missing"),
        (with_header(a_record(), "ce_id", b"7"), "id or source is missing"),
        (with_header(a_record(), "ce_id", None), "id has no value"),
        (with_header(a_record(), "ce_id", b"\xff\xfe"), "id is not UTF-8"),
        (with_header(a_record(), "ce_id", b"1", b"2"), "id comes twice"),
        (with_header(a_record(), "ce_source"), "id or source is missing"),
        (with_header(a_record(), "ce_subject", str(uuid4()).encode()), "what the data is about"),
        (with_header(a_record(), "ce_subject", b"\0"), "printable"),
        (with_header(a_record(), "ce_subjectversion", b"0"), "subjectversion is missing"),
        (with_header(a_record(), "ce_subjectversion", b"9" * 30), "subjectversion is missing"),
        (with_header(a_record(), "ce_specversion", b"0.3"), "specversion"),
        (with_header(a_record(), "ce_time", b"tomorrow"), "time is missing"),
        (with_header(a_record(), "ce_time", b"2026-11-22T08:00:00"), "time is missing"),
        (with_header(a_record(), "ce_time", b"2099-01-01T00:00:00Z"), "future"),
        (with_header(a_record(), "content-type", b"application/avro"), "content-type"),
    ],
)
def test_what_is_no_event_has_a_reason(record: Record, reason: str) -> None:
    item = decode(record, now=NOW)

    assert isinstance(item, Unreadable)
    assert reason in item.reason


def test_what_can_be_told_of_an_unreadable_record_is_told() -> None:
    item = decode(with_header(a_record(), "ce_time", b"\xff"), now=NOW)

    assert isinstance(item, Unreadable)
    assert (item.identity.subject, item.identity.version) == (str(PARTY), 3)


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    record = with_header(a_record(), "ce_time", (NOW + timedelta(hours=1)).isoformat().encode())

    assert isinstance(decode(record, now=NOW), Readable)


def test_a_reason_does_not_repeat_the_value() -> None:
    item = decode(replace(a_record(), value=b'{"party_id": "210102199001011234"}'), now=NOW)

    assert isinstance(item, Unreadable)
    assert "2101" not in item.reason


names = st.sampled_from(sorted(name for name, _ in a_record().headers)) | st.text(max_size=8)
headers = st.lists(st.tuples(names, st.none() | st.binary(max_size=40)), max_size=12)


@given(headers=headers, value=st.none() | st.binary(max_size=80), is_known=st.booleans())
def test_reading_never_raises(
    headers: list[tuple[str, bytes | None]], *, value: bytes | None, is_known: bool
) -> None:
    known: Headers = a_record().headers if is_known else ()
    record = replace(a_record(), headers=(*known, *headers), value=value)

    assert isinstance(decode(record, now=NOW), Readable | Unreadable)
