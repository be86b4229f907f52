"""What callers send and receive about meetings."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from cases.app.record_meeting import RecordMeeting
from cases.domain.meeting import Meeting, MeetingId, Minutes, ParticipantKind, Participants
from cases.entrypoints.http.examples import MEETING, PARENTS, SCHOOL
from cases.entrypoints.http.shared import IdOrNew, LongText, ShortText
from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import Amount, Day, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme


class ParticipantsBody(Body):
    """How many came on behalf of one kind of participant; nobody is named."""

    model_config = example(**SCHOOL)

    kind: ParticipantKind
    count: Amount


class MeetingToRecord(Body):
    """The minutes of a meeting about a public matter; they must name no person."""

    model_config = example(**MEETING, participants=[SCHOOL, PARENTS])

    id: IdOrNew
    scheme: AreaScheme
    area: Code
    held_on: Day
    topic: ShortText
    participants: Annotated[list[ParticipantsBody], Field(min_length=1, max_length=20)]
    resolution: LongText

    def command(self) -> RecordMeeting:
        """Return what is to be done."""
        minutes = Minutes(
            area=AreaRef(self.scheme, self.area),
            held_on=self.held_on,
            topic=self.topic,
            participants=tuple(
                Participants(kind=group.kind, count=group.count) for group in self.participants
            ),
            resolution=self.resolution,
        )
        return RecordMeeting(meeting_id=MeetingId(self.id), minutes=minutes)


class ParticipantsView(View):
    """How many came on behalf of one kind of participant."""

    kind: ParticipantKind
    kind_label: str
    count: int

    @classmethod
    def of(cls, group: Participants, language: Language) -> "ParticipantsView":
        """Show a group of participants."""
        return cls(kind=group.kind, kind_label=label(group.kind, language), count=group.count)


class MeetingView(View):
    """A meeting that was held."""

    model_config = example(
        **MEETING,
        version=1,
        participants=[{**SCHOOL, "kind_label": "学校"}, {**PARENTS, "kind_label": "家长"}],
        attendance=14,
        recorded_at="2026-11-18T08:30:00Z",
    )

    id: UUID
    version: int
    scheme: AreaScheme
    area: str
    held_on: date
    topic: str
    participants: list[ParticipantsView]
    attendance: int
    resolution: str
    recorded_at: datetime

    @classmethod
    def of(cls, meeting: Meeting, language: Language) -> "MeetingView":
        """Show a meeting."""
        minutes = meeting.minutes
        return cls(
            id=meeting.id,
            version=meeting.version,
            scheme=minutes.area.scheme,
            area=minutes.area.code,
            held_on=minutes.held_on,
            topic=minutes.topic,
            participants=[ParticipantsView.of(group, language) for group in minutes.participants],
            attendance=minutes.attendance,
            resolution=minutes.resolution,
            recorded_at=meeting.recorded_at,
        )
