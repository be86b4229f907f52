"""The sessions of an offer that are to come as a table of numbers, a row for each."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.vocabulary import Weekday
from matching.domain.session import WHOLE_DAY
from matching.domain.window import microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from matching.domain.session import Opening

Table: TypeAlias = NDArray[np.int64]

EVERY_DAY: Final = 2 ** len(Weekday) - 1
_DAY: Final = {day: 1 << number for number, day in enumerate(Weekday)}


class Opens(IntEnum):
    """The columns of such a table; instants are microseconds and days are sets of bits.

    A session that is all of a day, a week or more is somewhere within it.
    """

    STARTS = 0
    ENDS = 1
    DAYS = 2
    IS_PERIOD = 3
    FREE = 4
    SOURCE = 5
    """The number of the session."""


NO_OPENINGS: Final[Table] = np.empty((0, len(Opens)), dtype=np.int64)


def days_of(weekdays: Iterable[Weekday]) -> int:
    """Return days of the week as a set of bits."""
    return sum(_DAY[day] for day in weekdays)


def opening_table(openings: Iterable[Opening], number: Callable[[UUID], int]) -> Table:
    """Return sessions as a table, in their order, each with its number."""
    rows = [
        (
            microseconds(each.starts_at),
            microseconds(each.ends_at),
            EVERY_DAY if each.weekday is None else _DAY[each.weekday],
            each.ends_at - each.starts_at >= WHOLE_DAY,
            each.free,
            number(each.session_id),
        )
        for each in openings
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(Opens))
