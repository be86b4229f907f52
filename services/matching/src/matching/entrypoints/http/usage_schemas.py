"""The use of an offer as callers receive it."""

from typing import Self
from uuid import UUID

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import Unit
from matching.domain.moderation import HiddenBecause
from matching.domain.usage import FailingRule, Usage
from matching.entrypoints.http.schemas import said

_FAILING = {"rule": "place_within_reach", "title": "地点可及", "lines": 9, "alone": 7}


class FailingRuleView(View):
    """A rule that keeps an offer from lines that ask for its service."""

    model_config = example(**_FAILING)

    rule: str
    title: str
    lines: int
    """Lines of the service that the rule forbids."""
    alone: int
    """Those of them that nothing else forbids."""

    @classmethod
    def of(cls, failing: FailingRule, language: Language) -> Self:
        """Show it to somebody who reads this language."""
        rule = failing.rule
        return cls(
            rule=rule.code,
            title=said(rule.title, language),
            lines=failing.lines,
            alone=failing.alone,
        )


class UsageView(View):
    """Why an offer was used or not.

    Of its capacity ``free``, ``committed``, ``delivered`` and ``allotted`` always add up to all;
    ``requested`` holds nothing.
    """

    model_config = example(
        offer_id="0192d3c4-5b6a-7890-8abc-def012345678",
        open_lines=120,
        lines_of_service=12,
        allowed=3,
        failing=[_FAILING],
        hidden_because=None,
        hidden_because_label=None,
        proposed=2,
        asked=1,
        accepted=0,
        declined=1,
        expired=0,
        unit="room",
        capacity=1,
        requested=1,
        committed=0,
        delivered=0,
        free=1,
        allotted=0,
        says_zh="本片区有 120 个未满足的需求项，12 个需要等候场所，其中 3 个符合条件。",
        says_en="120 lines wait in the pool, 12 of them for waiting room, and the offer fits 3.",
    )

    offer_id: UUID
    open_lines: int
    lines_of_service: int
    allowed: int
    failing: list[FailingRuleView]
    hidden_because: HiddenBecause | None = None
    hidden_because_label: str | None = None
    proposed: int
    asked: int
    accepted: int
    declined: int
    expired: int
    unit: Unit
    capacity: int
    requested: int
    committed: int
    delivered: int
    free: int
    allotted: int
    says_zh: str
    says_en: str

    @classmethod
    def of(cls, found: Usage, language: Language) -> Self:
        """Show it to somebody who reads this language; the sentence is in both."""
        ends, quantities, hidden = found.ends, found.quantities, found.hidden_because
        return cls(
            offer_id=found.offer.id,
            open_lines=found.lines,
            lines_of_service=found.of_service,
            allowed=found.allowed,
            failing=[FailingRuleView.of(each, language) for each in found.failing],
            hidden_because=hidden,
            hidden_because_label=None if hidden is None else label(hidden, language),
            proposed=ends.proposed,
            asked=ends.asked,
            accepted=ends.accepted,
            declined=ends.declined,
            expired=ends.expired,
            unit=found.offer.supply.unit,
            capacity=found.offer.supply.capacity,
            requested=quantities.requested,
            committed=quantities.committed,
            delivered=quantities.delivered,
            free=quantities.free,
            allotted=quantities.allotted,
            says_zh=found.says.zh,
            says_en=found.says.en,
        )
