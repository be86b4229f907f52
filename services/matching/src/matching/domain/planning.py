"""From what stands to what shall stand: what the plan of a pool changes.

A plan touches only what it changes. What somebody accepted is pinned: its line is filled and its
capacity is gone, so neither is part of the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from common.vocabulary import MatchState
from matching.domain.broadcast import broadcast
from matching.domain.decision import MOST_DECISIONS, Decision, decisions_of
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
from matching.domain.standing import Planned
from matching.engine import ENGINE_VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from matching.domain.need import Line
    from matching.domain.offer import Offer
    from matching.domain.pool import Pair, Pool
    from matching.domain.worth import Worth

NewId: TypeAlias = Callable[[], UUID]
Waves: TypeAlias = Mapping[LineId, tuple[OfferId, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The revision or version at which each thing was seen that a plan relies on."""

    needs: Mapping[NeedId, int]
    matches: Mapping[MatchId, int]
    offers: Mapping[OfferId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a plan changes in its pool: matches, and the linkage plans of some needs.

    Each need's part may be written only while all that it relies on is still as it was ``seen``.
    """

    pool_id: PoolId
    certificate: Certificate
    changes: tuple[MatchChange, ...]
    plans: tuple[LinkagePlan, ...]
    widened: tuple[Need, ...]
    """Needs for which offers are looked for farther around from now on."""
    seen: Seen
    decisions: tuple[Decision, ...]
    """Why the matches that are new were proposed."""

    @property
    def matches(self) -> tuple[Match, ...]:
        """The matches as the plan leaves them."""
        return tuple(change.state for change in self.changes)

    @property
    def needs(self) -> frozenset[NeedId]:
        """The needs of which it changes anything."""
        return frozenset(
            (
                *(change.state.pairing.need_id for change in self.changes),
                *(plan.need_id for plan in self.plans),
                *(need.id for need in self.widened),
            )
        )

    @property
    def planned(self) -> Mapping[NeedId, Planned]:
        """What the linkage plans say that it makes anew."""
        return {plan.need_id: _planned(plan) for plan in self.plans}

    def needs_relying_on(
        self,
        needs: Collection[NeedId],
        matches: Collection[MatchId],
        offers: Collection[OfferId],
    ) -> frozenset[NeedId]:
        """Return the needs whose part of the plan relies on any of these."""
        relying = (
            change.state.pairing.need_id
            for change in self.changes
            if change.state.id in matches
            or (_is_new(change) and change.state.pairing.offer_id in offers)
        )
        return frozenset((*needs, *relying))

    def without(self, needs: Collection[NeedId]) -> Draft:
        """Return the draft without its part about some needs."""
        if not needs:
            return self
        return replace(
            self,
            changes=tuple(c for c in self.changes if c.state.pairing.need_id not in needs),
            plans=tuple(plan for plan in self.plans if plan.need_id not in needs),
            widened=tuple(need for need in self.widened if need.id not in needs),
            decisions=tuple(each for each in self.decisions if each.need_id not in needs),
        )

    @property
    def is_empty(self) -> bool:
        """Whether everything stays as it is."""
        return not (self.changes or self.plans or self.widened)


def draft(pool: Pool, *, at: datetime, new_id: NewId) -> Draft:
    """Say what the plan of a pool changes; nothing where it agrees with what stands."""
    proof = pool.proof()
    certificate = Certificate(
        plan_sequence=pool.sequence,
        value=proof.value,
        bound=proof.bound,
        reserved_value=proof.reserved_value,
        reserved_bound=proof.reserved_bound,
        engine_version=ENGINE_VERSION,
        policy_version=pool.policy.version,
    )
    needs = pool.touched()
    waves = broadcast(pool, needs, at=at)
    worths = _new_worths(pool, needs, waves)
    drafting = _Drafting(pool, certificate, worths, waves, at=at, new_id=new_id)
    return _drafted(pool, certificate, [drafting.decide(need) for need in needs])


def _new_worths(pool: Pool, needs: Sequence[Need], waves: Waves) -> Mapping[Pair, Worth]:
    """Return what the pairs are worth that the plan makes anew."""
    new: list[Pair] = []
    for need in needs:
        standing = {
            (match.pairing.line_id, match.pairing.offer_id)
            for match in pool.matches_of(need.id)
            if match.appointment is None
        }
        for line in need.lines:
            chosen = pool.offer_for(line.id)
            offers = {*waves.get(line.id, ()), *(() if chosen is None else (chosen,))}
            new.extend(
                (line.id, each) for each in sorted(offers) if (line.id, each) not in standing
            )
    return pool.worths(new)


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
        pool: Pool,
        certificate: Certificate,
        worths: Mapping[Pair, Worth],
        waves: Waves,
        *,
        at: datetime,
        new_id: NewId,
    ) -> None:
        self._pool: Final = pool
        self._certificate: Final = certificate
        self._worths: Final = worths
        self._waves: Final = waves
        self._at: Final = at
        self._new_id: Final = new_id

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
        matches = [
            match for match in self._pool.matches_of(need.id) if match.pairing.line_id == line.id
        ]
        held = [match for match in matches if match.state in HOLDING]
        standing = [match for match in matches if match.state in STANDING]
        if held:
            return held[0], [match.supersede(at=self._at) for match in standing]
        offer_id = self._pool.offer_for(line.id)
        appointment = None if offer_id is None else self._pool.appointment_for(line, offer_id)
        wave = self._waves.get(line.id, ())
        kept = {
            match.pairing.offer_id: match
            for match in standing
            if (match.pairing.offer_id, match.appointment) == (offer_id, appointment)
            or (match.pairing.offer_id != offer_id and match.pairing.offer_id in wave)
            # Who was asked may still answer, whatever the plan thinks by now.
            or (
                match.state is MatchState.ASKED
                and match.pairing.offer_id != offer_id
                and self._pool.may_have(line.id, match.pairing.offer_id)
            )
        }
        moved = {
            match.pairing.offer_id
            for match in standing
            if match.state is MatchState.ASKED
            and match.pairing.offer_id == offer_id
            and offer_id not in kept
        }
        changes = [each.supersede(at=self._at) for each in standing if each not in kept.values()]
        new = self._new(need, line, offer_id, kept, moved)
        stands = {**kept, **{each.state.pairing.offer_id: each.state for each in new}}
        shown = next(iter(stands.values()), None) if offer_id is None else stands[offer_id]
        return shown, [*changes, *new]

    def _new(
        self,
        need: Need,
        line: Line,
        offer_id: OfferId | None,
        kept: Mapping[OfferId, Match],
        moved: Collection[OfferId],
    ) -> list[MatchChange]:
        """Return what is proposed or asked anew for a line: its wave, and the plan's choice.

        Whoever was asked for another session than the plan has for it now is asked again.
        """
        wave = self._waves.get(line.id, ())
        chosen = () if offer_id is None or offer_id in wave else (offer_id,)
        new: list[MatchChange] = []
        for each in (*chosen, *wave):
            if each not in kept:
                proposal = self._propose(need, line, self._pool.offers[each])
                is_asked = each in wave or each in moved
                new.append(proposed_and_asked(proposal) if is_asked else proposal)
            elif each in wave:
                new.append(kept[each].ask(at=self._at))
        return new

    def _propose(self, need: Need, line: Line, offer: Offer) -> MatchChange:
        return Match.propose(
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
                worth=self._worths[line.id, offer.id],
                plan_sequence=self._certificate.plan_sequence,
                policy_version=self._certificate.policy_version,
                engine_version=self._certificate.engine_version,
            ),
            at=self._at,
            appointment=self._pool.appointment_for(line, offer.id),
        )

    def _plan(self, need: Need, parts: tuple[Part, ...]) -> LinkagePlan | None:
        before = self._pool.planned(need.id)
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


def _drafted(pool: Pool, certificate: Certificate, decided: Sequence[_Decided]) -> Draft:
    touched = [of_need for of_need in decided if of_need.changes or of_need.plan is not None]
    changes = tuple(change for of_need in touched for change in of_need.changes)
    decided_about = [*(of_need.need for of_need in touched), *pool.widened()]
    proposed = {change.state.pairing.offer_id for change in changes if _is_new(change)}
    return Draft(
        pool_id=pool.pool_id,
        certificate=certificate,
        changes=changes,
        plans=tuple(of_need.plan for of_need in touched if of_need.plan is not None),
        widened=tuple(pool.widened()),
        seen=Seen(
            needs={need.id: pool.seen(need) for need in decided_about},
            matches={
                change.state.id: change.state.version - len(change.facts)
                for change in changes
                if not _is_new(change)
            },
            offers={offer_id: pool.offers[offer_id].revision for offer_id in sorted(proposed)},
        ),
        decisions=_decisions(pool, certificate, changes),
    )


def _decisions(
    pool: Pool, certificate: Certificate, changes: Sequence[MatchChange]
) -> tuple[Decision, ...]:
    new = [change.state for change in changes if _is_new(change)][:MOST_DECISIONS]
    known = pool.known([match.pairing.line_id for match in new])
    return decisions_of(new, known, certificate)


def _planned(plan: LinkagePlan) -> Planned:
    matches = {part.line.id: None if part.match is None else part.match.id for part in plan.parts}
    return Planned(version=plan.version, matches=matches)


def _is_new(change: MatchChange) -> bool:
    return change.state.version == len(change.facts)
