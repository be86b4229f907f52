"""Every event on the broker is good CloudEvents to clients that know nothing of our code."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import jsonschema_rs
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from confluent_kafka import Consumer, Message, TopicPartition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudevents.core.base import BaseCloudEvent

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

SCHEMAS = Path(__file__).parents[1] / "contracts" / "schemas"
READ_WITHIN_SECONDS = 30.0
TOLD_BY_THE_STORY = {
    "registry.account.changed.v1",
    "registry.area_list.published.v1",
    "registry.party.registered.v1",
    "registry.party.suspended.v1",
    "registry.party.vetted.v1",
    "registry.station.opened.v1",
    "registry.station.planned.v1",
    "cases.meeting.recorded.v1",
    "cases.need.closed.v1",
    "cases.need.submitted.v1",
    "cases.service_record.recorded.v1",
    "matching.linkage_plan.proposed.v1",
    "matching.match.accepted.v1",
    "matching.match.asked.v1",
    "matching.match.declined.v1",
    "matching.match.fulfilled.v1",
    "matching.match.proposed.v1",
    "matching.match.started.v1",
    "matching.offer.published.v1",
}
PUBLIC_NAMES = {"public_name", "station_name"}
PERSONAL = re.compile(
    r"name|phone|mobile|address|birth|identity|id_number|title|topic|note|resolution|client"
)
NUMBERS_OF_PEOPLE = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
# One of a few hundred happens to end like a telephone number.
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def messages(told: dict[str, Any], whole: Stack) -> list[KafkaMessage]:
    assert told["passed"]
    return list(everything(whole.status().kafka))


@pytest.fixture(scope="module")
def events(messages: list[KafkaMessage]) -> list[BaseCloudEvent]:
    return [from_binary(message, JSONFormat()) for message in messages]


def everything(bootstrap: str) -> Iterator[KafkaMessage]:
    """Read every partition of every topic from its beginning to its present end."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"foreign-{uuid4()}",
            "enable.auto.commit": False,
        }
    )
    try:
        ends = {
            (topic, number): consumer.get_watermark_offsets(TopicPartition(topic, number))[1]
            for topic, described in consumer.list_topics(timeout=10).topics.items()
            for number in described.partitions
        }
        consumer.assign([TopicPartition(*where, 0) for where, end in ends.items() if end > 0])
        yield from until_the_end(consumer, ends)
    finally:
        consumer.close()


def until_the_end(consumer: Consumer, ends: dict[tuple[str, int], int]) -> Iterator[KafkaMessage]:
    """Read every partition up to its end; what has come since then is not counted."""
    unread = {(*where, offset) for where, end in ends.items() for offset in range(end)}
    deadline = time.monotonic() + READ_WITHIN_SECONDS
    while unread:
        message = consumer.poll(1.0)
        assert time.monotonic() < deadline, f"{len(unread)} records did not come"
        if message is not None:
            assert message.error() is None, message.error()
            unread.discard((message.topic(), message.partition(), message.offset()))
            yield foreign(message)


def foreign(message: Message) -> KafkaMessage:
    headers, value = message.headers(), message.value()
    assert isinstance(headers, list)
    assert isinstance(value, bytes)
    return KafkaMessage(
        headers={name: content for name, content in headers if isinstance(content, bytes)},
        key=message.key(),
        value=value,
    )


def fields_of(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield name
            yield from fields_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from fields_of(value)


def test_the_story_tells_all_that_it_should(events: list[BaseCloudEvent]) -> None:
    assert {event.get_type() for event in events} >= TOLD_BY_THE_STORY


def test_every_event_keeps_its_promise(events: list[BaseCloudEvent]) -> None:
    validators = {
        name: jsonschema_rs.validator_for(
            json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")),
            validate_formats=True,
        )
        for name in {event.get_type() for event in events}
    }

    wrong = [
        f"{event.get_type()} {event.get_id()}: {error.message}"
        for event in events
        for error in validators[event.get_type()].iter_errors(event.get_data())
    ]

    assert wrong == []


def test_every_event_says_where_it_comes_from_and_what_it_is_about(
    events: list[BaseCloudEvent],
) -> None:
    for event in events:
        service = event.get_type().partition(".")[0]
        assert event.get_specversion() == "1.0"
        assert event.get_source() == f"urn:wushe:{service}"
        assert event.get_subject()
        assert event.get_time() is not None
        assert event.get_extension("partitionkey")


def test_no_event_comes_twice_under_one_id(events: list[BaseCloudEvent]) -> None:
    ids = [(event.get_source(), event.get_id()) for event in events]

    assert len(ids) == len(set(ids))


def test_no_event_has_a_field_for_personal_data(events: list[BaseCloudEvent]) -> None:
    fields = {name for event in events for name in fields_of(event.get_data())}

    assert {name for name in fields - PUBLIC_NAMES if PERSONAL.search(name)} == set()


def test_nothing_that_people_wrote_or_are_known_by_is_in_the_log(
    messages: list[KafkaMessage],
) -> None:
    values = [message.value.decode() for message in messages]

    assert not [value for value in values if "陪读家长" in value or "等候室" in value]
    assert not [value for value in values if NUMBERS_OF_PEOPLE.search(IDENTIFIER.sub("", value))]
