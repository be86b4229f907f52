"""Many items in one request, each on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.http.batches import Attempted, each
from common.http.refusals import InputInvalid, Refusal
from common.http.schemas import Body

if TYPE_CHECKING:
    from collections.abc import Sequence


class Wish(Body):
    """An item."""

    persons: int


class Wishes(Body):
    """A batch."""

    wishes: list[Attempted[Wish]]


async def doubled(wishes: Sequence[Wish]) -> Sequence[int]:
    return [wish.persons * 2 for wish in wishes]


def test_an_item_that_is_none_leaves_the_others_alone() -> None:
    batch = Wishes.model_validate({"wishes": [{"persons": 1}, {"persons": "many"}, "room"]})

    assert [isinstance(item, Refusal) for item in batch.wishes] == [False, True, True]


def test_the_document_shows_the_item_and_not_its_refusal() -> None:
    items = Wishes.model_json_schema()["properties"]["wishes"]["items"]

    assert items == {"$ref": "#/$defs/Wish"}


async def test_outcomes_come_in_the_order_of_the_items() -> None:
    batch = Wishes.model_validate(
        {"wishes": [{"persons": 0.5}, {"persons": 1}, {}, {"persons": 2}]}
    )

    outcomes = await each(batch.wishes, doubled, at="/body/wishes")

    assert [outcome for outcome in outcomes if not isinstance(outcome, Refusal)] == [2, 4]
    refused = [(at, item) for at, item in enumerate(outcomes) if isinstance(item, InputInvalid)]
    assert [(at, item.errors[0].pointer) for at, item in refused] == [
        (0, "/body/wishes/0/persons"),
        (2, "/body/wishes/2/persons"),
    ]
