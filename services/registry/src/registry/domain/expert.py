"""An expert (专家) in the pool of an area, for a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.vocabulary import Labelled
from registry.domain.tenure import Held, Tenure

if TYPE_CHECKING:
    from common.places import Area
    from registry.domain.term import Term

ExpertId = NewType("ExpertId", UUID)


class ExpertField(Labelled):
    """What an expert knows about."""

    POLICY = "policy", "政策研究", "Policy"
    CASEWORK = "casework", "个案工作", "Casework"
    COMMUNITY = "community", "社区工作", "Community work"
    MENTAL_HEALTH = "mental_health", "心理健康", "Mental health"
    CHILDREN = "children", "儿童青少年", "Children and youth"
    ELDERLY = "elderly", "老年", "Elderly people"
    DISABILITY = "disability", "残障", "Disability"
    LAW = "law", "法律", "Law"
    PROJECTS = "projects", "项目管理", "Projects"
    EVALUATION = "evaluation", "评估", "Evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert(Held):
    """A person in the pool of an area; nobody is in one pool twice at a time."""

    id: ExpertId
    party: UUID
    fields: tuple[ExpertField, ...]

    def end(
        self, *, ended_on: date, used_until: date | None, at: datetime
    ) -> Change[Expert, ExpertFact]:
        """Let an expert leave the pool; the day given is the last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
            TermInUse: Something within it lasts longer.
        """
        ended = self.ended(ended_on=ended_on, used_until=used_until)
        return Change(ended, (ExpertHasLeft(expert=ended, ended_on=ended_on, at=at),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertWasAppointed:
    """A pool has one more."""

    expert: Expert
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertHasLeft:
    """A pool has one less, after this day."""

    expert: Expert
    ended_on: date
    at: datetime


ExpertFact = ExpertWasAppointed | ExpertHasLeft


def appoint_expert(
    expert_id: ExpertId,
    *,
    party: UUID,
    fields: tuple[ExpertField, ...],
    area: Area,
    term: Term,
    at: datetime,
) -> Change[Expert, ExpertFact]:
    """Take a person into the pool of an area."""
    expert = Expert(
        id=expert_id,
        version=1,
        party=party,
        fields=tuple(sorted(set(fields))),
        area=area.ref,
        tenure=Tenure(term=term),
    )
    return Change(expert, (ExpertWasAppointed(expert=expert, at=at),))
