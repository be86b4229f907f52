"""All that waits in a pool and all that is offered, as one problem: for questions only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.domain import score
from matching.domain.columns import Board, Pairs, board, of_one_service
from matching.domain.match import HOLDING
from matching.domain.rules import allowed
from matching.engine import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from matching.domain.policy import Policy
    from matching.domain.standing import Standing

_PAIRS_AT_ONCE: Final = 1_000_000
"""What is looked at together must fit into memory, however many lines and offers there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The candidate pairs of a pool, and the problem that they make for the kernel."""

    pairs: Pairs
    problem: Problem


def question(standing: Standing, policy: Policy, *, at: datetime) -> Question:
    """Find the pairs that all rules allow and what each is worth.

    Lines that nobody may fill, and offers that may fill nothing, do not reach the kernel.
    """
    pairs = _allowed(_open_board(standing, policy, at))
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
