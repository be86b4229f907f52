"""Somebody whom a talent plan brings forward (人才), from a day until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from registry.domain.tenure import Held, Tenure

if TYPE_CHECKING:
    from registry.domain.talent_plan import TalentPlan
    from registry.domain.term import Term

TalentId = NewType("TalentId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talent(Held):
    """A person in a plan; nobody is in one plan twice at a time."""

    id: TalentId
    plan: UUID
    party: UUID

    def end(self, *, ended_on: date, at: datetime) -> Change[Talent, TalentFact]:
        """Let somebody leave the plan; the day given is the last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
        """
        ended = self.ended(ended_on=ended_on)
        return Change(ended, (TalentHasLeft(talent=ended, ended_on=ended_on, at=at),))


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentWasTaken:
    """A plan has one more person."""

    talent: Talent
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentHasLeft:
    """A plan has one person less, after this day."""

    talent: Talent
    ended_on: date
    at: datetime


TalentFact = TalentWasTaken | TalentHasLeft


def take_talent(
    talent_id: TalentId, *, plan: TalentPlan, party: UUID, term: Term, at: datetime
) -> Change[Talent, TalentFact]:
    """Take a person into a plan.

    Raises:
        TermNotWithin: The plan does not run on all of the days.
    """
    plan.tenure.refuse_outside(term)
    talent = Talent(
        id=talent_id,
        version=1,
        plan=plan.id,
        party=party,
        area=plan.area,
        tenure=Tenure(term=term),
    )
    return Change(talent, (TalentWasTaken(talent=talent, at=at),))
