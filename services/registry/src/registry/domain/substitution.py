"""A substitution: somebody stands in for somebody's dated absence, with one of their grants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.grants import Grant
from common.places import AreaRef
from common.vocabulary import Labelled
from registry.domain.entitlement import Days, Entitlement, Origin
from registry.domain.errors.substitutions import (
    AbsenceAlreadyCovered,
    AbsenceIsOver,
    SubstituteForOneself,
    SubstitutionAlreadyEnded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SubstitutionId = NewType("SubstitutionId", UUID)


class SubstitutionState(Labelled):
    """Where a substitution stands."""

    PLANNED = "planned", "待开始", "Planned"
    ACTIVE = "active", "替班中", "Active"
    OVER = "over", "已到期", "Over"
    ENDED = "ended", "提前结束", "Ended early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Who is away with which grant, and the first and the last day of it in China."""

    absent: str
    grant: Grant
    first_on: date
    last_on: date

    @property
    def days(self) -> Days:
        """The time of the absence."""
        return Days(first=self.first_on, last=self.last_on)

    def meets(self, other: Absence) -> bool:
        """Tell whether both are of one person with one grant and share a day."""
        is_same = (self.absent, self.grant) == (other.absent, other.grant)
        return is_same and self.first_on <= other.last_on and other.first_on <= self.last_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Who stands in for which absence; it lasts no longer than the absent person has the grant.

    ``place`` is where the grant reaches, none when it reaches everywhere.
    """

    id: SubstitutionId
    absence: Absence
    substitute: str
    place: AreaRef | None
    made_by: str
    made_at: datetime
    ended_at: datetime | None = None

    def state(self, at: datetime) -> SubstitutionState:
        """Return where the substitution stands at an instant."""
        if self.ended_at is not None:
            return SubstitutionState.ENDED
        if self.entitlement.is_over(at):
            return SubstitutionState.OVER
        is_active = self.entitlement.holds(at)
        return SubstitutionState.ACTIVE if is_active else SubstitutionState.PLANNED

    def end(self, *, at: datetime) -> Substitution:
        """End it before its last day, or before its first.

        Raises:
            SubstitutionAlreadyEnded: It has ended already, or its last day has passed.
        """
        if self.state(at) in {SubstitutionState.ENDED, SubstitutionState.OVER}:
            raise SubstitutionAlreadyEnded(substitution_id=self.id)
        return replace(self, ended_at=at)

    @property
    def entitlement(self) -> Entitlement:
        """What the substitute is given."""
        days = self.absence.days
        return Entitlement(
            grant=self.absence.grant,
            origin=Origin.SUBSTITUTION,
            source=self.id,
            since=days.since,
            until=days.until,
        )


def stand_in(
    substitution_id: SubstitutionId,
    absence: Absence,
    *,
    substitute: str,
    others: Iterable[Substitution],
    place: AreaRef | None,
    by: str,
    at: datetime,
) -> Substitution:
    """Have somebody stand in for an absence; ``others`` are those that have not ended.

    Raises:
        SubstituteForOneself: The absent person and the substitute are the same.
        GrantDaysOutOfOrder: The absence would end before it begins.
        AbsenceIsOver: Its last day has passed.
        AbsenceAlreadyCovered: Somebody stands in for a part of it.
    """
    if substitute == absence.absent:
        raise SubstituteForOneself
    planned = Substitution(
        id=substitution_id,
        absence=absence,
        substitute=substitute,
        place=place,
        made_by=by,
        made_at=at,
    )
    if planned.entitlement.is_over(at):
        raise AbsenceIsOver(last_on=absence.last_on)
    for other in others:
        if other.absence.meets(absence):
            raise AbsenceAlreadyCovered(
                substitution_id=other.id,
                first_on=other.absence.first_on,
                last_on=other.absence.last_on,
            )
    return planned
