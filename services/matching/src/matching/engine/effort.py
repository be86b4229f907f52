"""How much may be spent on proving that a plan is the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf


def unhurried() -> float:
    """Return the seconds left where nobody waits."""
    return inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """A limit that is the same on every machine, and one that keeps a caller's promise.

    ``work`` counts what solvers do, in units that take about a second each; who sets it alone gets
    equal output for equal input. ``seconds_left`` is the caller's clock: the kernel has none.
    """

    work: float = inf
    seconds_left: Callable[[], float] = unhurried

    @property
    def is_spent(self) -> bool:
        """Whether there is nothing left to spend."""
        return self.work <= 0 or self.seconds_left() <= 0

    def share(self, part: float) -> Effort:
        """Return this part of what is left now."""
        left = self.seconds_left()
        kept_back = 0.0 if left == inf else left * (1 - part)
        return Effort(work=self.work * part, seconds_left=lambda: self.seconds_left() - kept_back)
