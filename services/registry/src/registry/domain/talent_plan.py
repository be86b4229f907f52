"""A plan of a talent station, such as Yantai's 菁英, 群飞 and 红星, for a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from registry.domain.tenure import Held, Tenure

if TYPE_CHECKING:
    from registry.domain.talent_station import TalentStation
    from registry.domain.term import Term

TalentPlanId = NewType("TalentPlanId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentPlan(Held):
    """A plan by which a talent station brings people forward."""

    id: TalentPlanId
    name: str
    station: UUID

    def end(
        self, *, ended_on: date, used_until: date | None, at: datetime
    ) -> Change[TalentPlan, TalentPlanFact]:
        """End it early, after everybody in it; the day given is its last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
            TermInUse: Something within it lasts longer.
        """
        ended = self.ended(ended_on=ended_on, used_until=used_until)
        return Change(ended, (TalentPlanHasEnded(plan=ended, ended_on=ended_on, at=at),))


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
