"""Unified social credit codes (GB 32100-2015): eighteen characters, the last one a check."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and letters without I, O, S, V and Z."""
_LENGTH: Final = 18
_MODULUS: Final = 31


def check_character(first_seventeen: str) -> str:
    """Return the character that makes the weighted sum a multiple of 31; weights are 3^i mod 31."""
    weighted = sum(
        ALPHABET.index(letter) * pow(3, place, _MODULUS)
        for place, letter in enumerate(first_seventeen)
    )
    return ALPHABET[-weighted % _MODULUS]


def is_credit_code(code: str) -> bool:
    """Tell whether a code, in capitals and half width, is whole and its check is right."""
    if len(code) != _LENGTH or not set(code) <= set(ALPHABET):
        return False
    return code[-1] == check_character(code[:-1])
