"""All that waits in a pool and all that is offered, as one problem: for questions only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The candidate pairs of a pool, and the problem that they make for the kernel."""

    pairs: Pairs
    problem: Problem


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
