"""Shares and medians, with what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

STEP: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, never shown without both."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> Decimal | None:
        """The share to four decimals; none of nothing.

        Rounding never makes a share complete or empty: 0.99996 is shown as 0.9999, because one
        missing station is somebody's township.
        """
        if self.denominator == 0:
            return None
        exact = Decimal(self.numerator) / Decimal(self.denominator)
        rounded = exact.quantize(STEP, ROUND_HALF_UP)
        if self.numerator in {0, self.denominator}:
            return rounded
        return min(max(rounded, STEP), 1 - STEP) if exact < 1 else rounded


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of some durations, with how many they are."""

    seconds: float | None
    base: int


def median_of(durations: Iterable[timedelta | None]) -> Median:
    """Return the median of the durations that are known; the unknown ones are not in the base."""
    known = [duration.total_seconds() for duration in durations if duration is not None]
    return Median(seconds=median(known) if known else None, base=len(known))
