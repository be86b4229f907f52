"""What was decided, with the proof of how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from matching.engine.problem import Integers

UNASSIGNED: Final = -1


class Status(StrEnum):
    """What the result claims about itself."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Result:
    """An assignment, its value, and a bound that no assignment can exceed.

    ``offer_of_line`` has an index of an offer, or ``UNASSIGNED``, for each line of the problem.
    """

    line_ids: tuple[UUID, ...]
    offer_ids: tuple[UUID, ...]
    offer_of_line: Integers
    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How much better an assignment could at most be; zero proves the optimum."""
        return self.bound - self.value

    @property
    def status(self) -> Status:
        """Whether the optimum is proved."""
        return Status.OPTIMAL if self.gap == 0 else Status.FEASIBLE

    def pairs(self) -> dict[UUID, UUID]:
        """Return the offer of each line that has one."""
        return {
            line_id: self.offer_ids[offer]
            for line_id, offer in zip(self.line_ids, self.offer_of_line.tolist(), strict=True)
            if offer != UNASSIGNED
        }
