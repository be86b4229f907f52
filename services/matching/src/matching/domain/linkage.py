"""The linkage plan (联动方案) of a need: which society does what, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.domain.identity import NeedId, PoolId
from matching.domain.match import Match
from matching.domain.need import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """How good the pool's plan is, and who says so: no plan is worth more than ``bound``.

    The part that is reserved for what cannot be divided has a value and a bound of its own; what
    is left of the two is the flow's, which is planned around it and always proved the best.
    """

    plan_sequence: int
    value: int
    bound: int
    engine_version: str
    policy_version: int
    reserved_value: int = 0
    reserved_bound: int = 0

    @property
    def gap(self) -> int:
        """How much better a plan could at most be."""
        return self.bound - self.value


@dataclass(frozen=True, slots=True)
class Part:
    """What one line gets; without a match it is missing."""

    line: Line
    match: Match | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkagePlan:
    """All matches of one need, as the plan of its pool has them.

    A new version comes only when a line gets another match, or loses the one it had.
    """

    need_id: NeedId
    pool_id: PoolId
    version: int
    parts: tuple[Part, ...]
    certificate: Certificate
    proposed_at: datetime

    @property
    def missing(self) -> tuple[Line, ...]:
        """The lines for which nobody was found."""
        return tuple(part.line for part in self.parts if part.match is None)
