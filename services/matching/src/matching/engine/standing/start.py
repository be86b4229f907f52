"""From columns to the arrays of a plan, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.native import native
from matching.engine.standing.edges import LEAST_ROOM, carry
from matching.engine.standing.events import set_pinned
from matching.engine.standing.order import begins, by_row, falling
from matching.engine.standing.settle import offer_is_due, reprice_need, settle
from matching.engine.standing.state import NONE, State, empty_state, roomy
from matching.engine.standing.steps import load_more, rent

if TYPE_CHECKING:
    from matching.engine.standing.state import Integers, Records
    from matching.engine.standing.transport import Transport


def state_of(problem: Transport, *, carried: Integers, price: Integers) -> State:
    """Return the plan in which each pair carries so many units and each offer has such a price.

    Args:
        problem: An instance in canonical order; rows of the state are its indices.
        carried: For each pair, at least what is pinned; within units and capacities.
        price: For each offer; at least 0.
    """
    needs, offers = len(problem.need_ids), len(problem.offer_ids)
    order = falling(problem.value, begins(problem.need, needs))
    pairs = problem.in_order(order)
    begin, edges, room, edges_end = _blocks(pairs.need, needs)
    came, twins, twin_room, twins_end = _blocks(pairs.offer, offers)
    state = empty_state(needs=needs, offers=offers, edges=edges_end, twins=twins_end)
    state = roomy(state, steps=sum(map(len, problem.steps)))
    state.needs["term"][:needs], state.needs["units"][:needs] = problem.need_term, problem.units
    state.needs["excess"][:needs], state.needs["first"] = problem.units, NONE
    _place_blocks(state.needs, begin, edges, room)
    state.offers["term"][:offers] = problem.offer_term
    state.offers["capacity"][:offers] = problem.capacity
    _place_blocks(state.offers, came, twins, twin_room)
    _place_steps(state, problem)
    edge = _places(pairs.need, begin)
    by_offer = by_row(pairs.offer, begins(pairs.offer, offers))
    twin = np.empty_like(edge)
    twin[by_offer] = _places(pairs.offer[by_offer], came)
    state.to[edge], state.value[edge] = pairs.offer, pairs.value
    state.flows["back"][edge] = twin
    state.came[twin], state.worth[twin], state.edge[twin] = pairs.need, pairs.value, edge
    state.price[:offers] = price - problem.offer_term
    state.surplus[:needs] = -problem.need_term
    tally = state.tally[0]
    tally["edges"], tally["twins"] = edges_end, twins_end
    tally["floor"] = min(0, -int(problem.offer_term.max(initial=0)))
    _fill(state, offers, edge, pairs.need, carried[order], pairs.pinned)
    return state


def _blocks(rows: Integers, count: int) -> tuple[Integers, Integers, Integers, int]:
    """Return where each row's block begins, how long it is, its room, and where all end."""
    length = np.bincount(rows, minlength=count).astype(np.int64)
    room = np.maximum(LEAST_ROOM, 1 << np.ceil(np.log2(np.maximum(length, 1))).astype(np.int64))
    end = np.cumsum(room)
    return end - room, length, room, int(end[-1]) if count else 0


def _place_blocks(rows: Records, begin: Integers, edges: Integers, room: Integers) -> None:
    count = len(begin)
    rows["begin"][:count], rows["edges"][:count], rows["room"][:count] = begin, edges, room


def _place_steps(state: State, problem: Transport) -> None:
    lengths = np.array([len(each) for each in problem.steps], dtype=np.int64)
    end = np.cumsum(lengths)
    offers = state.offers[: len(lengths)]
    offers["first_step"], offers["steps"], offers["step_room"] = end - lengths, lengths, lengths
    if lengths.any():
        state.steps[: end[-1]] = np.concatenate(problem.steps)
        state.tally[0]["steps"] = end[-1]


def _places(rows: Integers, begin: Integers) -> Integers:
    """Return a place in its row's block for each of a sorted sequence of rows."""
    first = begins(rows, len(begin))[:-1]
    return (begin - first)[rows] + np.arange(len(rows))


@native
def _fill(
    s: State,
    offers: int,
    edges: Integers,
    needs: Integers,
    carried: Integers,
    pinned: Integers,
) -> None:
    """Let edges carry what they carry; take note that it is known."""
    for j in range(offers):
        s.tally[0].bound += rent(s, j)
    for k in range(len(edges)):
        if carried[k] > 0:
            i, e = needs[k], edges[k]
            carry(s, i, e, carried[k])
            load_more(s, s.to[e], carried[k])
            s.needs[i].excess -= carried[k]
            s.flows[e].told = carried[k]
            if pinned[k] > 0:
                set_pinned(s, i, e, pinned[k])


@native
def settle_all(s: State, needs: int, offers: int) -> None:
    """Make a plan optimal whose prices and flows are any that keep to units and capacities."""
    for i in range(needs):
        reprice_need(s, i)
    for j in range(offers):
        offer_is_due(s, j)
    settle(s)
