"""Equal things are found equal, however they are written, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.personal.blind_index import BlindIndex
from common.personal.key_ring import new_key_ring
from common.personal.plain_form import plain_name, plain_number, plain_phone

FULL_WIDTH = {ord("!") + offset: 0xFF01 + offset for offset in range(94)}


@pytest.mark.parametrize(
    ("form", "written", "plain"),
    [
        (plain_name, " 王 小美 ", "王小美"),
        (plain_name, "王\u3000小\u200b美", "王小美"),
        (plain_name, "ＬＩ Ming", "liming"),
        (plain_name, "阿依古丽•买买提", "阿依古丽·买买提"),
        (plain_name, "阿依古丽．买买提", "阿依古丽·买买提"),
        (plain_phone, "＋８６ 138-0000-0000", "13800000000"),
        (plain_phone, "0086 13800000000", "13800000000"),
        (plain_phone, "(0411) 8765 4321", "041187654321"),
        (plain_phone, "86543210", "86543210"),
        (plain_number, "２１０２１３ 19900101 123x", "21021319900101123X"),
        (plain_number, "210213＊＊＊＊＊＊＊＊123x", "210213********123X"),
        (plain_number, "辽-2024.0042", "20240042"),
    ],
)
def test_a_value_has_one_plain_form(form: object, written: str, plain: str) -> None:
    assert callable(form)
    assert form(written) == plain


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30))
def test_width_makes_no_difference(text: str) -> None:
    for form in (plain_name, plain_phone, plain_number):
        assert form(text.translate(FULL_WIDTH)) == form(text)


@given(st.text(max_size=30))
def test_a_plain_form_is_its_own_plain_form(text: str) -> None:
    for form in (plain_phone, plain_number):
        assert form(form(text)) == form(text)


def test_a_digest_tells_values_kinds_and_rings_apart() -> None:
    index, foreign = BlindIndex(new_key_ring()), BlindIndex(new_key_ring())

    digests = {
        index.of("13800000000", kind="phone"),
        index.of("13800000001", kind="phone"),
        index.of("13800000000", kind="id_number"),
        foreign.of("13800000000", kind="phone"),
    }

    assert index.of("13800000000", kind="phone") in digests
    assert {len(digest) for digest in digests} == {32}
    assert len(digests) == 4
