"""A plan of a talent station, such as Yantai's 菁英, 群飞 and 红星, for a term."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from registry.domain.tenure import Tenure

if TYPE_CHECKING:
    from registry.domain.talent_station import TalentStation
    from registry.domain.term import Term

TalentPlanId = NewType("TalentPlanId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentPlan:
    """A plan by which a talent station brings people forward."""

    id: TalentPlanId
    version: int
    name: str
    station: UUID
    area: AreaRef
    tenure: Tenure

    @property
    def org(self) -> None:
        """Return nobody: it is seen by those who are responsible for its area."""
        return

    def end(
        self, *, ended_on: date, used_until: date | None, at: datetime
    ) -> Change[TalentPlan, TalentPlanFact]:
        """End it early, after everybody in it; the day given is its last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
            TermInUse: Something within it lasts longer.
        """
        tenure = self.tenure.end(ended_on=ended_on, used_until=used_until)
        ended = replace(self, version=self.version + 1, tenure=tenure)
        return Change(ended, (TalentPlanHasEnded(plan=ended, ended_on=ended_on, at=at),))

    def has_content_of(self, other: TalentPlan) -> bool:
        """Tell whether both began alike, whatever has happened to either since."""
        ours, theirs = (
            replace(each, version=1, tenure=each.tenure.as_agreed) for each in (self, other)
        )
        return ours == theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentPlanHasBegun:
    """A talent station has a plan."""

    plan: TalentPlan
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentPlanHasEnded:
    """A plan is over, after this day."""

    plan: TalentPlan
    ended_on: date
    at: datetime


TalentPlanFact = TalentPlanHasBegun | TalentPlanHasEnded


def begin_talent_plan(
    plan_id: TalentPlanId, *, name: str, station: TalentStation, term: Term, at: datetime
) -> Change[TalentPlan, TalentPlanFact]:
    """Give a talent station a plan.

    Raises:
        TermNotWithin: The station is not there on all of the days.
    """
    station.tenure.refuse_outside(term)
    plan = TalentPlan(
        id=plan_id,
        version=1,
        name=name,
        station=station.id,
        area=station.area,
        tenure=Tenure(term=term),
    )
    return Change(plan, (TalentPlanHasBegun(plan=plan, at=at),))
