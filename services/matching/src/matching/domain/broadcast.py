"""The waves of a pool's plan: for each approved line that waits, whom to ask now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.vocabulary import MatchState
from matching.domain import score
from matching.domain.waves import Candidate, WaitingLine, WaveRules, next_wave, waves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from matching.domain.identity import LineId, OfferId
    from matching.domain.need import Line, Need
    from matching.domain.pool import Pool


def broadcast(
    pool: Pool, needs: Iterable[Need], *, at: datetime
) -> Mapping[LineId, tuple[OfferId, ...]]:
    """Return whom to ask for each line whose wave is due, the most urgent need served first.

    The pool is told when to look again: at the next wave, or when somebody may have less to answer.
    """
    rules = WaveRules.of(pool.policy.asking)
    in_order = sorted(needs, key=lambda need: (-need.urgency, need.submitted_at, need.id))
    waiting = [(need, line) for need in in_order for line in _waiting(pool, need)]
    parties = {each.party_id for _, line in waiting for each in (line.choice, *line.others)}
    sent = waves([line for _, line in waiting], pool.asks.loads(parties), rules, at=at)
    for need, line in waiting:
        wave = sent.get(line.line_id, ())
        again = next_wave(line.after(wave, at=at), rules, at=at)
        if again is not None:
            pool.asks.look_again(need.id, again)
        elif line.choice not in wave and line.choice.party_id not in line.asked:
            pool.asks.hold_back({need.id})
    return {line: tuple(each.offer_id for each in wave) for line, wave in sent.items()}


def _waiting(pool: Pool, need: Need) -> Iterator[WaitingLine]:
    for line in need.lines:
        offer_id = pool.offer_for(line.id)
        if line.is_approved and offer_id is not None:
            yield _line(pool, need, line, offer_id)


def _line(pool: Pool, need: Need, line: Line, offer_id: OfferId) -> WaitingLine:
    losses = pool.losses(line.id)
    matches = [each for each in pool.matches_of(need.id) if each.pairing.line_id == line.id]
    # That people are not shuffled for nothing is no reason to ask fewer of them.
    kept = next((each for each in matches if each.pairing.offer_id == offer_id), None)
    stability = score.keeping(kept, pool.policy)
    others = [
        _candidate(pool, each, max(0, loss - stability))
        for each, loss in losses.items()
        if each != offer_id
    ]
    return WaitingLine(
        line_id=line.id,
        choice=_candidate(pool, offer_id, 0),
        others=tuple(others),
        asked={
            match.pairing.party_id: match.asked_at
            for match in matches
            if match.state is MatchState.ASKED
            and match.asked_at is not None
            and match.pairing.offer_id in losses
        },
        approved_at=line.approved_at,
        urgent_since=line.urgent_since,
    )


def _candidate(pool: Pool, offer_id: OfferId, loss: int) -> Candidate:
    party_id = pool.offers[offer_id].supply.party_id
    return Candidate(offer_id=offer_id, party_id=party_id, loss=loss)
