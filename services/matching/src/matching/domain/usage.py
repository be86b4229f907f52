"""Why an offer was used or not: what waits that it fits, and which rules keep it from the rest.

The same predicates that plan are asked, over all lines of its pool at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.domain import saying
from matching.domain.columns import board, every_pair
from matching.domain.moderation import HiddenBecause
from matching.domain.need import Line, Need
from matching.domain.offer import Offer
from matching.domain.rules import RULES, Rule
from matching.domain.saying import Saying
from matching.domain.standing import Refusals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from matching.domain.columns import Mask
    from matching.domain.offering import Offering
    from matching.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """How often an offer was proposed, asked for, and what came of it."""

    proposed: int = 0
    asked: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """What became of an offer's capacity, always free + committed + delivered + allotted.

    ``requested`` is what is proposed or asked at the moment; it holds nothing.
    """

    requested: int
    committed: int
    delivered: int
    free: int
    allotted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in an offer's pool: all lines that nobody holds, and those of its service."""

    lines: int
    of_service: tuple[tuple[Need, Line], ...]
    refusals: Refusals


@dataclass(frozen=True, slots=True)
class FailingRule:
    """A rule that forbids ``lines`` of the lines of the service, ``alone`` of them by itself."""

    rule: Rule
    lines: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Why an offer was used or not, in figures and in one sentence."""

    offer: Offer
    hidden_because: HiddenBecause | None
    lines: int
    of_service: int
    allowed: int
    failing: tuple[FailingRule, ...]
    ends: Ends
    quantities: Quantities

    @property
    def says(self) -> Saying:
        """One sentence: what waits, what keeps the offer from it, what was asked."""
        clauses = [_waiting(self), *_hidden(self), *_worst(self), _asked(self.ends)]
        return saying.joined(clauses)


def usage(
    offer: Offer,
    party: Party,
    waiting: Waiting,
    *,
    ends: Ends,
    quantities: Quantities,
    offering: Offering,
    at: datetime,
) -> Usage:
    """Ask every rule of every line that waits for the offer's service."""
    masks = _verdicts(offer, party, waiting, offering, at=at)
    fails = ~np.array([masks[rule.code] for rule in RULES], dtype=np.bool_).reshape(len(RULES), -1)
    how_many = fails.sum(axis=0)
    failing = (
        FailingRule(rule, int(failed.sum()), int((failed & (how_many == 1)).sum()))
        for rule, failed in zip(RULES, fails, strict=True)
    )
    return Usage(
        offer=offer,
        hidden_because=offering.hides(offer, at=at),
        lines=waiting.lines,
        of_service=len(waiting.of_service),
        allowed=int((how_many == 0).sum()),
        failing=tuple(sorted((each for each in failing if each.lines), key=_order)),
        ends=ends,
        quantities=quantities,
    )


def _verdicts(
    offer: Offer, party: Party, waiting: Waiting, offering: Offering, *, at: datetime
) -> dict[str, Mask | Sequence[bool]]:
    if not waiting.of_service:
        return {rule.code: [] for rule in RULES}
    pairs = every_pair(
        board(
            waiting.of_service,
            [offer],
            parties={party.id: party},
            refusals=waiting.refusals,
            matches=(),
            offering=offering,
            at=at,
        )
    )
    return {rule.code: rule.holds(pairs) for rule in RULES}


def _order(failing: FailingRule) -> tuple[int, int, str]:
    return (-failing.lines, -failing.alone, failing.rule.code)


def _waiting(found: Usage) -> Saying:
    service = found.offer.supply.service
    return Saying(
        f"本片区有 {found.lines} 个未满足的需求项，{found.of_service} 个需要{service.zh}，"
        f"其中 {found.allowed} 个符合条件",
        f"{found.lines} lines wait in the pool, {found.of_service} of them for "
        f"{service.en.lower()}, and the offer fits {found.allowed} of those",
    )


def _hidden(found: Usage) -> list[Saying]:
    because = found.hidden_because
    if because is None:
        return []
    return [
        Saying(
            f"该供给目前不参与对接（{because.zh}）",
            f"it is left out of plans at present ({because.en.lower()})",
        )
    ]


def _worst(found: Usage) -> list[Saying]:
    if not found.failing:
        return []
    worst = found.failing[0]
    title = worst.rule.title
    return [
        Saying(
            f"最常不满足的条件是“{title.zh}”（{worst.lines} 个）",
            f"what fails most often is “{title.en.lower()}” ({worst.lines})",
        )
    ]


def _asked(ends: Ends) -> Saying:
    return Saying(
        f"提议过 {ends.proposed} 次，征询过 {ends.asked} 次，"
        f"接受 {ends.accepted} 次，谢绝 {ends.declined} 次，逾期未答 {ends.expired} 次",
        f"it was proposed {ends.proposed} times and asked for {ends.asked} times: "
        f"{ends.accepted} accepted, {ends.declined} declined, {ends.expired} unanswered",
    )
