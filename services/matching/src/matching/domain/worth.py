"""What a pair is worth: a sum of named whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from common.vocabulary import Labelled


class Term(Labelled):
    """One reason to prefer a pair."""

    FIT = "fit", "适配", "Fit"
    DISTANCE = "distance", "距离", "Distance"
    URGENCY = "urgency", "紧急程度", "Urgency"
    WAITING = "waiting", "等待时间", "Waiting"
    LOCAL_FIRST = "local_first", "就近优先", "Local first"
    RELIABILITY = "reliability", "可靠程度", "Reliability"
    FRESHNESS = "freshness", "新近程度", "Freshness"
    STABILITY = "stability", "保持现有安排", "Stability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The points of a pair, term by term, and how far apart its two places are.

    ``metres`` is none where the need is a home, whose place is known by its township only.
    """

    points: tuple[tuple[Term, int], ...]
    metres: int | None

    @property
    def total(self) -> int:
        """The sum of all terms."""
        return sum(points for _, points in self.points)
