"""What the story of a need looks like to callers."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import AreaScheme, Beneficiary, LineKind, ServiceCode, Society, Unit
from reporting.app.find_needs import NeedAnswer
from reporting.app.ports import JournalEntry
from reporting.domain.facts import Moment
from reporting.domain.linkage import Leg, legs
from reporting.domain.timeline import LineProgress, NeedState, SocietyShare, Timeline
from reporting.entrypoints.http.schemas import MeasuresView

_NEED = "0192d3c4-5b6a-7890-8abc-def012345678"
_EVENT = "0192d3c4-6c01-7bb0-9d1e-2f3a4b5c6d7e"
_LINE = "0192d3c4-5b6b-7111-8222-333344445555"
_MATCH = "0192d3c4-5f00-7d11-8c22-33445566aabb"
_SUBMITTED = "2026-11-21T01:30:00Z"
_SUMMARY: dict[str, Any] = {
    "need_id": _NEED,
    "scheme": "nbs",
    "area": "210213009",
    "state": "met",
    "beneficiary": "group",
    "urgency": 2,
    "persons_in_need": 40,
    "submitted_at": _SUBMITTED,
    "proposed_at": "2026-11-21T01:30:00.061Z",
    "first_accepted_at": "2026-11-21T01:42:10Z",
    "all_accepted_at": "2026-11-21T02:05:00Z",
    "fulfilled_at": "2026-11-28T08:00:00Z",
    "closed_at": "2026-11-28T08:10:00Z",
    "seconds": {
        "to_proposal": 0.061,
        "to_first_acceptance": 730.0,
        "to_all_accepted": 2100.0,
        "to_fulfilment": 628200.0,
        "to_closure": 628800.0,
    },
    "society_count": 5,
    "societies": [
        {"society": "community", "society_label": "社区", "match_ids": [_MATCH]},
    ],
    "measures": {"records": 4, "persons": 40, "person_times": 62, "households": 0, "sessions": 3},
}


class SocietyShareView(View):
    """One of the five societies, with the matches by which it takes part."""

    society: Society
    society_label: str
    match_ids: tuple[UUID, ...]

    @classmethod
    def of(cls, share: SocietyShare, language: Language) -> "SocietyShareView":
        """Show a share."""
        return cls(
            society=share.society,
            society_label=label(share.society, language),
            match_ids=share.match_ids,
        )


class StoryView(View):
    """The story of a need in figures.

    ``seconds`` counts from the submission. ``persons_in_need`` is how many need it, ``measures`` is
    what was done for them; persons, person-times, households and sessions are never added.
    """

    model_config: ClassVar[ConfigDict] = example(**_SUMMARY)

    need_id: UUID
    scheme: AreaScheme
    area: str
    state: NeedState
    beneficiary: Beneficiary
    urgency: int
    persons_in_need: int
    submitted_at: datetime
    proposed_at: datetime | None
    first_accepted_at: datetime | None
    all_accepted_at: datetime | None
    fulfilled_at: datetime | None
    closed_at: datetime | None
    seconds: dict[Leg, float | None]
    society_count: int
    societies: tuple[SocietyShareView, ...]
    measures: MeasuresView

    @classmethod
    def of(cls, story: Timeline, language: Language) -> "StoryView":
        """Show a story."""
        return cls(**_told(story, language))


class LineView(View):
    """One line of the need; ``derived_from`` names the line that brought it about."""

    line_id: UUID
    kind: LineKind
    service: ServiceCode
    service_label: str
    quantity: int | None
    unit: Unit | None
    delivered: int
    derived_from: UUID | None
    accepted_at: datetime | None
    accepted_event: UUID | None
    fulfilled_at: datetime | None
    fulfilled_event: UUID | None

    @classmethod
    def of(cls, progress: LineProgress, language: Language) -> "LineView":
        """Show a line."""
        line = progress.line
        return cls(
            line_id=line.line_id,
            kind=line.kind,
            service=line.service,
            service_label=label(line.service, language),
            quantity=line.quantity,
            unit=line.unit,
            delivered=progress.delivered,
            derived_from=line.derived_from,
            **_pair("accepted", progress.accepted),
            **_pair("fulfilled", progress.fulfilled),
        )


class EventView(View):
    """An event of the story; the journal has all of it."""

    id: UUID
    type: str
    subject: str
    version: int
    time: datetime

    @classmethod
    def of(cls, entry: JournalEntry) -> "EventView":
        """Show an event in one line."""
        return cls(
            id=entry.id,
            type=entry.type,
            subject=entry.subject,
            version=entry.version,
            time=entry.time,
        )


class WholeStoryView(StoryView):
    """The story of a need with its lines and every event that tells it, as of one instant."""

    model_config: ClassVar[ConfigDict] = example(
        as_of="2026-11-28T09:00:00Z",
        **_SUMMARY,
        lines=[
            {
                "line_id": _LINE,
                "kind": "venue",
                "service": "waiting_room",
                "service_label": "等候场所",
                "quantity": 1,
                "unit": "room",
                "delivered": 1,
                "derived_from": None,
                "accepted_at": "2026-11-21T01:42:10Z",
                "accepted_event": _EVENT,
                "fulfilled_at": "2026-11-28T08:00:00Z",
                "fulfilled_event": _EVENT,
            }
        ],
        events=[
            {
                "id": _EVENT,
                "type": "cases.need.submitted.v1",
                "subject": _NEED,
                "version": 1,
                "time": _SUBMITTED,
            }
        ],
    )

    as_of: datetime
    lines: tuple[LineView, ...]
    events: tuple[EventView, ...]

    @classmethod
    def whole(cls, answer: NeedAnswer, language: Language) -> "WholeStoryView":
        """Show a story with everything that tells it."""
        return cls(
            **_told(answer.story, language),
            as_of=answer.as_of,
            lines=tuple(LineView.of(line, language) for line in answer.story.lines),
            events=tuple(EventView.of(entry) for entry in answer.events),
        )


def _told(story: Timeline, language: Language) -> dict[str, Any]:
    facts = story.facts
    return {
        "need_id": facts.need_id,
        "scheme": facts.area.scheme,
        "area": facts.area.code,
        "state": story.state,
        "beneficiary": facts.beneficiary,
        "urgency": facts.urgency,
        "persons_in_need": facts.persons,
        "submitted_at": facts.submitted.at,
        "proposed_at": story.proposed_at,
        "first_accepted_at": story.first_accepted_at,
        "all_accepted_at": story.all_accepted_at,
        "fulfilled_at": story.fulfilled_at,
        "closed_at": story.closed_at,
        "seconds": dict(legs(story)),
        "society_count": len(story.societies),
        "societies": tuple(SocietyShareView.of(share, language) for share in story.societies),
        "measures": MeasuresView.of(story.measures),
    }


def _pair(step: str, moment: Moment | None) -> dict[str, Any]:
    return {
        f"{step}_at": None if moment is None else moment.at,
        f"{step}_event": None if moment is None else moment.event_id,
    }
