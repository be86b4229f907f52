"""The published language changes by addition only."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from common.contracts import promised_events
from common.messaging import event as event_module
from common.messaging.event import Event
from testing.promises import breaches, promises, schema_of, written

SCHEMAS = Path(__file__).parent / "schemas"
TOPICS = yaml.safe_load(Path(event_module.__file__).with_name("topics.yaml").read_text("utf-8"))
EVENTS = sorted(promised_events().items())

each_event = pytest.mark.parametrize("event", [pytest.param(e, id=name) for name, e in EVENTS])


@each_event
def test_a_promise_is_kept_and_written_down(event: type[Event], *, updates_promises: bool) -> None:
    file = SCHEMAS / f"{event.name}.json"
    promise = schema_of(event)
    if file.exists():
        assert breaches(json.loads(file.read_text("utf-8")), promise) == []
    if updates_promises:
        file.write_text(written(promise), "utf-8")

    assert file.exists(), f"new event: pytest tests/contracts --update-promises writes {file.name}"
    assert file.read_text("utf-8") == written(promise), (
        "grown: pytest tests/contracts --update-promises"
    )


def test_no_promise_is_withdrawn() -> None:
    assert {file.stem for file in SCHEMAS.glob("*.json")} <= promises().keys()


@each_event
def test_an_event_has_a_topic_a_subject_and_a_docstring(event: type[Event]) -> None:
    assert event.topic() in TOPICS["topics"]
    assert "subject" in vars(_definer(event, "subject"))
    assert (event.__doc__ or "").strip().partition("\n")[0].endswith((".", ":"))


@each_event
def test_a_schema_is_valid_and_names_no_person(event: type[Event]) -> None:
    schema: Any = schema_of(event)

    jsonschema_rs.meta.validate(schema)
    fields = set(event.model_fields)
    assert not fields & {"name", "full_name", "phone", "id_number", "address", "note", "text"}


def test_topics_that_share_a_pool_have_equally_many_partitions() -> None:
    topics, default = TOPICS["topics"], TOPICS["defaults"]["partitions"]
    counts = {
        topic.get("partitions", default) for topic in topics.values() if topic["key"] == "pool"
    }

    assert len(counts) == 1


def test_every_topic_carries_an_event() -> None:
    assert set(TOPICS["topics"]) == {event.topic() for _, event in EVENTS}


def _definer(event: type[Event], attribute: str) -> type:
    return next(c for c in event.__mro__ if attribute in vars(c) and c is not Event)
