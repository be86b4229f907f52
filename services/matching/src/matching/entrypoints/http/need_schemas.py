"""The queue, linkage plans and explanations as callers send and receive them."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
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
    Society,
    Unit,
    Weekday,
)
from matching.app.decide_plan import ApprovePlan, NoteRefusal
from matching.app.nag import Addressee
from matching.app.ports import Refusal
from matching.app.queries import QueuedNeed, SeenMatch, SeenPart, SeenPlan
from matching.domain.amendments import Amended, Amendment
from matching.domain.counterfactual import AllowedIf, ChosenIf, Priced
from matching.domain.explanation import Check, Explanation, Verdict
from matching.domain.identity import LineId, NeedId, PartyId
from matching.domain.linkage import Certificate
from matching.domain.match import HOLDING, DeclineReason
from matching.domain.need import Line, LineOrigin, NeedState
from matching.entrypoints.http.match_schemas import MatchView
from matching.entrypoints.http.schemas import TermView, in_order, said

MOST_LINES: Final = 100
MOST_CANDIDATES: Final = 50

_NEED = "0192d3c4-1111-7000-8000-000000000001"
_LINE = "0192d3c4-1111-7000-8000-000000000002"
_OFFER = "0192d3c4-1111-7000-8000-000000000003"
_PARTY = "0192d3c4-0000-7000-8000-00000000aaaa"


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


_ASKED_LINE = {
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
    "origin": "asked",
    "derived_from": None,
    "approved_at": "2026-03-02T04:05:00Z",
    "urgent_since": None,
}
_CERTIFICATE = {
    "plan_sequence": 7,
    "status": "optimal",
    "value": 4210,
    "bound": 4210,
    "gap": 0,
    "engine_version": "exact-1",
    "policy_version": 1,
}
_CHECK = {
    "code": "weekday_fits",
    "title": "时间相符",
    "holds": False,
    "sentence_zh": "周六没空（只在周一、周二）。",
    "sentence_en": "Not free on Saturday (only Monday, Tuesday).",
    "source": None,
}
_AMENDMENT = {
    "what": "offer.weekdays",
    "what_label": "供给的日子",
    "by": 1,
    "to": "mon,tue,sat",
}
_ALLOWED_IF = {
    "changes": [_AMENDMENT],
    "sentence_zh": "若周六也有空，则可以对接。",
    "sentence_en": "It would be allowed if it were also free on Saturday.",
}
_CHOSEN_IF = {
    "changes": [_AMENDMENT],
    "points": 0,
    "instead": [],
    "sentence_zh": "若周六也有空，则会被选用。",
    "sentence_en": "It would be chosen if it were also free on Saturday.",
}
_FORBIDDEN_PAIR = {
    "line_id": _LINE,
    "service": "company",
    "service_label": "陪伴照看",
    "offer_id": _OFFER,
    "offer_title": "工作日陪伴",
    "party_id": _PARTY,
    "party_name": "光明街道志愿服务队",
    "society": "volunteer",
    "society_label": "社区志愿者",
    "verdict": "forbidden",
    "verdict_label": "不符合条件",
    "sentence_zh": "周六没空（只在周一、周二）。",
    "sentence_en": "Not free on Saturday (only Monday, Tuesday).",
    "distance_metres": 900,
    "value": None,
    "terms": [],
    "failed_rules": ["weekday_fits"],
    "price": 0,
    "allowed_if": _ALLOWED_IF,
    "chosen_if": _CHOSEN_IF,
}


class LineView(View):
    """What one line asks for."""

    model_config = example(**_ASKED_LINE)

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

    `waits_for_approval_since` is when a line first had a proposal that no worker has decided about;
    `told` is who was told that this is too long.
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
        plan_version=1,
        waits_for_approval_since="2026-03-02T04:00:00Z",
        told="station",
        told_label="所属社工站",
        open_lines=1,
        lines=[{"line": _ASKED_LINE, "state": "asked", "state_label": "已征询"}],
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


class CertificateView(View):
    """How good the pool's plan was proved to be: no plan is worth more than `bound`."""

    model_config = example(**_CERTIFICATE)

    plan_sequence: int
    status: Literal["optimal", "feasible"]
    value: int
    bound: int
    gap: int
    engine_version: str
    policy_version: int

    @classmethod
    def of(cls, certificate: Certificate | None) -> Self | None:
        """Show a certificate, if a plan was made."""
        if certificate is None:
            return None
        return cls(
            plan_sequence=certificate.plan_sequence,
            status="optimal" if certificate.gap == 0 else "feasible",
            value=certificate.value,
            bound=certificate.bound,
            gap=certificate.gap,
            engine_version=certificate.engine_version,
            policy_version=certificate.policy_version,
        )


class PlanLineView(View):
    """One line of a linkage plan, and the match that fills it, if there is one."""

    line: LineView
    society: Society | None = None
    society_label: str | None = None
    match: MatchView | None = None

    @classmethod
    def of(cls, part: SeenPart, language: Language) -> Self:
        """Show a line to somebody who reads this language."""
        seen: SeenMatch | None = part.seen
        society = None if seen is None else seen.match.pairing.society
        return cls(
            line=LineView.of(part.line, language),
            society=society,
            society_label=None if society is None else label(society, language),
            match=None if seen is None else MatchView.of(seen, language),
        )


class PlanView(View):
    """The linkage plan (联动方案) of a need: which society fills which line, and what is missing.

    Version 0 means that no plan was made yet.
    """

    model_config = example(
        need_id=_NEED,
        version=1,
        lines=[
            {"line": _ASKED_LINE, "society": None, "society_label": None, "match": None},
        ],
        societies=[],
        missing=[_LINE],
        certificate=_CERTIFICATE,
    )

    need_id: UUID
    version: int
    lines: list[PlanLineView]
    societies: list[Society]
    missing: list[UUID]
    certificate: CertificateView | None = None

    @classmethod
    def of(cls, plan: SeenPlan, language: Language) -> Self:
        """Show a plan to somebody who reads this language."""
        lines = [PlanLineView.of(part, language) for part in plan.parts]
        taking_part = {line.society for line in lines}
        return cls(
            need_id=plan.need.id,
            version=plan.version,
            lines=lines,
            societies=[society for society in Society if society in taking_part],
            missing=[part.line.id for part in plan.parts if part.seen is None],
            certificate=CertificateView.of(plan.certificate),
        )


class CheckView(View):
    """One rule for one pair: whether it holds, why, and the law behind it."""

    model_config = example(**_CHECK)

    code: str
    title: str
    holds: bool
    sentence_zh: str
    sentence_en: str
    source: str | None = None

    @classmethod
    def of(cls, check: Check, language: Language) -> Self:
        """Show a check to somebody who reads this language."""
        rule, sentence = check.rule, check.says.sentence()
        return cls(
            code=rule.code,
            title=said(rule.title, language),
            holds=check.holds,
            sentence_zh=sentence.zh,
            sentence_en=sentence.en,
            source=None if rule.source is None else said(rule.source, language),
        )


class AmendmentView(View):
    """One thing that would have to be otherwise, by how much and what it would be then.

    `by` counts metres, units of the quantity, days or seconds; 1 where there is nothing to count.
    """

    model_config = example(**_AMENDMENT)

    what: Amended
    what_label: str
    by: int
    to: str

    @classmethod
    def each(cls, amendments: Sequence[Amendment], language: Language) -> list[Self]:
        """Show changes to somebody who reads this language."""
        return [
            cls(
                what=each.what,
                what_label=label(each.what, language),
                by=each.amount,
                to=each.to,
            )
            for each in amendments
        ]


class AllowedIfView(View):
    """The smallest set of changes by which every rule would hold; none of them can be left out."""

    model_config = example(**_ALLOWED_IF)

    changes: list[AmendmentView]
    sentence_zh: str
    sentence_en: str

    @classmethod
    def of(cls, allowed_if: AllowedIf, language: Language) -> Self:
        """Show what would have to be otherwise."""
        return cls(
            changes=AmendmentView.each(allowed_if.amendments, language),
            sentence_zh=allowed_if.says.zh,
            sentence_en=allowed_if.says.en,
        )


class ChosenIfView(View):
    """By how many points the pair would have to be worth more, after the changes if there are any.

    With so many points every best plan has the pair; with one less there is one without it. Each of
    `instead` alone would do as well as the points; a list of candidates leaves it out.
    """

    model_config = example(**_CHOSEN_IF)

    changes: list[AmendmentView]
    points: int
    instead: list[AmendmentView]
    sentence_zh: str
    sentence_en: str

    @classmethod
    def of(cls, chosen_if: ChosenIf, language: Language) -> Self:
        """Show what would make the plan choose a pair."""
        return cls(
            changes=AmendmentView.each(chosen_if.amendments, language),
            points=chosen_if.points,
            instead=AmendmentView.each(chosen_if.instead, language),
            sentence_zh=chosen_if.says.zh,
            sentence_en=chosen_if.says.en,
        )


class ExplainedPairView(View):
    """One line with one offer: what came of it, why, and what each reason counts.

    `price` is what it would cost all others that the offer serves this line, in points. It and
    `chosen_if` are missing where the line is filled, and beyond the first of a long list.
    """

    model_config = example(**_FORBIDDEN_PAIR)

    line_id: UUID
    service: ServiceCode
    service_label: str
    offer_id: UUID
    offer_title: str
    party_id: UUID
    party_name: str
    society: Society
    society_label: str
    verdict: Verdict
    verdict_label: str
    sentence_zh: str
    sentence_en: str
    distance_metres: int | None = None
    value: int | None = None
    terms: list[TermView]
    failed_rules: list[str]
    price: int | None = None
    allowed_if: AllowedIfView | None = None
    chosen_if: ChosenIfView | None = None

    @classmethod
    def of(cls, explanation: Explanation, language: Language) -> Self:
        """Show an explanation to somebody who reads this language."""
        line, offer, worth = explanation.line, explanation.offer, explanation.worth
        allowed_if, priced = explanation.allowed_if, explanation.priced or Priced(None, None)
        chosen_if = priced.chosen_if
        return cls(
            line_id=line.id,
            service=line.service,
            service_label=label(line.service, language),
            offer_id=offer.id,
            offer_title=offer.supply.title,
            party_id=explanation.party.id,
            party_name=explanation.party.public_name,
            society=offer.society,
            society_label=label(offer.society, language),
            verdict=explanation.verdict,
            verdict_label=label(explanation.verdict, language),
            sentence_zh=explanation.says.zh,
            sentence_en=explanation.says.en,
            distance_metres=explanation.metres,
            value=None if worth is None else worth.total,
            terms=[] if worth is None else TermView.each(worth, language),
            failed_rules=[check.rule.code for check in explanation.failed],
            price=None if priced.stakes is None else priced.stakes.price,
            allowed_if=None if allowed_if is None else AllowedIfView.of(allowed_if, language),
            chosen_if=None if chosen_if is None else ChosenIfView.of(chosen_if, language),
        )


class ExplainedLineView(View):
    """One line with the offer in question, and every rule asked in turn."""

    pair: ExplainedPairView
    rules: list[CheckView]


class ExplanationView(View):
    """Why an offer is matched with a need, or why it is not."""

    model_config = example(
        need_id=_NEED, offer_id=_OFFER, lines=[{"pair": _FORBIDDEN_PAIR, "rules": [_CHECK]}]
    )

    need_id: UUID
    offer_id: UUID
    lines: list[ExplainedLineView]

    @classmethod
    def of(
        cls, need_id: UUID, offer_id: UUID, found: Sequence[Explanation], language: Language
    ) -> Self:
        """Show explanations to somebody who reads this language."""
        return cls(
            need_id=need_id,
            offer_id=offer_id,
            lines=[
                ExplainedLineView(
                    pair=ExplainedPairView.of(each, language),
                    rules=[CheckView.of(check, language) for check in each.checks],
                )
                for each in found
            ],
        )


class CandidatesOfLineView(View):
    """The offers that could fill a line, best first, and those that name its service and cannot.

    At most 50 of each.
    """

    line_id: UUID
    service: ServiceCode
    service_label: str
    candidates: list[ExplainedPairView]
    rejected: list[ExplainedPairView]


class CandidatesView(View):
    """Who could help with a need."""

    model_config = example(
        need_id=_NEED,
        lines=[
            {
                "line_id": _LINE,
                "service": "company",
                "service_label": "陪伴照看",
                "candidates": [],
                "rejected": [_FORBIDDEN_PAIR],
            }
        ],
    )

    need_id: UUID
    lines: list[CandidatesOfLineView]

    @classmethod
    def of(
        cls, need_id: UUID, lines: Sequence[Line], found: Sequence[Explanation], language: Language
    ) -> Self:
        """Show candidates to somebody who reads this language."""
        by_line = {
            line_id: list(each) for line_id, each in groupby(found, lambda each: each.line.id)
        }
        return cls(
            need_id=need_id,
            lines=[_candidates(line, by_line.get(line.id, []), language) for line in lines],
        )


def _candidates(
    line: Line, found: Sequence[Explanation], language: Language
) -> CandidatesOfLineView:
    good = [each for each in found if each.verdict is not Verdict.FORBIDDEN]
    bad = [each for each in found if each.verdict is Verdict.FORBIDDEN]
    return CandidatesOfLineView(
        line_id=line.id,
        service=line.service,
        service_label=label(line.service, language),
        candidates=[ExplainedPairView.of(each, language) for each in good[:MOST_CANDIDATES]],
        rejected=[ExplainedPairView.of(each, language) for each in bad[:MOST_CANDIDATES]],
    )
