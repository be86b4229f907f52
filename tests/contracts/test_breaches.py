"""The comparer of promises is itself held to account."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from testing.promises import breaches

FieldSpec = tuple[Any, Any]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Line(BaseModel):
    quantity: int
    colour: Colour = Colour.RED


def schema(**fields: FieldSpec) -> dict[str, object]:
    model: type[BaseModel] = create_model("Promise", **fields)  # type: ignore[call-overload]
    return model.model_json_schema(mode="serialization")


BASE: dict[str, FieldSpec] = {
    "id": (UUID, ...),
    "lines": (list[Line], ...),
    "colour": (Colour, ...),
    "note": (int | None, None),
}


def changed(**fields: FieldSpec) -> dict[str, object]:
    return schema(**{**BASE, **fields})


def without(name: str) -> dict[str, object]:
    return schema(**{key: value for key, value in BASE.items() if key != name})


class BoundedLine(BaseModel):
    quantity: int = Field(gt=0)
    colour: Colour = Colour.RED


class LongerLine(BaseModel):
    quantity: int
    colour: Colour = Colour.RED
    unit: str


class OtherDefault(BaseModel):
    quantity: int
    colour: Colour = Colour.BLUE


@pytest.mark.parametrize(
    ("new", "breach"),
    [
        pytest.param(without("colour"), "/colour: removed", id="removed"),
        pytest.param(
            schema(**{**BASE, "ident": (UUID, ...)}), "/ident: newly required", id="added-required"
        ),
        pytest.param(
            changed(id=(str, ...)), "/id: format was 'uuid' and is None", id="other-format"
        ),
        pytest.param(
            changed(id=(int, ...)), "/id: type was 'string' and is 'integer'", id="other-type"
        ),
        pytest.param(changed(note=(int | None, ...)), "/note: newly required", id="now-required"),
        pytest.param(
            changed(colour=(Colour, "red")), "/colour: no longer promised", id="now-optional"
        ),
        pytest.param(
            changed(colour=(Colour | None, ...)),
            "/colour: alternatives came or went",
            id="nullable",
        ),
        pytest.param(
            changed(note=(str | None, None)),
            "/note: type was 'integer' and is 'string'",
            id="in-union",
        ),
        pytest.param(
            changed(lines=(list[str], ...)),
            "/lines/*: type was 'object' and is 'string'",
            id="elements",
        ),
        pytest.param(
            changed(lines=(list[BoundedLine], ...)),
            "/lines/*/quantity: exclusiveMinimum was None and is 0",
            id="bound-through-a-reference",
        ),
        pytest.param(
            changed(lines=(list[LongerLine], ...)),
            "/lines/*/unit: newly required",
            id="deep-required",
        ),
        pytest.param(
            changed(lines=(list[OtherDefault], ...)),
            "/lines/*/colour: default was 'red' and is 'blue'",
            id="default",
        ),
        pytest.param(
            changed(colour=(str, ...)), "/colour: the code list came or went", id="list-dropped"
        ),
    ],
)
def test_a_change_that_is_no_addition_is_a_breach(new: dict[str, object], breach: str) -> None:
    assert breach in breaches(schema(**BASE), new)


def test_a_code_may_be_added_but_not_removed() -> None:
    more = changed(colour=(MoreColours, ...))

    assert breaches(schema(**BASE), more) == []
    assert breaches(more, schema(**BASE)) == ["/colour: the code 'green' was removed"]


def test_a_renamed_field_is_a_removed_one() -> None:
    renamed = schema(**{("uid" if key == "id" else key): value for key, value in BASE.items()})

    assert breaches(schema(**BASE), renamed) == ["/id: removed", "/uid: newly required"]


def test_a_new_optional_field_is_an_addition() -> None:
    assert breaches(schema(**BASE), changed(remark=(str | None, None), weight=(int, 0))) == []


def test_words_about_a_promise_may_change() -> None:
    described = changed(id=(UUID, Field(description="Which one.", title="Identifier")))

    assert breaches(schema(**BASE), described) == []
