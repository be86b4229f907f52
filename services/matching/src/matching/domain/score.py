"""What a pair is worth, one function for each term, over whole columns of pairs.

Waiting, freshness and reliability are the same for every pair of a line or an offer. The first two
change with the day; so does reliability, and whenever something of its party is read anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from common.vocabulary import MatchState
from matching.domain.columns import UNKNOWN
from matching.domain.worth import Term, Worth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from matching.domain.columns import Integers, Mask, Pairs
    from matching.domain.match import Match
    from matching.domain.policy import Policy
    from matching.domain.slots import Slots

# After as many half-lives nothing is left of any weight, and a shift is still one.
_NOTHING_LEFT: Final = 62

Criterion: TypeAlias = "Callable[[Pairs, Policy], Integers]"


def fit(pairs: Pairs, policy: Policy) -> Integers:
    """Count an offer that fits, and more the less of it would be left over."""
    wanted = pairs.board.lines.quantity[pairs.line]
    free = np.maximum(1, pairs.board.offers.free[pairs.offer])
    return policy.weights.fit + policy.weights.tight_fit * np.minimum(wanted, free) // free


def distance(pairs: Pairs, policy: Policy) -> Integers:
    """Count nearness, linearly; within the township of a home, half of what next door counts."""
    metres = pairs.metres()
    near = policy.weights.distance_metres - np.minimum(metres, policy.weights.distance_metres)
    points = policy.weights.distance * near // policy.weights.distance_metres
    return np.where(metres == UNKNOWN, policy.weights.distance // 2, points)


def urgency(pairs: Pairs, policy: Policy) -> Integers:
    """Count how urgent the worker called it."""
    return policy.weights.urgency * pairs.board.lines.urgency[pairs.line]


def waiting(pairs: Pairs, policy: Policy) -> Integers:
    """Count the days since the need was told, up to a limit."""
    days = pairs.board.lines.waiting_days[pairs.line]
    return policy.weights.waiting * np.minimum(days, policy.weights.waiting_days)


def local_first(pairs: Pairs, policy: Policy) -> Integers:
    """Count a common township, else a common county."""
    lines, offers = pairs.board.lines, pairs.board.offers
    in_township = _same(lines.township[pairs.line], offers.township[pairs.offer])
    in_county = _same(lines.county[pairs.line], offers.county[pairs.offer])
    points = np.where(in_county, policy.weights.local_county, 0)
    return np.where(in_township, policy.weights.local_township, points)


def reliability(pairs: Pairs, policy: Policy) -> Integers:
    """Count how the party keeps its word: half the weight where nothing is known of it yet.

    The rule of succession in whole numbers: one word kept and one broken are supposed of everybody.
    """
    kept = pairs.board.offers.kept_words[pairs.offer]
    broken = pairs.board.offers.broken_words[pairs.offer]
    return policy.weights.reliability * (1 + kept) // (2 + kept + broken)


def freshness(pairs: Pairs, policy: Policy) -> Integers:
    """Count offers whose owners said lately that they hold; half of it is gone with each half-life.

    Whole numbers: linear between one half-life and the next, and the same for a whole day.
    """
    age, half_life = (
        pairs.board.offers.age_days[pairs.offer],
        policy.weights.freshness_half_life_days,
    )
    lives, days = np.minimum(age // half_life, _NOTHING_LEFT), age % half_life
    points = policy.weights.freshness >> lives
    return points - (points - (points >> 1)) * days // half_life


def stability(pairs: Pairs, policy: Policy) -> Integers:
    """Count what stands already, so that equals do not change places."""
    keys = pairs.keys()
    points = np.where(np.isin(keys, pairs.board.proposed), policy.weights.keep_proposed, 0)
    return np.where(np.isin(keys, pairs.board.asked), policy.weights.keep_asked, points)


def from_sources(pairs: Pairs, slots: Slots, policy: Policy) -> Integers:
    """Return what each source of a pair is worth: the same, but for what was told.

    Where something stands between the two for one session, every other is worth a point less, so
    that nobody is told another time for nothing.
    """
    keys = pairs.keys_of_sources(slots.pair, slots.source)
    is_other = pairs.board.offers.is_scheduled[pairs.offer] & (stability(pairs, policy) > 0)
    less = is_other[slots.pair] & ~np.isin(keys, pairs.board.named)
    return total(pairs, policy)[slots.pair] - less


def keeping(match: Match | None, policy: Policy, source: UUID | None = None) -> int:
    """Return what a pair is worth more because this stands between them; see ``stability``.

    Of a source it is what having the offer from there is worth more; see ``from_sources``.
    """
    points = _keeping(match, policy)
    is_other = (
        match is not None
        and match.appointment is not None
        and source not in {None, match.appointment.session_id}
    )
    return max(0, points - 1) if is_other else points


def _keeping(match: Match | None, policy: Policy) -> int:
    if match is None:
        return 0
    match match.state:
        case MatchState.PROPOSED:
            return policy.weights.keep_proposed
        case MatchState.ASKED:
            return policy.weights.keep_asked
        case _:
            return 0


TERMS: Final[Mapping[Term, Criterion]] = {
    Term.FIT: fit,
    Term.DISTANCE: distance,
    Term.URGENCY: urgency,
    Term.WAITING: waiting,
    Term.LOCAL_FIRST: local_first,
    Term.RELIABILITY: reliability,
    Term.FRESHNESS: freshness,
    Term.STABILITY: stability,
}


def total(pairs: Pairs, policy: Policy) -> Integers:
    """Return the worth of each pair."""
    points = np.zeros(len(pairs.line), dtype=np.int64)
    for criterion in TERMS.values():
        points = points + criterion(pairs, policy)
    return points


def worths(pairs: Pairs, policy: Policy) -> list[Worth]:
    """Return the worth of each pair with all of its terms; for the few that were chosen."""
    by_term = {term: criterion(pairs, policy).tolist() for term, criterion in TERMS.items()}
    return [
        Worth(
            points=tuple((term, points[row]) for term, points in by_term.items()),
            metres=None if metres == UNKNOWN else metres,
        )
        for row, metres in enumerate(pairs.metres().tolist())
    ]


def _same(left: Integers, right: Integers) -> Mask:
    same: Mask = (left == right) & (left != UNKNOWN)
    return same
