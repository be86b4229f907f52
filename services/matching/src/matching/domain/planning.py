"""From what stands to what shall stand: the kernel's question, and what its answer changes.

A plan touches only what it changes. What somebody accepted is pinned: its line is filled and its
capacity is gone, so neither is part of the question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import numpy as np

from common.vocabulary import MatchState
from matching.domain import score
from matching.domain.columns import Board, Pairs, board, of_one_service
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PoolId
from matching.domain.linkage import Certificate, LinkagePlan, Part
from matching.domain.match import (
    HOLDING,
    STANDING,
    Grounds,
    Match,
    MatchChange,
    Pairing,
    proposed_and_asked,
)
from matching.domain.need import Need
from matching.domain.rules import allowed
from matching.domain.standing import NEVER_PLANNED, Standing
from matching.engine import ENGINE_VERSION, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from matching.domain.need import Line
    from matching.domain.offer import Offer
    from matching.domain.policy import Policy
    from matching.domain.worth import Worth
    from matching.engine import Result

NewId: TypeAlias = Callable[[], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The candidate pairs of a pool, and the problem that they make for the kernel."""

    pairs: Pairs
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The revision at which each thing was seen that a plan relies on."""

    needs: Mapping[NeedId, int]
    offers: Mapping[OfferId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a plan changes in its pool: matches, and the linkage plans of some needs.

    It may be written only while everything that it relies on is still as it was ``seen``.
    """

    pool_id: PoolId
    certificate: Certificate
    changes: tuple[MatchChange, ...]
    plans: tuple[LinkagePlan, ...]
    seen: Seen

    @property
    def is_empty(self) -> bool:
        """Whether everything stays as it is."""
        return not self.changes and not self.plans


def question(standing: Standing, policy: Policy, *, at: datetime) -> Question:
    """Find the pairs that all rules allow and what each is worth.

    Lines that nobody may fill, and offers that may fill nothing, do not reach the kernel.
    """
    pairs = allowed(of_one_service(_open_board(standing, at)))
    lines, line = np.unique(pairs.line, return_inverse=True)
    offers, offer = np.unique(pairs.offer, return_inverse=True)
    columns = pairs.board
    problem = Problem.of(
        line_ids=[columns.lines.ids[index] for index in lines.tolist()],
        quantity=columns.lines.quantity[lines],
        offer_ids=[columns.offers.ids[index] for index in offers.tolist()],
        capacity=columns.offers.free[offers],
        line=line,
        offer=offer,
        value=score.total(pairs, policy),
    )
    return Question(pairs=pairs, problem=problem)


def draft(
    standing: Standing,
    asked: Question,
    result: Result,
    policy: Policy,
    *,
    at: datetime,
    new_id: NewId,
) -> Draft:
    """Say what the kernel's answer changes; nothing where it agrees with what stands."""
    certificate = Certificate(
        plan_sequence=standing.wanted_sequence,
        value=result.value,
        bound=result.bound,
        engine_version=ENGINE_VERSION,
        policy_version=policy.version,
    )
    drafting = _Drafting(
        standing=standing,
        certificate=certificate,
        chosen=_chosen(asked, result, policy),
        offers={offer.id: offer for offer in standing.offers},
        at=at,
        new_id=new_id,
    )
    decided = [drafting.decide(need) for need in standing.needs]
    return _drafted(standing, certificate, decided)


def _open_board(standing: Standing, at: datetime) -> Board:
    filled = {match.pairing.line_id for match in standing.matches if match.state in HOLDING}
    waiting = [
        (need, line) for need in standing.needs for line in need.lines if line.id not in filled
    ]
    return board(
        waiting,
        standing.offers,
        parties=standing.parties,
        refusals=standing.refusals,
        matches=standing.matches,
        at=at,
    )


def _chosen(
    asked: Question, result: Result, policy: Policy
) -> Mapping[LineId, tuple[OfferId, Worth]]:
    offer_of_line = result.pairs()
    lines, offers = asked.pairs.board.lines.ids, asked.pairs.board.offers.ids
    is_chosen = np.fromiter(
        (
            offer_of_line.get(lines[line]) == offers[offer]
            for line, offer in zip(
                asked.pairs.line.tolist(), asked.pairs.offer.tolist(), strict=True
            )
        ),
        dtype=np.bool_,
    )
    pairs = asked.pairs.only(is_chosen)
    return {
        lines[line]: (offers[offer], worth)
        for line, offer, worth in zip(
            pairs.line.tolist(), pairs.offer.tolist(), score.worths(pairs, policy), strict=True
        )
    }


@dataclass(frozen=True, slots=True)
class _Decided:
    """What becomes of one need."""

    need: Need
    changes: tuple[MatchChange, ...]
    plan: LinkagePlan | None


class _Drafting:
    """Compares what was chosen with what stands, need by need."""

    def __init__(
        self,
        *,
        standing: Standing,
        certificate: Certificate,
        chosen: Mapping[LineId, tuple[OfferId, Worth]],
        offers: Mapping[OfferId, Offer],
        at: datetime,
        new_id: NewId,
    ) -> None:
        self._standing = standing
        self._certificate = certificate
        self._chosen = chosen
        self._offers = offers
        self._at = at
        self._new_id = new_id
        self._of_line: defaultdict[LineId, list[Match]] = defaultdict(list)
        for match in sorted(standing.matches, key=lambda match: match.id):
            self._of_line[match.pairing.line_id].append(match)

    def decide(self, need: Need) -> _Decided:
        """Say which matches of a need change, and its plan if that changes."""
        changes: list[MatchChange] = []
        parts: list[Part] = []
        for line in need.lines:
            match, changed = self._decide_line(need, line)
            changes.extend(changed)
            parts.append(Part(line, match))
        return _Decided(need, tuple(changes), self._plan(need, tuple(parts)))

    def _decide_line(self, need: Need, line: Line) -> tuple[Match | None, list[MatchChange]]:
        matches = self._of_line[line.id]
        held = [match for match in matches if match.state in HOLDING]
        standing = [match for match in matches if match.state in STANDING]
        if held:
            return held[0], [match.supersede(at=self._at) for match in standing]
        offer_id, worth = self._chosen.get(line.id, (None, None))
        kept = next((match for match in standing if match.pairing.offer_id == offer_id), None)
        changes = [match.supersede(at=self._at) for match in standing if match is not kept]
        if kept is not None:
            return self._keep(line, kept, changes)
        if offer_id is None or worth is None:
            return None, changes
        proposal = self._propose(need, line, self._offers[offer_id], worth)
        return proposal.state, [*changes, proposal]

    def _keep(
        self, line: Line, kept: Match, changes: list[MatchChange]
    ) -> tuple[Match, list[MatchChange]]:
        if not line.is_approved or kept.state is MatchState.ASKED:
            return kept, changes
        asked = kept.ask(at=self._at)
        return asked.state, [*changes, asked]

    def _propose(self, need: Need, line: Line, offer: Offer, worth: Worth) -> MatchChange:
        proposal = Match.propose(
            MatchId(self._new_id()),
            Pairing(
                need_id=need.id,
                line_id=line.id,
                offer_id=offer.id,
                party_id=offer.supply.party_id,
                pool_id=need.site.pool_id,
                society=offer.society,
                kind=line.kind,
                service=line.service,
                quantity=line.quantity,
                unit=line.unit,
            ),
            Grounds(
                worth=worth,
                plan_sequence=self._certificate.plan_sequence,
                policy_version=self._certificate.policy_version,
                engine_version=self._certificate.engine_version,
            ),
            at=self._at,
        )
        return proposed_and_asked(proposal) if line.is_approved else proposal

    def _plan(self, need: Need, parts: tuple[Part, ...]) -> LinkagePlan | None:
        before = self._standing.planned.get(need.id, NEVER_PLANNED)
        now = {part.line.id: None if part.match is None else part.match.id for part in parts}
        if before.version > 0 and now == dict(before.matches):
            return None
        return LinkagePlan(
            need_id=need.id,
            pool_id=need.site.pool_id,
            version=before.version + 1,
            parts=parts,
            certificate=self._certificate,
            proposed_at=self._at,
        )


def _drafted(standing: Standing, certificate: Certificate, decided: list[_Decided]) -> Draft:
    touched = [of_need for of_need in decided if of_need.changes or of_need.plan is not None]
    changes = tuple(change for of_need in touched for change in of_need.changes)
    proposed = {change.state.pairing.offer_id for change in changes if _is_new(change)}
    return Draft(
        pool_id=standing.pool_id,
        certificate=certificate,
        changes=changes,
        plans=tuple(of_need.plan for of_need in touched if of_need.plan is not None),
        seen=Seen(
            needs={of_need.need.id: of_need.need.revision for of_need in touched},
            offers={o.id: o.revision for o in standing.offers if o.id in proposed},
        ),
    )


def _is_new(change: MatchChange) -> bool:
    return change.state.version == len(change.facts)
