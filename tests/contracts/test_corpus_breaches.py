"""The corpus is held to account: a change that breaks a promise cannot read it any more."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model
from typing_extensions import override

from common.messaging import event as event_module
from common.messaging.event import Event
from support.corpus import Kept, misread, sent
from support.forms import specimens
from testing.promises import schema_of

NAME = "registry.party.admired.v1"
FieldSpec = tuple[Any, Any]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class FewerColours(StrEnum):
    RED = "red"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Admired(Event):
    """Somebody is admired; the promise that is changed below."""

    party_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.party_id)


class Line(BaseModel):
    quantity: int


class SmallLine(BaseModel):
    quantity: int = Field(le=1)


BASE: dict[str, FieldSpec] = {
    "colour": (Colour, ...),
    "note": (str | None, None),
    "lines": (list[Line], ...),
}


def promised(**fields: FieldSpec) -> type[Event]:
    event: type[Event] = create_model("Promised", __base__=Admired, **fields)  # type: ignore[call-overload]
    event.name = NAME
    return event


def changed(**fields: FieldSpec) -> type[Event]:
    return promised(**{**BASE, **fields})


def without(name: str) -> type[Event]:
    return promised(**{key: value for key, value in BASE.items() if key != name})


@pytest.fixture
def corpus() -> list[Kept]:
    event = promised(**BASE)
    return [sent(event, data) for data in specimens(schema_of(event))]


def misread_by(event: type[Event], corpus: list[Kept], patch: pytest.MonkeyPatch) -> set[str]:
    patch.setitem(event_module._EVENTS, NAME, event)  # noqa: SLF001 - as if it were released
    return {reason for kept in corpus if (reason := misread(kept))}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        pytest.param(without("note"), "something that was said is lost", id="removed"),
        pytest.param(
            promised(**{("remark" if name == "note" else name): of for name, of in BASE.items()}),
            "something that was said is lost",
            id="renamed",
        ),
        pytest.param(changed(weight=(int, ...)), "/weight: missing", id="newly-required"),
        pytest.param(changed(note=(str, ...)), "/note: missing", id="now-required"),
        pytest.param(changed(colour=(FewerColours, ...)), "/colour: enum", id="narrowed-codes"),
        pytest.param(changed(colour=(int, ...)), "/colour: int_parsing", id="other-type"),
        pytest.param(changed(note=(UUID | None, None)), "/note: uuid_parsing", id="other-format"),
        pytest.param(
            changed(lines=(list[SmallLine], ...)), "/lines/0/quantity: less_than_equal", id="bound"
        ),
    ],
)
def test_a_breach_cannot_read_the_corpus(
    event: type[Event], reason: str, corpus: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(reason in found for found in misread_by(event, corpus, monkeypatch))


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(changed(), id="nothing"),
        pytest.param(changed(weight=(int, 0)), id="a-field-with-a-default"),
        pytest.param(changed(colour=(MoreColours, ...)), id="a-code"),
    ],
)
def test_an_addition_reads_the_corpus(
    event: type[Event], corpus: list[Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert misread_by(event, corpus, monkeypatch) == set()


def test_a_code_must_be_known_to_readers_before_anybody_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Why a new code takes two releases: readers of the one before refuse it, and keep it."""
    later = changed(colour=(MoreColours, ...))
    written = [sent(later, data) for data in specimens(schema_of(later))]

    assert misread_by(promised(**BASE), written, monkeypatch) == {
        f"data is not {NAME}: /colour: enum"
    }
