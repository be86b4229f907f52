"""What an indivisible line wants, and what it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Wish:
    """A line: the load that it takes, and what each offer that it may have is worth to it."""

    load: int
    values: tuple[tuple[UUID, int], ...]
    """The best first; of equals the lower id."""
    bundle: UUID | None = None
    """Lines of one bundle have what they need all together, or nothing."""

    @classmethod
    def of(cls, load: int, values: Iterable[tuple[UUID, int]], bundle: UUID | None = None) -> Wish:
        """Put the offers of a line into their order; what is worth nothing is left out."""
        useful = [(offer, value) for offer, value in values if value > 0]
        return cls(load, tuple(sorted(useful, key=lambda pair: (-pair[1], pair[0]))), bundle)

    def valued(self, offer: UUID, value: int) -> Wish:
        """Return the wish with one offer of another value; of none, if it is not to be had."""
        others = [pair for pair in self.values if pair[0] != offer]
        return Wish.of(self.load, [*others, (offer, value)], self.bundle)

    def value_of(self, offer: UUID) -> int:
        """Return what an offer is worth to it."""
        return next((value for each, value in self.values if each == offer), 0)

    @property
    def best(self) -> int:
        """What it would get if it were alone."""
        return self.values[0][1] if self.values else 0


@dataclass(frozen=True, slots=True)
class Planned:
    """What a line has, and its share of what any plan could be worth."""

    wish: Wish
    offer: UUID | None
    value: int
    bound: int
