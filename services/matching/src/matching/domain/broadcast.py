"""The waves of a pool's plan: for each approved line that waits, whom to ask now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from common.vocabulary import MatchState
from matching.domain import score
from matching.domain.waves import Candidate, WaitingLine, WaveRules, next_wave, waves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from matching.domain.identity import LineId, OfferId
    from matching.domain.match import Match
    from matching.domain.need import Line, Need
    from matching.domain.pool import Pool


def broadcast(
    pool: Pool, needs: Iterable[Need], *, at: datetime
) -> Mapping[LineId, tuple[OfferId, ...]]:
    """Return whom to ask for each line whose wave is due, the most urgent need served first.

    The pool is told when to look again: at the next wave, or when somebody may have less to answer.
    """
    in_order = sorted(needs, key=lambda need: (-need.urgency, need.submitted_at, need.id))
    waiting = [(need, line) for need in in_order for line in _waiting(pool, need, at=at)]
    parties = {each.party_id for _, line in waiting for each in (line.choice, *line.others)}
    sent = waves([line for _, line in waiting], pool.asks.loads(parties), at=at)
    for need, line in waiting:
        begins = line.begins()
        if begins is not None and begins > at and not line.is_begun:
            pool.asks.look_again(need.id, begins)
            continue
        wave = sent.get(line.line_id, ())
        again = next_wave(line.after(wave, at=at), at=at)
        if again is not None:
            pool.asks.look_again(need.id, again)
        elif line.choice not in wave and line.choice.party_id not in line.asked:
            pool.asks.hold_back({need.id})
    return {line: tuple(each.offer_id for each in wave) for line, wave in sent.items()}


def _waiting(pool: Pool, need: Need, *, at: datetime) -> Iterator[WaitingLine]:
    rules = WaveRules.of(pool.policies.around(need.site).asking)
    for line in need.lines:
        offer_id = pool.offer_for(line.id)
        if not line.is_approved or offer_id is None:
            continue
        matches = [each for each in pool.matches_of(need.id) if each.pairing.line_id == line.id]
        waiting = _line(pool, line, offer_id, matches, rules)
        begins = waiting.begins()
        if begins is None or begins <= at or waiting.is_begun:
            # Only whoever may be asked now is looked for.
            waiting = replace(waiting, others=_others(pool, line, offer_id, matches))
        yield waiting


def _others(
    pool: Pool, line: Line, offer_id: OfferId, matches: Iterable[Match]
) -> tuple[Candidate, ...]:
    # That people are not shuffled for nothing is no reason to ask fewer of them.
    kept = next((each for each in matches if each.pairing.offer_id == offer_id), None)
    stability = score.keeping(kept, pool.policy)
    return tuple(
        _candidate(pool, each, max(0, loss - stability))
        for each, loss in pool.losses(line.id).items()
        if each != offer_id
    )


def _line(
    pool: Pool, line: Line, offer_id: OfferId, matches: Iterable[Match], rules: WaveRules
) -> WaitingLine:
    return WaitingLine(
        line_id=line.id,
        choice=_candidate(pool, offer_id, 0),
        rules=rules,
        asked={
            match.pairing.party_id: match.asked_at
            for match in matches
            if match.state is MatchState.ASKED
            and match.asked_at is not None
            and pool.may_have(line.id, match.pairing.offer_id)
        },
        approved_at=line.approved_at,
        urgent_since=line.urgent_since,
    )


def _candidate(pool: Pool, offer_id: OfferId, loss: int) -> Candidate:
    party_id = pool.offers[offer_id].supply.party_id
    return Candidate(offer_id=offer_id, party_id=party_id, loss=loss)
