"""What cases promises to tell: what is needed and what was done."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event
from common.vocabulary import (
    Beneficiary,
    LineKind,
    ServiceCode,
    ServicePath,
    Society,
    Unit,
    Weekday,
)


class Point(BaseModel):
    """A position in WGS-84, in degrees; exact only for public places."""

    model_config = ConfigDict(frozen=True)

    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class MeetingRecorded(Event, name="cases.meeting.recorded.v1"):
    """A community meeting (协商会) was held and came to a resolution."""

    meeting_id: UUID
    place: PlaceCode
    attendance: int
    recorded_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.meeting_id)


class LineAsked(BaseModel):
    """One line of a need: one kind of thing, in a unit and quantity.

    ``weekdays`` empty means that any day will do. ``within_metres`` is how far from the place the
    thing may be; none means that distance is no obstacle in itself. The lines of a need that are
    ``all_or_nothing`` are filled together, or not at all. What is asked for begins no earlier than
    ``not_before`` and is over by ``not_after``; none means that this does not matter.
    """

    model_config = ConfigDict(frozen=True)

    line_id: UUID
    kind: LineKind
    service: ServiceCode
    quantity: int = Field(gt=0)
    unit: Unit
    weekdays: frozenset[Weekday] = frozenset()
    within_metres: int | None = None
    needs_vetting: bool = False
    all_or_nothing: bool = False
    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None


class NeedEvent(Event):
    """Every event about one need."""

    need_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.need_id)


class NeedSubmitted(NeedEvent, name="cases.need.submitted.v1"):
    """Somebody needs help: a person, a household, a group or a public place."""

    pool_id: UUID
    place: PlaceCode
    point: Point | None = None
    beneficiary: Beneficiary
    persons: int
    urgency: Literal[1, 2, 3, 4]
    lines: tuple[LineAsked, ...]
    meeting_id: UUID | None = None
    submitted_at: AwareDatetime


class NeedChanged(NeedEvent, name="cases.need.changed.v1"):
    """The time or the place of an open need is other than it was; earlier refusals count no more.

    Both are told as they are now, of all lines, whichever of them has changed. Its pool and the
    rest of its words stay the same.
    """

    pool_id: UUID
    place: PlaceCode
    point: Point | None = None
    lines: tuple[LineAsked, ...]
    changed_at: AwareDatetime


class NeedWithdrawn(NeedEvent, name="cases.need.withdrawn.v1"):
    """The need no longer exists; nothing more may be matched to it."""

    pool_id: UUID
    withdrawn_at: AwareDatetime


class NeedClosed(NeedEvent, name="cases.need.closed.v1"):
    """The need was met, or its worker ended it for a reason."""

    pool_id: UUID
    is_met: bool
    closed_at: AwareDatetime


class ServiceRecorded(Event, name="cases.service_record.recorded.v1"):
    """A service was given for one line of a need, by one match.

    Persons, person-times and sessions are different measures and stay apart.
    """

    record_id: UUID
    need_id: UUID
    line_id: UUID
    match_id: UUID
    pool_id: UUID
    place: PlaceCode
    path: ServicePath
    society: Society
    quantity: int
    unit: Unit
    persons: int
    person_times: int
    sessions: int
    started_at: AwareDatetime
    ended_at: AwareDatetime
    recorded_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.record_id)
