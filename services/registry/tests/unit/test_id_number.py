"""Numbers of identity cards, whole and masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.id_number import is_id_number

# The examples of GB 11643-1999 itself.
WHOLE = ("11010519491231002X", "440524188001010014")


@pytest.mark.parametrize("number", WHOLE)
def test_the_examples_of_the_standard_are_numbers(number: str) -> None:
    assert is_id_number(number)


@given(st.sampled_from(WHOLE), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, by: int) -> None:
    digit = str((int(number[place]) + by) % 10)

    assert not is_id_number(f"{number[:place]}{digit}{number[place + 1 :]}")


@given(st.sampled_from(WHOLE), st.integers(0, 15))
def test_two_digits_in_the_wrong_order_are_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert is_id_number(swapped) is (swapped == number)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("210213********1234", True),
        ("2102**********123X", True),
        ("**************1234", True),
        ("******************", True),
        ("210213*******1234", False),
        ("2*10213*******1234", False),
        ("210213199001011***", False),
    ],
)
def test_a_mask_hides_the_middle_of_eighteen_characters(number: str, *, is_one: bool) -> None:
    assert is_id_number(number) is is_one
