"""Figures: what was measured, how much it varied, and whether it keeps its budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Bound: TypeAlias = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured quantity; ``samples`` are the repetitions, ``value`` is their median."""

    name: str
    unit: str
    samples: tuple[float, ...]
    budget: float | None = None
    bound: Bound = "at least"
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the repetitions."""
        return median(self.samples)

    @property
    def is_met(self) -> bool | None:
        """Whether the median keeps the budget; none where there is no budget."""
        if self.budget is None:
            return None
        if self.bound == "at least":
            return self.value >= self.budget
        return self.value <= self.budget

    def document(self) -> dict[str, Any]:
        """Return the figure as it is kept."""
        return {
            "name": self.name,
            "unit": self.unit,
            "median": self.value,
            "least": min(self.samples),
            "most": max(self.samples),
            "samples": list(self.samples),
            "bound": None if self.budget is None else self.bound,
            "budget": self.budget,
            "is_met": self.is_met,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of one row of the budgets, and what is to be known about them."""

    name: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that is not exceeded by this share of the values."""
    ordered = sorted(values) or [float("nan")]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratios(dividends: Sequence[float], divisors: Sequence[float]) -> tuple[float, ...]:
    """Return the quotients, repetition by repetition: what disturbed one disturbed the other."""
    return tuple(a / b for a, b in zip(dividends, divisors, strict=True))
