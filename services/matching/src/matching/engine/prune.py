"""Leaving out pairs that no optimal assignment needs, before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matching.engine.problem import Integers, Problem


def undominated(part: Problem) -> Problem:
    r"""Return a component with the same greatest value and often far fewer pairs.

    At most :math:`K = \sum_o \lfloor c_o / \min_{l \sim o} q_l \rfloor` lines can be served. For
    each offer and each quantity only the best :math:`K` lines matter: were a worse one assigned,
    one of the better ones would be free, and could take its place, wanting no more. Where offers
    are scarce, which is the common case, this leaves little to decide.
    """
    quantity = part.quantity[part.line]
    most = _most_lines(part, quantity)
    order = np.lexsort((part.line, -part.value, quantity, part.offer))
    offer, wanted = part.offer[order], quantity[order]
    begins = np.ones(part.pairs, dtype=np.bool_)
    begins[1:] = (offer[1:] != offer[:-1]) | (wanted[1:] != wanted[:-1])
    place = np.arange(part.pairs)
    rank = place - np.maximum.accumulate(np.where(begins, place, 0))
    return part.only(np.sort(order[rank < most]))


def _most_lines(part: Problem, quantity: Integers) -> int:
    least = np.full(len(part.offer_ids), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(least, part.offer, quantity)
    return int((part.capacity // least).sum())
