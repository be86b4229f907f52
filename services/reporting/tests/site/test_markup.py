from __future__ import annotations

import pytest

from reporting.site.markup import Markup, element, inline, prose


def test_text_cannot_become_a_tag() -> None:
    assert element("p", "<script>") == "<p>&lt;script&gt;</p>"
    assert element("a", "x", href='"><script>') == ('<a href="&quot;&gt;&lt;script&gt;">x</a>')


def test_what_is_markup_already_stays() -> None:
    assert element("p", element("b", "5 < 6")) == "<p><b>5 &lt; 6</b></p>"


def test_attributes_that_are_none_are_left_out() -> None:
    assert element("div", class_=None, aria_label="it") == '<div aria-label="it"></div>'


def test_an_empty_element_has_no_end() -> None:
    assert element("br") == "<br>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b` c", "a <code>b</code> c"),
        ("``need_id`` <x>", "<code>need_id</code> &lt;x&gt;"),
        ("no code", "no code"),
    ],
)
def test_code_is_shown_as_code(text: str, shown: str) -> None:
    assert inline(text) == shown


def test_paragraphs_are_kept_and_line_breaks_are_not() -> None:
    assert prose("one\ntwo\n\nthree") == "<p>one two</p><p>three</p>"
    assert isinstance(prose(""), Markup)
