"""Making the decision behind a match again."""

from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.words import example, label
from matching.app.permissions import REPLAY_DECISIONS
from matching.domain.decision import Candidate, Method, Replayed
from matching.domain.errors import DecisionNotKept, MatchNotKnown
from matching.domain.identity import MatchId
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/matches", tags=["matches"])

MayReplay: TypeAlias = Annotated[Scope, Depends(permitted(REPLAY_DECISIONS))]

_MATCH = "0192d3c4-1111-7000-8000-000000000004"
_OFFER = "0192d3c4-1111-7000-8000-000000000003"
_CANDIDATE = {"offer_id": _OFFER, "value": 771, "price": 240, "net": 531}
_OUTCOME = {"offer_id": _OFFER, "value": 531, "bound": 531, "engine_version": "exact-1"}


class DecidedView(View):
    """What was decided: the offer, the value and the bound that proves it, and by which engine.

    By prices, value and bound are those of the line beyond its offer's price; reserved whole, those
    of everything that competed with it.
    """

    model_config = example(**_OUTCOME)

    offer_id: UUID | None = None
    value: int
    bound: int
    engine_version: str


class CandidateView(View):
    """An offer that the line could have had: its points, and what it would have cost others."""

    model_config = example(**_CANDIDATE)

    offer_id: UUID
    value: int
    price: int | None = None
    net: int

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """Show a candidate."""
        return cls(
            offer_id=candidate.offer_id,
            value=candidate.value,
            price=candidate.price,
            net=candidate.net,
        )


class DifferenceView(View):
    """What was not the same."""

    what: str
    what_label: str


class ReplayView(View):
    """A decision as it was made, and as the engine of today makes it from the same grounds."""

    model_config = example(
        match_id=_MATCH,
        plan_sequence=7,
        policy_version=1,
        plan_value=4210,
        plan_bound=4210,
        method="flow",
        method_label="按影子价格",
        candidates=[_CANDIDATE],
        recorded=_OUTCOME,
        replayed=_OUTCOME,
        is_same=True,
        differs=[],
    )

    match_id: UUID
    plan_sequence: int
    policy_version: int
    plan_value: int
    plan_bound: int
    method: Method
    method_label: str
    candidates: list[CandidateView]
    recorded: DecidedView
    replayed: DecidedView
    is_same: bool
    differs: list[DifferenceView]

    @classmethod
    def of(cls, replayed: Replayed, language: Language) -> Self:
        """Show a replay to somebody who reads this language."""
        decision, certificate = replayed.decision, replayed.decision.certificate
        return cls(
            match_id=decision.match_id,
            plan_sequence=certificate.plan_sequence,
            policy_version=certificate.policy_version,
            plan_value=certificate.value,
            plan_bound=certificate.bound,
            method=decision.method,
            method_label=label(decision.method, language),
            candidates=[CandidateView.of(each) for each in replayed.candidates],
            recorded=DecidedView(
                offer_id=decision.offer_id,
                value=decision.value,
                bound=decision.bound,
                engine_version=certificate.engine_version,
            ),
            replayed=DecidedView(
                offer_id=replayed.offer_id,
                value=replayed.value,
                bound=replayed.bound,
                engine_version=replayed.engine_version,
            ),
            is_same=replayed.is_same,
            differs=[
                DifferenceView(what=each.value, what_label=label(each, language))
                for each in replayed.differs
            ],
        )


@routes.post("/{match_id}/replay", responses=documented(MatchNotKnown, DecisionNotKept))
async def replay_match(
    match_id: UUID, app: App, scope: MayReplay, language: Speaking
) -> ReplayView:
    """Decide again from what the plan knew when it proposed the match, and compare."""
    return ReplayView.of(await app.replay_match(MatchId(match_id), scope), language)
