"""The story of one need: when it was proposed, accepted, fulfilled and closed, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from common.vocabulary import Labelled, Society
from reporting.domain.facts import LineFacts, MatchFacts, Moment, NeedFacts, ServiceFacts
from reporting.domain.measures import Measures, of_one_need

if TYPE_CHECKING:
    from collections.abc import Sequence


class NeedState(Labelled):
    """How a need stands in the reports."""

    OPEN = "open", "进行中", "Open"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    MET = "met", "已满足", "Met"
    UNMET = "unmet", "未满足而结束", "Closed unmet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProgress:
    """One line, with its first yes, its fulfilment and what was delivered in its own unit."""

    line: LineFacts
    accepted: Moment | None
    fulfilled: Moment | None
    delivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SocietyShare:
    """One of the five societies, with the matches by which it takes part."""

    society: Society
    match_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The story of one need up to an instant.

    ``all_accepted_at`` is when the last line had its first yes, derived lines included: the plan
    was complete. ``fulfilled_at`` is when the last line that somebody asked for was delivered in
    full: a derived line does not hold up the end of a need. Both are none while one is missing.
    """

    facts: NeedFacts
    state: NeedState
    lines: tuple[LineProgress, ...]
    societies: tuple[SocietyShare, ...]
    measures: Measures
    proposed_at: datetime | None
    first_accepted_at: datetime | None
    all_accepted_at: datetime | None
    fulfilled_at: datetime | None
    closed_at: datetime | None

    def since_submission(self, instant: datetime | None) -> timedelta | None:
        """Return how long after the submission something happened; clocks that differ give zero."""
        if instant is None:
            return None
        return max(instant - self.facts.submitted.at, timedelta(0))

    @property
    def is_met_by_all_five(self) -> bool:
        """Tell whether the need was met and every one of the five societies took part."""
        return self.state is NeedState.MET and len(self.societies) == len(Society)


def timeline(facts: NeedFacts, *, as_of: datetime) -> Timeline:
    """Tell the story of a need as it stood at an instant."""
    known = facts.as_of(as_of)
    lines = tuple(_progress(line, known.matches, known.services) for line in known.lines)
    accepted = [match.accepted.at for match in known.matches if match.accepted is not None]
    asked_for = [line for line in lines if line.line.derived_from is None]
    return Timeline(
        facts=known,
        state=_state(known),
        lines=lines,
        societies=_societies(known.matches),
        measures=of_one_need(known.services, known.beneficiary),
        proposed_at=known.proposed.at if known.proposed else None,
        first_accepted_at=min(accepted, default=None),
        all_accepted_at=_last([line.accepted for line in lines]),
        fulfilled_at=_last([line.fulfilled for line in asked_for]),
        closed_at=known.closure.moment.at if known.closure else None,
    )


def _state(facts: NeedFacts) -> NeedState:
    if facts.closure is not None:
        return NeedState.MET if facts.closure.is_met else NeedState.UNMET
    return NeedState.OPEN if facts.withdrawn is None else NeedState.WITHDRAWN


def _progress(
    line: LineFacts, matches: Sequence[MatchFacts], services: Sequence[ServiceFacts]
) -> LineProgress:
    own = [match for match in matches if match.line_id == line.line_id]
    return LineProgress(
        line=line,
        accepted=min((match.accepted for match in own if match.accepted), default=None),
        fulfilled=min((match.fulfilled for match in own if match.fulfilled), default=None),
        delivered=sum(service.quantity for service in services if service.line_id == line.line_id),
    )


def _societies(matches: Sequence[MatchFacts]) -> tuple[SocietyShare, ...]:
    standing = [match for match in matches if match.stands]
    present = {match.society for match in standing}
    return tuple(
        SocietyShare(
            society=society,
            match_ids=tuple(sorted(m.match_id for m in standing if m.society is society)),
        )
        for society in Society
        if society in present
    )


def _last(moments: Sequence[Moment | None]) -> datetime | None:
    """Return when the last of them happened, or none while one is missing."""
    known = [moment.at for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None
