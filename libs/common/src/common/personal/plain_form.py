"""The plain form of what people write in many ways, so that equal things are found equal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DOTS: Final = re.compile(r"[\u00b7\u2022\u2027\u22c5\u30fb\uff65.]")
_NOT_OF_A_PHONE: Final = re.compile(r"[^0-9*]")
_COUNTRY: Final = re.compile(r"^(?:0086|86)(?=1[3-9][0-9]{9}$)")
_NOT_OF_AN_ID: Final = re.compile(r"[^0-9A-Z*]")


def plain_name(text: str) -> str:
    """Return a name without spaces, in half width and small letters, with one kind of dot."""
    # Also what is not seen: a zero-width character would make two names of one.
    seen = (each for each in _half_width(text) if unicodedata.category(each) not in {"Cf", "Cc"})
    return _DOTS.sub("·", "".join("".join(seen).split()).casefold())


def plain_phone(text: str) -> str:
    """Return the digits of a telephone number; a mobile one without the country's code."""
    return _COUNTRY.sub("", _NOT_OF_A_PHONE.sub("", _half_width(text)))


def plain_number(text: str) -> str:
    """Return the letters and digits of a number on a card, in capitals; a mask keeps its stars."""
    return _NOT_OF_AN_ID.sub("", _half_width(text).upper())


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
