"""What the planner decided, with the proof of how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from matching.engine.problem import Integers
from matching.engine.result import Status


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Proof:
    """A value that was reached, and the bound that nothing can exceed."""

    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How much better it could at most be; zero proves the optimum."""
        return self.bound - self.value

    @property
    def status(self) -> Status:
        """Whether the optimum is proved."""
        return Status.OPTIMAL if self.gap == 0 else Status.FEASIBLE


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PlannerResult:
    """The chosen pairs, and what they are worth.

    ``total`` is in reduced values: what the pairs are worth beyond the price of the capacity that
    they take. ``worth`` is without prices. ``least`` is there for ``Objective.LEAST_FIRST``: what
    the worst-off group has, of those for which anything can be done; the total is then the
    greatest among plans that leave nobody with less.
    """

    line_ids: tuple[UUID, ...]
    offer_ids: tuple[UUID, ...]
    line: Integers
    offer: Integers
    worth: int
    total: Proof
    least: Proof | None

    @property
    def value(self) -> int:
        """What the plan is worth beyond the price of the capacity that it takes."""
        return self.total.value

    @property
    def bound(self) -> int:
        """What no plan can exceed."""
        return self.total.bound

    @property
    def gap(self) -> int:
        """How much better a plan could at most be."""
        return self.total.gap

    @property
    def status(self) -> Status:
        """Whether the plan is proved to be the best."""
        is_proved = self.gap == 0 and (self.least is None or self.least.gap == 0)
        return Status.OPTIMAL if is_proved else Status.FEASIBLE

    def pairs(self) -> dict[UUID, tuple[UUID, ...]]:
        """Return the offers of each line that is served."""
        found: dict[UUID, tuple[UUID, ...]] = {}
        for line, offer in zip(self.line.tolist(), self.offer.tolist(), strict=True):
            line_id = self.line_ids[line]
            found[line_id] = (*found.get(line_id, ()), self.offer_ids[offer])
        return found
