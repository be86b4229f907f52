"""HTML as values: whatever is not markup already is escaped, so text cannot become tags."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_EMPTY: Final = frozenset({"meta", "link", "br", "hr", "img", "input"})
_CODE: Final = re.compile(r"``(.+?)``|`(.+?)`")


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str | None) -> Markup:
    """Return an element; attributes that are none are left out, ``class_`` means ``class``."""
    opening = tag + "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _EMPTY:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{joined(content)}</{tag}>")


def joined(parts: Iterable[str]) -> Markup:
    """Return parts one after the other, text escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def prose(text: str) -> Markup:
    """Return text with its paragraphs, and its ``code`` as code."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return joined(element("p", inline(" ".join(each.split()))) for each in paragraphs if each)


def inline(text: str) -> Markup:
    """Return one piece of text with its ``code`` as code."""
    parts: list[str] = []
    end = 0
    for found in _CODE.finditer(text):
        parts += [text[end : found.start()], element("code", found[1] or found[2])]
        end = found.end()
    return joined([*parts, text[end:]])
