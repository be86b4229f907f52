"""A plan as it can be stored, and what has changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.engine.native import native
from matching.engine.standing.order import begins, by_row, near_together
from matching.engine.standing.proof import edges_of
from matching.engine.standing.state import NONE, Integers, State
from matching.engine.standing.transport import Transport

if TYPE_CHECKING:
    from matching.engine.standing.roll import Roll


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Snapshot:
    """An instance, how many units each of its pairs carries, and the price of each offer."""

    problem: Transport
    carried: Integers
    price: Integers


def laid_out(kept: Snapshot) -> Snapshot:
    """Return the same in another order of rows: what a search reads together lies together."""
    problem = kept.problem
    needs, offers = len(problem.need_ids), len(problem.offer_ids)
    came_begin = begins(problem.offer, offers)
    by_offer = by_row(problem.offer, came_begin)
    need_order, offer_order = near_together(
        begins(problem.need, needs), problem.offer, came_begin, problem.need[by_offer]
    )
    need_row, offer_row = np.argsort(need_order), np.argsort(offer_order)
    need, offer = need_row[problem.need], offer_row[problem.offer]
    order = by_row(offer, begins(offer, offers))
    order = order[by_row(need[order], begins(need, needs))]
    moved = Transport(
        need_ids=tuple(problem.need_ids[row] for row in need_order.tolist()),
        units=problem.units[need_order],
        need_term=problem.need_term[need_order],
        offer_ids=tuple(problem.offer_ids[row] for row in offer_order.tolist()),
        capacity=problem.capacity[offer_order],
        offer_term=problem.offer_term[offer_order],
        steps=tuple(problem.steps[row] for row in offer_order.tolist()),
        need=need[order],
        offer=offer[order],
        value=problem.value[order],
        pinned=problem.pinned[order],
    )
    return Snapshot(problem=moved, carried=kept.carried[order], price=kept.price[offer_order])


def snapshot(state: State, needs: Roll, offers: Roll) -> Snapshot:
    """Return a plan as it can be stored."""
    rows, columns = needs.rows(), offers.rows()
    need, offer = state.needs[rows], state.offers[columns]
    edges = edges_of(state, rows)
    place = np.full(len(state.needs), NONE, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    column = np.full(len(state.offers), NONE, dtype=np.int64)
    column[columns] = np.arange(len(columns))
    pair_need, pair_offer = place[edges.need], column[state.to[edges.at]]
    order = np.lexsort((pair_offer, pair_need))
    flows = state.flows[edges.at[order]]
    problem = Transport(
        need_ids=tuple(map(needs.id_of, rows.tolist())),
        units=need["units"],
        need_term=need["term"],
        offer_ids=tuple(map(offers.id_of, columns.tolist())),
        capacity=offer["capacity"],
        offer_term=offer["term"],
        steps=tuple(
            state.steps[first : first + count].copy()
            for first, count in zip(offer["first_step"], offer["steps"], strict=True)
        ),
        need=pair_need[order],
        offer=pair_offer[order],
        value=state.value[edges.at[order]],
        pinned=flows["pinned"],
    )
    return Snapshot(
        problem=problem, carried=flows["units"], price=state.price[columns] + offer["term"]
    )


@native
def tell(s: State) -> Integers:
    """Return the rows of the needs that are served otherwise than when last told."""
    rows = np.empty(s.tally[0].touched, np.int64)
    count = 0
    for k in range(s.tally[0].touched):
        i = s.touched[k]
        need = s.needs[i]
        is_changed = need.has_lost == 1
        for e in range(need.begin, need.begin + need.edges):
            if s.flows[e].told != s.flows[e].units:
                s.flows[e].told = s.flows[e].units
                is_changed = True
        need.is_touched, need.has_lost = 0, 0
        if is_changed:
            rows[count] = i
            count += 1
    s.tally[0].touched = 0
    return rows[:count]
