"""Which sessions of a scheduled offer suit which lines, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.domain.columns import Integers
from matching.domain.opens import EVERY_DAY, NO_OPENINGS, Opens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.domain.columns import Mask, Pairs
    from matching.domain.opens import Table

_PAIRS_AT_ONCE: Final = 20_000
"""Each of them has a row for each session of eight weeks, and those must fit into memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Pairs with a session each: the place of the pair, and the number of the session."""

    pair: Integers
    source: Integers


def suiting(pairs: Pairs) -> Slots:
    """Return the sessions that suit the lines of scheduled offers and have seats enough."""
    found = list(_by_part(pairs))
    nothing = np.empty(0, dtype=np.int64)
    return Slots(
        np.concatenate([nothing, *(each.pair for each in found)]),
        np.concatenate([nothing, *(each.source for each in found)]),
    )


def _by_part(pairs: Pairs) -> Iterator[Slots]:
    # A table of sessions for every pair of a pool would be large, and few offers have a calendar.
    scheduled = np.flatnonzero(pairs.board.offers.is_scheduled[pairs.offer])
    for begin in range(0, len(scheduled), _PAIRS_AT_ONCE):
        part = scheduled[begin : begin + _PAIRS_AT_ONCE]
        pair, table = _every(pairs, part)
        is_suiting = _suits(pairs, pair, table)
        yield Slots(pair[is_suiting], table[is_suiting, Opens.SOURCE])


def sources(pairs: Pairs) -> Slots:
    """Return from what each allowed pair may be had: its offer, or each session that suits it."""
    at_any_time = np.flatnonzero(~pairs.board.offers.is_scheduled[pairs.offer])
    slots = suiting(pairs)
    return Slots(
        np.concatenate([at_any_time, slots.pair]),
        np.concatenate([pairs.board.offers.source[pairs.offer[at_any_time]], slots.source]),
    )


def _every(pairs: Pairs, part: Integers) -> tuple[Integers, Table]:
    """Return each pair of a part with each session of its offer."""
    offers, place = np.unique(pairs.offer[part], return_inverse=True)
    tables = pairs.board.offers.openings[offers].tolist()
    sizes = np.fromiter((len(table) for table in tables), np.int64, len(tables))
    begins = np.cumsum(sizes) - sizes
    of_pair = sizes[place]
    ends = np.cumsum(of_pair)
    session = np.arange(ends[-1]) - np.repeat(ends - of_pair, of_pair)
    rows = np.repeat(begins[place], of_pair) + session
    return np.repeat(part, of_pair), np.concatenate([NO_OPENINGS, *tables])[rows]


def _suits(pairs: Pairs, pair: Integers, table: Table) -> Mask:
    lines, line = pairs.board.lines, pairs.line[pair]
    days = lines.weekdays[line]
    starts, ends = table[:, Opens.STARTS], table[:, Opens.ENDS]
    not_before, not_after = lines.not_before[line], lines.not_after[line]
    is_within = (not_before <= starts) & (ends <= not_after)
    touches = (not_before < ends) & (starts < not_after)
    suits: Mask = (
        (np.where(days == 0, EVERY_DAY, days) & table[:, Opens.DAYS] != 0)
        & np.where(table[:, Opens.IS_PERIOD] != 0, touches, is_within)
        & (table[:, Opens.FREE] >= lines.quantity[line])
    )
    return suits
