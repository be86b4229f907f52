"""F22: what was ever promised is read for ever, and says what it said."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from common.contracts import promised_events
from common.messaging.codec import Readable, decode
from common.messaging.event import Event
from support.corpus import READ_AT, add_to, grown, kept_in, misread, sent
from support.forms import specimens
from testing.promises import schema_of

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
EVENTS = sorted(promised_events().items())

each_event = pytest.mark.parametrize("event", [pytest.param(e, id=name) for name, e in EVENTS])


@each_event
def test_every_record_of_the_corpus_is_read_and_says_what_it_said(event: type[Event]) -> None:
    corpus = kept_in(_corpus_of(event))

    assert {kept.line: reason for kept in corpus if (reason := misread(kept))} == {}


@each_event
def test_every_record_of_the_corpus_is_as_promised(event: type[Event]) -> None:
    promise = json.loads((HERE / "schemas" / f"{event.name}.json").read_text("utf-8"))
    admits = jsonschema_rs.validator_for(promise, validate_formats=True)

    for kept in kept_in(_corpus_of(event)):
        admits.validate(kept.data)
        admits.validate(grown(kept.data))


@each_event
def test_fields_from_a_later_version_do_not_matter(event: type[Event]) -> None:
    for kept in kept_in(_corpus_of(event)):
        now, later = (
            decode(kept.record(data), now=READ_AT) for data in (kept.data, grown(kept.data))
        )

        assert isinstance(now, Readable)
        assert isinstance(later, Readable)
        assert later.envelope.data == now.envelope.data


@each_event
def test_the_corpus_shows_todays_events(event: type[Event], *, updates_promises: bool) -> None:
    file = _corpus_of(event)
    known = kept_in(file)
    missing = []
    for data in specimens(schema_of(event)):
        if data not in [kept.data for kept in known]:
            missing.append(sent(event, data, version=len(known) + 1))
            known.append(missing[-1])
    if missing and updates_promises:
        # Behind the others: what was written before was promised, and stays.
        add_to(file, missing)
        missing = []

    assert missing == [], "new or grown: pytest tests/contracts --update-promises adds to it"


def test_no_event_of_the_corpus_is_withdrawn() -> None:
    assert {file.stem for file in CORPUS.glob("*.ndjson")} <= dict(EVENTS).keys()


def _corpus_of(event: type[Event]) -> Path:
    return CORPUS / f"{event.name}.ndjson"
