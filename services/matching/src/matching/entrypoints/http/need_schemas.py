"""The queue, and what workers decide about a need, as callers send and receive it."""

from datetime import date, datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import PlaceView
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    MatchState,
    ServiceCode,
    Unit,
    Weekday,
)
from matching.app.decide_plan import ApprovePlan, NoteRefusal
from matching.app.nag import Addressee
from matching.app.ports import Refusal
from matching.app.queries import QueuedNeed
from matching.domain.identity import LineId, NeedId, PartyId
from matching.domain.match import HOLDING, DeclineReason
from matching.domain.need import Line, LineOrigin, NeedState, SearchArea
from matching.entrypoints.http.schemas import in_order

MOST_LINES: Final = 100

_NEED = "0192d3c4-1111-7000-8000-000000000001"
_LINE = "0192d3c4-1111-7000-8000-000000000002"
_PARTY = "0192d3c4-0000-7000-8000-00000000aaaa"
ASKED_LINE: Final = {
    "id": _LINE,
    "kind": "companionship",
    "service": "company",
    "service_label": "陪伴照看",
    "quantity": 4,
    "unit": "person",
    "unit_label": "人",
    "weekdays": ["sat"],
    "within_metres": 2000,
    "needs_vetting": True,
    "all_or_nothing": False,
    "not_before": "2026-03-06T16:00:00Z",
    "not_after": None,
    "origin": "asked",
    "derived_from": None,
    "approved_at": "2026-03-02T04:05:00Z",
    "urgent_since": None,
}


class Approval(Body):
    """Which lines are approved; all of them if none are named."""

    model_config = example(line_ids=[_LINE])

    line_ids: Annotated[list[UUID] | None, Field(min_length=1, max_length=MOST_LINES)] = None

    def command(self, need_id: UUID) -> ApprovePlan:
        """Return what is to be done."""
        named = None if self.line_ids is None else frozenset(map(LineId, self.line_ids))
        return ApprovePlan(need_id=NeedId(need_id), line_ids=named)


class RefusalToNote(Body):
    """A party's no, told by telephone."""

    model_config = example(party_id=_PARTY, reason="no_time", said_on="2026-03-02")

    party_id: UUID
    reason: Literal["no_time", "no_capacity", "too_far", "not_suitable", "other"]
    said_on: Day

    def command(self, need_id: UUID) -> NoteRefusal:
        """Return what is to be done."""
        return NoteRefusal(
            need_id=NeedId(need_id),
            party_id=PartyId(self.party_id),
            reason=DeclineReason(self.reason),
            said_on=self.said_on,
        )


class RefusalView(View):
    """A party's no to a need; final until time or place changes."""

    model_config = example(
        need_id=_NEED,
        party_id=_PARTY,
        reason="no_time",
        reason_label="没有时间",
        said_on="2026-03-02",
        recorded_at="2026-03-02T04:10:00Z",
    )

    need_id: UUID
    party_id: UUID
    reason: DeclineReason
    reason_label: str
    said_on: date
    recorded_at: datetime

    @classmethod
    def of(cls, refusal: Refusal, language: Language) -> Self:
        """Show a refusal to somebody who reads this language."""
        return cls(
            need_id=refusal.need_id,
            party_id=refusal.party_id,
            reason=refusal.reason,
            reason_label=label(refusal.reason, language),
            said_on=refusal.said_on,
            recorded_at=refusal.recorded_at,
        )


class LineView(View):
    """What one line asks for."""

    model_config = example(**ASKED_LINE)

    id: UUID
    kind: LineKind
    service: ServiceCode
    service_label: str
    quantity: int
    unit: Unit
    unit_label: str
    weekdays: list[Weekday]
    within_metres: int | None = None
    needs_vetting: bool
    all_or_nothing: bool
    not_before: datetime | None = None
    not_after: datetime | None = None
    origin: LineOrigin
    derived_from: UUID | None = None
    approved_at: datetime | None = None
    urgent_since: datetime | None = None

    @classmethod
    def of(cls, line: Line, language: Language) -> Self:
        """Show a line to somebody who reads this language."""
        return cls(
            id=line.id,
            kind=line.kind,
            service=line.service,
            service_label=label(line.service, language),
            quantity=line.quantity,
            unit=line.unit,
            unit_label=label(line.unit, language),
            weekdays=in_order(line.weekdays),
            within_metres=line.within_metres,
            needs_vetting=line.needs_vetting,
            all_or_nothing=line.all_or_nothing,
            not_before=line.window.not_before,
            not_after=line.window.not_after,
            origin=line.origin,
            derived_from=line.derived_from,
            approved_at=line.approved_at,
            urgent_since=line.urgent_since,
        )


class QueuedLineView(View):
    """A line in the queue; without a state nobody has been found for it."""

    line: LineView
    state: MatchState | None = None
    state_label: str | None = None


class QueuedNeedView(View):
    """A need in the queue, and how far each of its lines has come.

    `search_area` is how far around a home offers are looked for; it widens as the need waits in
    vain. `waits_for_approval_since` is when a line first had a proposal that no worker has decided
    about; `told` is who was told that this is too long.
    """

    model_config = example(
        id=_NEED,
        scheme="nbs",
        area="210213009",
        place={"longitude": 121.72, "latitude": 39.06},
        beneficiary="group",
        beneficiary_label="群体",
        persons=40,
        urgency=3,
        submitted_at="2026-03-02T03:50:00Z",
        state="open",
        state_label="进行中",
        search_area="township",
        search_area_label="本乡镇（街道）",
        plan_version=1,
        waits_for_approval_since="2026-03-02T04:00:00Z",
        told="station",
        told_label="所属社工站",
        open_lines=1,
        lines=[{"line": ASKED_LINE, "state": "asked", "state_label": "已征询"}],
    )

    id: UUID
    scheme: AreaScheme
    area: str
    place: PlaceView | None = None
    beneficiary: Beneficiary
    beneficiary_label: str
    persons: int
    urgency: int
    submitted_at: datetime
    state: NeedState
    state_label: str
    search_area: SearchArea
    search_area_label: str
    plan_version: int
    waits_for_approval_since: datetime | None = None
    told: Addressee | None = None
    told_label: str | None = None
    open_lines: int
    lines: list[QueuedLineView]

    @classmethod
    def of(cls, queued: QueuedNeed, language: Language) -> Self:
        """Show a need to somebody who reads this language."""
        need = queued.need
        return cls(
            id=need.id,
            scheme=need.site.area.scheme,
            area=need.site.area.code,
            place=PlaceView.of(need.site.point),
            beneficiary=need.beneficiary,
            beneficiary_label=label(need.beneficiary, language),
            persons=need.persons,
            urgency=need.urgency,
            submitted_at=need.submitted_at,
            state=need.state,
            state_label=label(need.state, language),
            search_area=need.search_area,
            search_area_label=label(need.search_area, language),
            plan_version=queued.plan_version,
            waits_for_approval_since=queued.waits_for_approval_since,
            told=queued.told,
            told_label=None if queued.told is None else label(queued.told, language),
            open_lines=sum(state not in HOLDING for _, state in queued.states),
            lines=[
                QueuedLineView(
                    line=LineView.of(line, language),
                    state=state,
                    state_label=None if state is None else label(state, language),
                )
                for line, state in queued.states
            ],
        )
