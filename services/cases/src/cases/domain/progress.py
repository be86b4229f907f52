"""How far a need has come, as matching last told it.

Progress stands beside a need and not inside it: what matching finds out changes no word of what was
asked, so it must not change the need's version either. It may be a little late.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.domain.line import LineId
from cases.domain.need import Need
from common.vocabulary import Labelled, LineKind, ServiceCode


class LineState(Labelled):
    """Whether a line still waits."""

    OPEN = "open", "待满足", "Open"
    FULFILLED = "fulfilled", "已完成", "Fulfilled"


class LineOrigin(Labelled):
    """Whether somebody asked for a line, or another line brought it along."""

    ASKED = "asked", "提出", "Asked for"
    DERIVED = "derived", "派生", "Derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedLine:
    """A line that nobody asked for: a room, say, needs somebody to run it."""

    id: LineId
    derived_from: LineId
    kind: LineKind
    service: ServiceCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The lines that are fulfilled, and those that came along."""

    fulfilled: frozenset[LineId] = frozenset()
    derived: tuple[DerivedLine, ...] = ()

    def state_of(self, line_id: LineId) -> LineState:
        """Tell whether a line still waits."""
        return LineState.FULFILLED if line_id in self.fulfilled else LineState.OPEN


@dataclass(frozen=True, slots=True)
class FollowedNeed:
    """A need, and how far it has come."""

    need: Need
    progress: Progress
