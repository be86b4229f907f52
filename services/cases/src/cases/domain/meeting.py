"""A community meeting (协商会): who came, and what was resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from cases.domain.errors import MeetingNotHeldYet
from common.change import Change
from common.clock import CHINA
from common.places import AreaRef
from common.vocabulary import Labelled

MeetingId = NewType("MeetingId", UUID)


class ParticipantKind(Labelled):
    """On whose behalf people came; who they were is nobody's business here."""

    SCHOOL = "school", "学校", "School"
    PROPERTY_COMPANY = "property_company", "物业公司", "Property company"
    PARENTS = "parents", "家长", "Parents"
    COMMUNITY = "community", "社区", "Community"
    STATION = "station", "社工站", "Station"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """How many came on behalf of one kind of participant."""

    kind: ParticipantKind
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What the record of a meeting says, about a public matter; it names no person."""

    area: AreaRef
    held_on: date
    topic: str
    participants: tuple[Participants, ...]
    resolution: str

    @property
    def attendance(self) -> int:
        """How many people came in all."""
        return sum(group.count for group in self.participants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that was held.

    Its minutes are final: what was resolved later is resolved by another meeting, so that a need
    can point to the words that it came from.
    """

    id: MeetingId
    version: int
    pool_id: UUID
    minutes: Minutes
    recorded_at: datetime

    @classmethod
    def record(
        cls, meeting_id: MeetingId, minutes: Minutes, *, pool_id: UUID, at: datetime
    ) -> Change[Meeting, MeetingWasRecorded]:
        """Put the minutes of a meeting on record.

        Raises:
            MeetingNotHeldYet: Its day, in China, is still to come.
        """
        if minutes.held_on > at.astimezone(CHINA).date():
            raise MeetingNotHeldYet(held_on=minutes.held_on)
        meeting = cls(id=meeting_id, version=1, pool_id=pool_id, minutes=minutes, recorded_at=at)
        return Change(meeting, (MeetingWasRecorded(meeting),))


@dataclass(frozen=True, slots=True)
class MeetingWasRecorded:
    """A meeting was put on record."""

    meeting: Meeting
