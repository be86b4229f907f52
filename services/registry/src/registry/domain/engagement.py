"""What an expert is engaged for (政策咨询, 项目评审, 督导, 评估), where, for a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.vocabulary import Labelled
from registry.domain.errors.experts import EngagementNeedsStation
from registry.domain.tenure import Held, Tenure

if TYPE_CHECKING:
    from registry.domain.expert import Expert
    from registry.domain.station import Station
    from registry.domain.term import Term

EngagementId = NewType("EngagementId", UUID)


class EngagementKind(Labelled):
    """What experts are engaged for."""

    POLICY_ADVICE = "policy_advice", "政策咨询", "Advice on policy"
    PROJECT_REVIEW = "project_review", "项目评审", "Review of projects"
    SUPERVISION = "supervision", "督导", "Supervision"
    EVALUATION = "evaluation", "评估", "Evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement(Held):
    """What one expert of a pool does, at a station or for the whole area of the pool.

    Advice on policy aside, an expert does one thing at a station at a time: who supervises it does
    not judge it.
    """

    id: EngagementId
    expert: UUID
    kind: EngagementKind
    station: UUID | None

    def end(self, *, ended_on: date, at: datetime) -> Change[Engagement, EngagementFact]:
        """End it early; the day given is its last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
        """
        ended = self.ended(ended_on=ended_on)
        return Change(ended, (EngagementHasEnded(engagement=ended, ended_on=ended_on, at=at),))


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementHasBegun:
    """An expert has something to do."""

    engagement: Engagement
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementHasEnded:
    """An expert is done with it, after this day."""

    engagement: Engagement
    ended_on: date
    at: datetime


EngagementFact = EngagementHasBegun | EngagementHasEnded


def engage_expert(
    engagement_id: EngagementId,
    *,
    expert: Expert,
    kind: EngagementKind,
    station: Station | None,
    term: Term,
    at: datetime,
) -> Change[Engagement, EngagementFact]:
    """Engage an expert within the term of the appointment.

    Raises:
        TermNotWithin: The expert is not in the pool on all of the days.
        EngagementNeedsStation: Supervision is at a station.
    """
    expert.tenure.refuse_outside(term)
    if kind is EngagementKind.SUPERVISION and station is None:
        raise EngagementNeedsStation(engagement_id=engagement_id)
    engagement = Engagement(
        id=engagement_id,
        version=1,
        expert=expert.id,
        kind=kind,
        station=station.id if station else None,
        area=station.area if station else expert.area,
        tenure=Tenure(term=term),
    )
    return Change(engagement, (EngagementHasBegun(engagement=engagement, at=at),))
