"""F22: what the published promises admit is read today, and what is written today they admit."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.contracts import promised_events
from common.messaging.codec import Readable, decode
from common.messaging.event import Event
from support.corpus import READ_AT, grown, holds, sent
from support.forms import at_random
from testing.promises import schema_of

SCHEMAS = Path(__file__).parent / "schemas"

each_event = pytest.mark.parametrize(
    "event", [pytest.param(e, id=name) for name, e in sorted(promised_events().items())]
)
# In all: 26 events, both ways.
each_size = pytest.mark.parametrize(
    "examples", [pytest.param(40, id="few"), pytest.param(400, id="many", marks=pytest.mark.long)]
)


@each_event
@each_size
def test_what_the_published_promise_admits_is_read(event: type[Event], examples: int) -> None:
    published: dict[str, object] = json.loads((SCHEMAS / f"{event.name}.json").read_text("utf-8"))

    @_tried(examples)
    @given(at_random(published), st.booleans())
    def is_read(data: Any, is_later: bool) -> None:  # noqa: ANN401, FBT001
        kept = sent(event, data)

        item = decode(kept.record(grown(data) if is_later else data), now=READ_AT)

        assert isinstance(item, Readable), item.reason
        assert holds(item.envelope.data.model_dump(mode="json"), data)

    is_read()


@each_event
@each_size
def test_what_is_written_today_is_as_published(event: type[Event], examples: int) -> None:
    published = json.loads((SCHEMAS / f"{event.name}.json").read_text("utf-8"))
    admits = jsonschema_rs.validator_for(published, validate_formats=True)

    @_tried(examples)
    @given(at_random(schema_of(event)))
    def is_as_published(data: Any) -> None:  # noqa: ANN401
        written = event.model_validate_json(json.dumps(data)).model_dump_json()

        admits.validate(json.loads(written))

    is_as_published()


def _tried(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
