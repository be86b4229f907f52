"""What a plan knew when it gave an offer to a line, and whether it would decide so again.

A line that takes one unit is part of a flow with prices: its candidates and what each of them cost
others then are all that the decision depends on, for an optimal plan gives every line an offer
whose worth less its price is the greatest (complementary slackness). A line that takes a whole
load has no such prices, so everything that competed with it is kept and solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from common.vocabulary import Labelled
from matching.domain.counterfactual import stakes_of
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PoolId
from matching.domain.linkage import Certificate
from matching.engine import ENGINE_VERSION, Problem, Result

if TYPE_CHECKING:
    from matching.domain.match import Match
    from matching.domain.two_plans import Known

Kernel: TypeAlias = Callable[[Problem], Result]

MOST_CANDIDATES: Final = 50
"""Kept with a decision, the best first."""
MOST_DECISIONS: Final = 200
"""Of one plan that are kept; more come only when a pool is filled in one go."""
MOST_PRICED: Final = 10
"""Of a line without prices, whose candidates are priced when the decision is looked at again."""


class Method(Labelled):
    """How a plan decided about a line."""

    FLOW = "flow", "按影子价格", "By prices"
    RESERVATION = "reservation", "整体预留", "Reserved whole"


class Difference(Labelled):
    """What was not the same when a decision was made again."""

    ENGINE = "engine_version", "引擎版本", "Version of the engine"
    VALUE = "value", "价值", "Value"
    BOUND = "bound", "上界", "Bound"
    CHOICE = "offer", "选用的供给", "Chosen offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offer that a line could have had: its worth, and what it would have cost all others."""

    offer_id: OfferId
    value: int
    price: int | None

    @property
    def net(self) -> int:
        """What it was worth beyond its price."""
        return self.value - (self.price or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a match was proposed, complete enough to decide again.

    ``offer_id`` is the plan's choice; of a match that is asked beside it in a wave, it is another.

    ``value`` and ``bound`` are those of what is decided again: of the line beyond its offer's
    price, or of everything in ``competing``. The certificate is that of the pool's whole plan.
    """

    match_id: MatchId
    need_id: NeedId
    line_id: LineId
    offer_id: OfferId
    pool_id: PoolId
    decided_at: datetime
    certificate: Certificate
    candidates: tuple[Candidate, ...]
    value: int
    bound: int
    competing: Problem | None = None
    sessions: Mapping[UUID, OfferId] = field(default_factory=dict)
    """Of which offers the sessions are that ``competing`` has in place of them."""

    def sources_of(self, offer_id: OfferId) -> Sequence[UUID]:
        """Return what stands for an offer in ``competing``: itself, or its sessions."""
        known = () if self.competing is None else self.competing.offer_ids
        return [each for each in known if self.sessions.get(each, each) == offer_id]

    @property
    def method(self) -> Method:
        """Whether prices decided, or a solver."""
        return Method.FLOW if self.competing is None else Method.RESERVATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A decision made again by the engine of today."""

    decision: Decision
    engine_version: str
    value: int
    bound: int
    offer_id: OfferId | None
    candidates: tuple[Candidate, ...]
    differs: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether value and certificate are as they were, whichever engine says so."""
        return not {Difference.VALUE, Difference.BOUND, Difference.CHOICE} & {*self.differs}


def best_first(candidates: Sequence[Candidate], chosen: OfferId) -> tuple[Candidate, ...]:
    """Return the candidates that are kept: the chosen one, then the best."""
    ordered = sorted(
        candidates, key=lambda each: (each.offer_id != chosen, -each.net, each.offer_id)
    )
    return tuple(ordered[:MOST_CANDIDATES])


def decisions_of(
    matches: Sequence[Match], known: Mapping[LineId, Known], certificate: Certificate
) -> tuple[Decision, ...]:
    """Return why matches were proposed, as far as the plan knows it."""
    return tuple(
        _decided(match, known[match.pairing.line_id], certificate)
        for match in matches
        if match.pairing.line_id in known
    )


def _decided(match: Match, known: Known, certificate: Certificate) -> Decision:
    pairing = match.pairing
    candidates = [
        Candidate(offer_id=offer_id, value=value, price=price)
        for offer_id, value, price in known.candidates
    ]
    return Decision(
        match_id=match.id,
        need_id=pairing.need_id,
        line_id=pairing.line_id,
        offer_id=known.chosen,
        pool_id=pairing.pool_id,
        decided_at=match.proposed_at,
        certificate=certificate,
        candidates=best_first(candidates, known.chosen),
        value=known.value,
        bound=known.bound,
        competing=known.competing,
        sessions=known.sessions,
    )


def replay(decision: Decision, kernel: Kernel) -> Replayed:
    """Decide again from what was kept, and say what is not the same.

    Where several offers are worth the same beyond their prices, each of them is the best.
    """
    if decision.competing is None:
        return _by_prices(decision)
    return _by_solving(decision, decision.competing, kernel)


def _by_prices(decision: Decision) -> Replayed:
    best = max(*(each.net for each in decision.candidates), 0)
    equals = sorted(each.offer_id for each in decision.candidates if each.net == best)
    offer_id = decision.offer_id if decision.offer_id in equals else next(iter(equals), None)
    return _compared(decision, best, best, offer_id, decision.candidates)


def _by_solving(decision: Decision, competing: Problem, kernel: Kernel) -> Replayed:
    result = kernel(competing)
    return _compared(
        decision,
        result.value,
        result.bound,
        _chosen_again(decision, competing, result, kernel),
        _priced(decision, competing, kernel),
    )


def _chosen_again(
    decision: Decision, competing: Problem, result: Result, kernel: Kernel
) -> OfferId | None:
    source = result.pairs().get(decision.line_id)
    offer = None if source is None else decision.sessions.get(source, source)
    if offer != decision.offer_id:
        stakes = stakes_of(
            competing, decision.line_id, decision.sources_of(decision.offer_id), kernel
        )
        # With a raise of one it would be in every best plan, so it is in one as it is.
        if stakes is not None and stakes.raise_by <= 1:
            return decision.offer_id
    return None if offer is None else OfferId(offer)


def _priced(decision: Decision, competing: Problem, kernel: Kernel) -> tuple[Candidate, ...]:
    prices: dict[OfferId, int] = {}
    for each in decision.candidates[:MOST_PRICED]:
        stakes = stakes_of(competing, decision.line_id, decision.sources_of(each.offer_id), kernel)
        if stakes is not None:
            prices[each.offer_id] = stakes.price
    return tuple(
        Candidate(
            offer_id=each.offer_id, value=each.value, price=prices.get(each.offer_id, each.price)
        )
        for each in decision.candidates
    )


def _compared(
    decision: Decision,
    value: int,
    bound: int,
    offer_id: OfferId | None,
    candidates: tuple[Candidate, ...],
) -> Replayed:
    was_and_is: Mapping[Difference, tuple[object, object]] = {
        Difference.ENGINE: (decision.certificate.engine_version, ENGINE_VERSION),
        Difference.VALUE: (decision.value, value),
        Difference.BOUND: (decision.bound, bound),
        Difference.CHOICE: (decision.offer_id, offer_id),
    }
    return Replayed(
        decision=decision,
        engine_version=ENGINE_VERSION,
        value=value,
        bound=bound,
        offer_id=offer_id,
        candidates=candidates,
        differs=tuple(each for each, (was, now) in was_and_is.items() if was != now),
    )
