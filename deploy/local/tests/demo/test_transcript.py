"""The shape of what the demo writes is documented, member for member."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from wushe.demo import transcript
from wushe.demo.transcript import FORMAT, Transcript

PAGE = Path(__file__).parents[4] / "docs" / "demo.md"


def shapes() -> Iterator[type[BaseModel]]:
    for value in vars(transcript).values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value.model_fields:
            yield value


@pytest.mark.parametrize("shape", list(shapes()), ids=lambda shape: shape.__name__)
def test_every_member_is_on_the_page(shape: type[BaseModel]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    # Reasons and laws inside lists are named by their list.
    members = set() if shape is transcript.Term else set(shape.model_fields)

    assert {
        name for name in members if f"`{name}`" not in page and f"`{name}[]`" not in page
    } == set()


def test_the_page_names_the_format() -> None:
    assert FORMAT in PAGE.read_text(encoding="utf-8")
    assert Transcript.model_fields["format"].is_required()
