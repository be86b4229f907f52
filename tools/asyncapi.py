"""AsyncAPI 3.0 out of the registry of events and the list of topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from inspect import cleandoc
from typing import Any, Final

import yaml

from common.contracts import promised_events
from common.messaging.event import Event

SCHEMAS: Final = "#/components/schemas/"
KEYS: Final = {
    "pool": "the pool, so that everything a planner needs of one city is in one partition",
    "subject": "the subject",
}

Json = dict[str, Any]


@dataclass(frozen=True)
class Topic:
    """A topic, who reads it, and the events that it carries."""

    name: str
    key: str
    partitions: int
    retention_days: int
    groups: Sequence[str]
    events: Sequence[type[Event]]
    signals: Sequence[str] = ()

    @property
    def producer(self) -> str:
        """The one service that writes to it."""
        return self.name.partition(".")[0]

    @property
    def description(self) -> str:
        """What an operator or a reader has to know."""
        readers = ", ".join(
            f"`{group}`" + (" as a mere signal" if group in self.signals else "")
            for group in self.groups
        )
        return (
            f"Written by `{self.producer}`, read by {readers}. Partitions: {self.partitions}; kept "
            f"{self.retention_days} days; the key is {KEYS[self.key]}. Order is promised for each "
            "subject."
        )


def topics() -> list[Topic]:
    """Return every topic with its events."""
    listed = yaml.safe_load((files("common.messaging") / "topics.yaml").read_text("utf-8"))
    carried: defaultdict[str, list[type[Event]]] = defaultdict(list)
    for event in promised_events().values():
        carried[event.topic()].append(event)
    return [
        Topic(name=name, events=carried[name], **{**listed["defaults"], **topic})
        for name, topic in listed["topics"].items()
    ]


def document() -> Json:
    """Return the AsyncAPI document of all services."""
    every = topics()
    schemas, parts = _schemas([event for topic in every for event in topic.events])
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wushe 五社 events",
            "version": version("wushe-common"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in every},
        "operations": dict(_operation(topic) for topic in every),
        "components": {
            "messages": {event.name: _message(event) for topic in every for event in topic.events},
            "messageTraits": {"cloudEvent": {"headers": {"$ref": f"{SCHEMAS}CloudEventHeaders"}}},
            "schemas": {**schemas, **dict(sorted(parts.items())), "CloudEventHeaders": HEADERS},
        },
    }


DESCRIPTION: Final = """\
What the services promise to tell. Events are CloudEvents 1.0 in Kafka's binary mode: attributes
are `ce_` headers, the value is the data as JSON. A promise changes by addition only; readers ignore
fields they do not know. No event says who a person is.

Order is promised for each subject only. `ce_subjectversion` is the version of the subject after the
event, one more than that of the event before it, so that a reader can tell a gap from the end.
Events come at least once: tell repetitions by `ce_source` and `ce_id`.
"""

_TEXT: Final = {"type": "string"}
HEADERS: Final[Json] = {
    "type": "object",
    "description": "The attributes of an event, CloudEvents 1.0 with Kafka's binary mode.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_subjectversion",
        "ce_partitionkey",
        "content-type",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {**_TEXT, "format": "uuid", "description": "Unique with `ce_source`."},
        "ce_source": {**_TEXT, "description": "The service that tells it: `urn:wushe:cases`."},
        "ce_type": {**_TEXT, "description": "The event's name."},
        "ce_subject": {**_TEXT, "description": "The id of what the event is about."},
        "ce_time": {**_TEXT, "format": "date-time", "description": "When it happened."},
        "ce_subjectversion": {**_TEXT, "description": "The subject's version after the event."},
        "ce_partitionkey": {**_TEXT, "description": "The key of the record: it only co-locates."},
        "ce_traceparent": {**_TEXT, "description": "W3C trace context, if there is one."},
        "content-type": {"const": "application/json"},
    },
}


def sentence(event: type[Event]) -> str:
    """Return the first line of an event's docstring."""
    return cleandoc(event.__doc__ or "").partition("\n")[0]


def _channel(topic: Topic) -> Json:
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {
            event.name: {"$ref": f"#/components/messages/{event.name}"} for event in topic.events
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": topic.retention_days * 86_400_000,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(topic: Topic) -> tuple[str, Json]:
    operation = {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{topic.producer} tells what became of each {topic.name.partition('.')[2]}.",
    }
    return f"tell.{topic.name}", operation


def _message(event: type[Event]) -> Json:
    return {
        "name": event.name,
        "title": event.__name__,
        "summary": cleandoc(event.__doc__ or ""),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": f"{SCHEMAS}{event.name}"},
    }


def _schemas(events: Sequence[type[Event]]) -> tuple[Json, Json]:
    """Return the schemas of events, and those of the parts that they share."""
    schemas: Json = {}
    parts: Json = {}
    for event in events:
        schema = event.model_json_schema(mode="serialization", ref_template=SCHEMAS + "{model}")
        for name, part in schema.pop("$defs", {}).items():
            _put(parts, name, part)
        schemas[event.name] = schema
    return schemas, parts


def _put(parts: Json, name: str, part: Mapping[str, object]) -> None:
    if parts.setdefault(name, part) != part:
        message = f"two parts of events are named {name}"
        raise ValueError(message)
