"""Explanations as callers receive them: rules, points, prices, what would have to be otherwise."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, Self
from uuid import UUID

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import (
    ServiceCode,
    Society,
)
from matching.domain.amendments import Amended, Amendment
from matching.domain.counterfactual import AllowedIf, ChosenIf, Priced
from matching.domain.explanation import Check, Explanation, Verdict
from matching.domain.match import DeclineReason, SaidNo
from matching.domain.need import Line
from matching.entrypoints.http.schemas import TermView, said

MOST_CANDIDATES: Final = 50

_NEED = "0192d3c4-1111-7000-8000-000000000001"
_LINE = "0192d3c4-1111-7000-8000-000000000002"
_OFFER = "0192d3c4-1111-7000-8000-000000000003"
_PARTY = "0192d3c4-0000-7000-8000-00000000aaaa"
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
_SAID_NO = {
    "reason": "no_time",
    "reason_label": "没有时间",
    "said_on": "2026-03-02",
    "lifted_at": "2026-03-04T01:30:00Z",
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
    "said_no": [_SAID_NO],
    "price": 0,
    "allowed_if": _ALLOWED_IF,
    "chosen_if": _CHOSEN_IF,
}


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


class SaidNoView(View):
    """A no of the party to the need; with `lifted_at` it counts no more, since then."""

    model_config = example(**_SAID_NO)

    reason: DeclineReason
    reason_label: str
    said_on: date
    lifted_at: datetime | None = None

    @classmethod
    def each(cls, said_no: Sequence[SaidNo], language: Language) -> list[Self]:
        """Show answers to somebody who reads this language."""
        return [
            cls(
                reason=each.reason,
                reason_label=label(each.reason, language),
                said_on=each.said_on,
                lifted_at=each.lifted_at,
            )
            for each in said_no
        ]


class ExplainedPairView(View):
    """One line with one offer: what came of it, why, and what each reason counts.

    `price` is what it would cost all others that the offer serves this line, in points. It and
    `chosen_if` are missing where the line is filled, and beyond the first of a long list. `said_no`
    are the party's earlier answers to the need; another time or place has lifted some of them.
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
    said_no: list[SaidNoView]
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
            said_no=SaidNoView.each(explanation.said_no, language),
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
