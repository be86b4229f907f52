"""Lots of goods: what was packed together is good until one day, and goes out in that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

LotsTaken: TypeAlias = Mapping[int, int]
"""How much is taken of each lot, by its place in the offer."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods that are good up to and including their last day, in China; for ever where none."""

    quantity: int
    expires_on: date | None

    def is_good(self, *, on: date) -> bool:
        """Tell whether it may be given on a day."""
        return self.expires_on is None or on <= self.expires_on


def left(lots: Sequence[Lot], held: Sequence[int], *, on: date) -> int:
    """Return how much is neither held nor past its last day."""
    return sum(
        lot.quantity - taken for lot, taken in zip(lots, held, strict=True) if lot.is_good(on=on)
    )


def first_expired_first(
    lots: Sequence[Lot], held: Sequence[int], quantity: int, *, on: date
) -> LotsTaken:
    """Take a quantity of what is good and not held: what expires first goes out first.

    There has to be enough of it, see ``left``.
    """
    good = [number for number, lot in enumerate(lots) if lot.is_good(on=on)]
    taken: dict[int, int] = {}
    for number in sorted(good, key=lambda each: (lots[each].expires_on or date.max, each)):
        part = min(quantity, lots[number].quantity - held[number])
        if part:
            taken[number] = part
            quantity -= part
    assert quantity == 0, "more was taken than is left"
    return taken


def last_expired(lots: Sequence[Lot], held: LotsTaken, quantity: int) -> LotsTaken:
    """Return so much of what is held, or all, beginning with what expires last."""
    parts: dict[int, int] = {}
    order = sorted(held, key=lambda each: (lots[each].expires_on or date.max, each), reverse=True)
    for number in order:
        part = min(quantity, held[number])
        if part:
            parts[number] = part
            quantity -= part
    return parts
