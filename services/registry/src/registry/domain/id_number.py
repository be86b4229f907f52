"""Numbers of resident identity cards (GB 11643-1999), whole or masked."""

from __future__ import annotations

import re
from typing import Final

_WHOLE: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_MASKED: Final = re.compile(r"[0-9]{0,10}\*{4,18}[0-9]{0,4}[0-9X]?")
_LENGTH: Final = 18
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def is_id_number(plain: str) -> bool:
    """Tell whether a text in plain form is a number with its check character, or a masked one.

    The check is ISO 7064 MOD 11-2: the weighted sum of the first seventeen digits modulo eleven.
    """
    if "*" in plain:
        return len(plain) == _LENGTH and _MASKED.fullmatch(plain) is not None
    if _WHOLE.fullmatch(plain) is None:
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(plain, _WEIGHTS, strict=False))
    return plain[-1] == _CHECKS[weighted % len(_CHECKS)]
