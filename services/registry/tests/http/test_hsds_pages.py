"""Pages by number: what they say of themselves is so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.http.schemas import View
from registry.entrypoints.http.hsds_pages import Asked, HSDSPage


class Item(View):
    number: int


def pages_of(total: int, per_page: int, number: int) -> HSDSPage[Item]:
    items = [Item(number=each) for each in range(total)]
    asked = Asked(number=number, per_page=per_page, is_any_size=False, is_stream=False)
    start = asked.stretch.skip
    return HSDSPage.of(
        items[start : start + asked.stretch.limit], total=total, number=number, per_page=per_page
    )


@given(total=st.integers(0, 60), per_page=st.integers(1, 20))
def test_pages_in_turn_hold_everything_once(total: int, per_page: int) -> None:
    read: list[int] = []
    number = 1
    while not (page := pages_of(total, per_page, number)).empty:
        read += [item.number for item in page.contents]
        assert page.size == len(page.contents) <= per_page
        assert (page.total_items, page.page_number) == (total, number)
        assert page.first_page is (number == 1)
        assert page.last_page is (len(read) == total)
        number += 1

    assert read == list(range(total))
    assert page.total_pages == number - 1


def test_nothing_has_no_page_and_is_the_first_and_the_last() -> None:
    page = pages_of(0, 50, 1)

    assert page.model_dump() == {
        "total_items": 0,
        "total_pages": 0,
        "page_number": 1,
        "size": 0,
        "first_page": True,
        "last_page": True,
        "empty": True,
        "contents": [],
    }


def test_a_page_beyond_the_last_is_empty_and_nothing_follows() -> None:
    page = pages_of(7, 5, 3)

    assert (page.total_pages, page.size, page.empty) == (2, 0, True)
    assert (page.first_page, page.last_page) == (False, True)
