"""All that waits in a pool and all that is offered, as one problem: for questions only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.domain import score
from matching.domain.columns import Board, Pairs, board, of_one_service
from matching.domain.match import HOLDING
from matching.domain.rules import allowed
from matching.domain.session import clashes
from matching.domain.slots import sources
from matching.engine import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from matching.domain.identity import PartyId
    from matching.domain.offer import Offer
    from matching.domain.policy import Policy
    from matching.domain.session import Opening
    from matching.domain.standing import Standing

_PAIRS_AT_ONCE: Final = 1_000_000
"""What is looked at together must fit into memory, however many lines and offers there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The candidate pairs of a pool, and the problem that they make for the kernel.

    An offer with a calendar is as many offers of the problem as it has sessions.
    """

    pairs: Pairs
    problem: Problem


def question(standing: Standing, policy: Policy, *, at: datetime) -> Question:
    """Find the pairs that all rules allow and what each is worth.

    Lines that nobody may fill, and offers that may fill nothing, do not reach the kernel.
    """
    pairs = _allowed(_open_board(standing, policy, at))
    had_from = sources(pairs)
    lines, line = np.unique(pairs.line[had_from.pair], return_inverse=True)
    numbers, source = np.unique(had_from.source, return_inverse=True)
    columns = pairs.board
    source_ids = [columns.source_ids[number] for number in numbers.tolist()]
    free = {each: units for offer in standing.offers for each, units in _free(offer, at)}
    problem = Problem.of(
        line_ids=[columns.lines.ids[index] for index in lines.tolist()],
        quantity=columns.lines.quantity[lines],
        offer_ids=source_ids,
        capacity=[free[each] for each in source_ids],
        line=line,
        offer=source,
        value=score.from_sources(pairs, had_from, policy),
        clashes=_clashes(standing, source_ids, at),
    )
    return Question(pairs=pairs, problem=problem)


def _free(offer: Offer, at: datetime) -> Iterable[tuple[UUID, int]]:
    return offer.sources(at=at).items()


def _clashes(
    standing: Standing, source_ids: Sequence[UUID], at: datetime
) -> Sequence[tuple[int, int]]:
    """Return which two sessions of one giver exclude each other, as places among sources."""
    place = {each: number for number, each in enumerate(source_ids)}
    of_giver: defaultdict[PartyId, list[Opening]] = defaultdict(list)
    for offer in standing.offers:
        known = (each for each in offer.coming(at=at) if each.session_id in place)
        of_giver[offer.supply.party_id].extend(known)
    return [
        (place[one], place[other])
        for openings in of_giver.values()
        for one, others in clashes(openings).items()
        for other in others
        if one < other
    ]


def _allowed(whole: Board) -> Pairs:
    """Return the allowed pairs, looking at so many lines at once as fit into memory."""
    at_once = max(1, _PAIRS_AT_ONCE // max(1, len(whole.offers.ids)))
    found = [
        allowed(of_one_service(whole, slice(begin, begin + at_once)))
        for begin in range(0, len(whole.lines.ids), at_once)
    ]
    nothing = np.empty(0, dtype=np.int64)
    return Pairs(
        whole,
        np.concatenate([nothing, *(pairs.line for pairs in found)]),
        np.concatenate([nothing, *(pairs.offer for pairs in found)]),
    )


def _open_board(standing: Standing, policy: Policy, at: datetime) -> Board:
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
        offering=policy.offering,
        at=at,
    )
