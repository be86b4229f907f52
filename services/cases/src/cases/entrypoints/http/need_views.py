"""What callers receive about needs."""

from datetime import datetime
from uuid import UUID

from cases.domain.line import NeedLine
from cases.domain.need import Closure, NeedState, Urgency
from cases.domain.progress import DerivedLine, FollowedNeed, LineOrigin, LineState, Progress
from cases.entrypoints.http.examples import NEED, ROOM
from common.http.languages import Language
from common.http.places import PlaceView
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import AreaScheme, Beneficiary, LineKind, ServiceCode, Unit, Weekday


class LineView(View):
    """A line of a need: one that was asked for, or one that came along with another."""

    id: UUID
    origin: LineOrigin
    derived_from: UUID | None = None
    state: LineState
    state_label: str
    kind: LineKind
    service: ServiceCode
    service_label: str
    quantity: int | None = None
    unit: Unit | None = None
    unit_label: str | None = None
    weekdays: list[Weekday]
    within_metres: int | None = None
    needs_vetting: bool
    all_or_nothing: bool
    not_before: datetime | None = None
    not_after: datetime | None = None

    @classmethod
    def asked(cls, line: NeedLine, progress: Progress, language: Language) -> "LineView":
        """Show a line that was asked for."""
        state = progress.state_of(line.id)
        return cls(
            id=line.id,
            origin=LineOrigin.ASKED,
            state=state,
            state_label=label(state, language),
            kind=line.kind,
            service=line.service,
            service_label=label(line.service, language),
            quantity=line.quantity,
            unit=line.unit,
            unit_label=label(line.unit, language),
            weekdays=[day for day in Weekday if day in line.weekdays],
            within_metres=line.within_metres,
            needs_vetting=line.needs_vetting,
            all_or_nothing=line.all_or_nothing,
            not_before=line.not_before,
            not_after=line.not_after,
        )

    @classmethod
    def derived(cls, line: DerivedLine, progress: Progress, language: Language) -> "LineView":
        """Show a line that came along with another."""
        state = progress.state_of(line.id)
        return cls(
            id=line.id,
            origin=LineOrigin.DERIVED,
            derived_from=line.derived_from,
            state=state,
            state_label=label(state, language),
            kind=line.kind,
            service=line.service,
            service_label=label(line.service, language),
            weekdays=[],
            needs_vetting=False,
            all_or_nothing=False,
        )


class NeedView(View):
    """A need, its lines, and how far they have come."""

    model_config = example(
        **NEED,
        version=1,
        state="open",
        state_label="进行中",
        beneficiary_label="群体",
        lines=[
            {
                **ROOM,
                "origin": "asked",
                "state": "open",
                "state_label": "待满足",
                "kind": "venue",
                "service_label": "等候场所",
                "unit_label": "间",
            }
        ],
        submitted_at="2026-11-18T08:40:00Z",
    )

    id: UUID
    version: int
    state: NeedState
    state_label: str
    meeting_id: UUID | None = None
    scheme: AreaScheme
    area: str
    beneficiary: Beneficiary
    beneficiary_label: str
    persons: int
    urgency: Urgency
    title: str
    place: PlaceView | None = None
    client_ref: UUID | None = None
    lines: list[LineView]
    submitted_at: datetime
    changed_at: datetime | None = None
    ended_at: datetime | None = None
    is_met: bool | None = None
    note: str | None = None

    @classmethod
    def of(cls, followed: FollowedNeed, language: Language) -> "NeedView":
        """Show a need."""
        need, told = followed.need, followed.need.description
        closure = need.ending if isinstance(need.ending, Closure) else None
        return cls(
            id=need.id,
            version=need.version,
            state=need.state,
            state_label=label(need.state, language),
            meeting_id=told.meeting_id,
            scheme=told.area.scheme,
            area=told.area.code,
            beneficiary=told.beneficiary,
            beneficiary_label=label(told.beneficiary, language),
            persons=told.persons,
            urgency=told.urgency,
            title=told.title,
            place=PlaceView.of(told.place),
            client_ref=told.client_ref,
            lines=_lines(followed, language),
            submitted_at=need.submitted_at,
            changed_at=need.changed_at,
            ended_at=None if need.ending is None else need.ending.at,
            is_met=None if closure is None else closure.is_met,
            note=None if closure is None else closure.note,
        )


def _lines(followed: FollowedNeed, language: Language) -> list[LineView]:
    progress = followed.progress
    return [
        *(LineView.asked(line, progress, language) for line in followed.need.description.lines),
        *(LineView.derived(line, progress, language) for line in progress.derived),
    ]
