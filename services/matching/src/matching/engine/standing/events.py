"""What can happen to a plan, up to the point where it has to ``settle`` again.

That is one compiled function of its own: what an event changes is small beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner, native
from matching.engine.standing.edges import (
    add_edge,
    carry,
    given_back,
    remove_edge,
    remove_twin,
    roomy_need,
    roomy_offer,
    sort_in,
    touch,
)
from matching.engine.standing.settle import (
    need_is_due,
    offer_is_due,
    release,
    reprice_need,
)
from matching.engine.standing.state import NONE
from matching.engine.standing.steps import load_more, price_of, rent

if TYPE_CHECKING:
    from matching.engine.standing.state import Integers, State


@native
def insert_need(
    s: State, i: int, units: int, term: int, offers: Integers, values: Integers
) -> None:
    """Give a row to a need, and place its units."""
    blank_need(s, i, units, term)
    roomy_need(s, i, len(offers))
    for k in range(len(offers)):
        add_edge(s, i, offers[k], values[k])
    s.needs[i].excess = units
    reprice_need(s, i)


@inner
def blank_need(s: State, i: int, units: int, term: int) -> None:
    """Make a row that of a need without pairs, with nothing placed and nothing left out."""
    need = s.needs[i]
    need.term, need.units, need.pinned, need.unmet, need.excess = term, units, 0, 0, 0
    need.edges, need.room, need.first, need.has_lost, need.is_due = 0, 0, NONE, 0, 0
    s.surplus[i] = -term


@native
def remove_need(s: State, i: int) -> None:
    """Take a need out with all that was pinned to it, and fill the room that comes free."""
    need = s.needs[i]
    e = need.first
    while e != NONE:
        after = s.flows[e].next
        set_pinned(s, i, e, 0)
        release(s, i, e, s.flows[e].units)
        offer_is_due(s, s.to[e])
        e = after
    s.tally[0].bound -= (s.surplus[i] + need.term) * need.units
    for e in range(need.begin, need.begin + need.edges):
        remove_twin(s, e)
    given_back(s.free_edges, s.to, need.begin, need.room)
    blank_need(s, i, 0, 0)


@native
def insert_offer(
    s: State,
    j: int,
    capacity: int,
    term: int,
    steps: Integers,
    needs: Integers,
    values: Integers,
) -> None:
    """Give a row to an offer, and let it serve whom it serves best."""
    blank_offer(s, j, capacity, term)
    set_steps(s, j, steps)
    roomy_offer(s, j, len(needs))
    highest = -term
    for k in range(len(needs)):
        add_edge(s, needs[k], j, values[k])
        highest = max(highest, values[k] - s.surplus[needs[k]])
    s.price[j] = highest
    s.tally[0].floor = min(s.tally[0].floor, -term)
    s.tally[0].bound += rent(s, j)
    offer_is_due(s, j)


@inner
def blank_offer(s: State, j: int, capacity: int, term: int) -> None:
    """Make a row that of an offer without pairs. What room it has for steps it keeps."""
    offer = s.offers[j]
    offer.term, offer.capacity, offer.load, offer.pinned = term, capacity, 0, 0
    offer.steps, offer.edges, offer.room, offer.holders, offer.is_due = 0, 0, 0, 0, 0
    s.price[j] = -term


@inner
def set_steps(s: State, j: int, steps: Integers) -> None:
    """Note what the units of an offer cost."""
    offer = s.offers[j]
    if len(steps) > offer.step_room:
        offer.first_step, offer.step_room = s.tally[0].steps, len(steps)
        s.tally[0].steps += len(steps)
    offer.steps = len(steps)
    for k in range(len(steps)):
        s.steps[offer.first_step + k] = steps[k]


@native
def empty_offer(s: State, j: int) -> None:
    """Take from an offer what was pinned to it, and all its capacity."""
    offer = s.offers[j]
    for twin in range(offer.begin + offer.holders - 1, offer.begin - 1, -1):
        i, e = s.came[twin], s.edge[twin]
        if s.flows[e].pinned:
            set_pinned(s, i, e, 0)
            reprice_need(s, i)
    resize_offer(s, j, 0)


@native
def remove_offer(s: State, j: int) -> None:
    """Take an offer out that was emptied and carries nothing any more."""
    offer = s.offers[j]
    for twin in range(offer.begin + offer.edges - 1, offer.begin - 1, -1):
        i, e = s.came[twin], s.edge[twin]
        if s.flows[e].told:
            s.needs[i].has_lost = 1
            touch(s, i)
        remove_edge(s, i, e)
    given_back(s.free_twins, s.came, offer.begin, offer.room)
    blank_offer(s, j, 0, 0)


@native
def resize_offer(s: State, j: int, capacity: int) -> None:
    """Change how many units an offer may carry; what is pinned stays in any case."""
    s.tally[0].bound -= rent(s, j)
    s.offers[j].capacity = capacity
    s.tally[0].bound += rent(s, j)
    offer_is_due(s, j)


@native
def allow(s: State, i: int, j: int) -> int:
    """Bring in a pair that is worth nothing; return its edge."""
    worth = -s.needs[i].term - s.offers[j].term
    return add_edge(s, i, j, min(0, worth))


@native
def forbid(s: State, i: int, e: int) -> None:
    """Take a pair out, with what was pinned of it."""
    flow, j = s.flows[e], s.to[e]
    set_pinned(s, i, e, 0)
    release(s, i, e, flow.units)
    if flow.told:
        s.needs[i].has_lost = 1
    remove_edge(s, i, e)
    reprice_need(s, i)
    offer_is_due(s, j)


@native
def pin(s: State, i: int, e: int, units: int) -> None:
    """Have exactly so many units of a pair stay, whatever else happens."""
    flow, j = s.flows[e], s.to[e]
    set_pinned(s, i, e, min(units, flow.units))
    missing = units - flow.units
    if missing > 0:
        gather(s, i, e, missing)
        s.needs[i].excess -= missing
        carry(s, i, e, missing)
        load_more(s, j, missing)
        set_pinned(s, i, e, units)
    reprice_need(s, i)
    offer_is_due(s, j)


@inner
def gather(s: State, i: int, but: int, units: int) -> None:
    """Take units of a need from where they are, left-out ones first, but not from one edge."""
    need = s.needs[i]
    free = min(units, need.unmet)
    need.unmet -= free
    need.excess += free
    e = need.first
    while e != NONE and need.excess < units:
        flow, after = s.flows[e], s.flows[e].next
        if e != but and flow.units > flow.pinned:
            offer_is_due(s, s.to[e])
            release(s, i, e, min(units - need.excess, flow.units - flow.pinned))
        e = after


@inner
def set_pinned(s: State, i: int, e: int, units: int) -> None:
    """Note how many of the units that an edge carries are pinned; the bound goes along."""
    flow, need, j = s.flows[e], s.needs[i], s.to[e]
    more = units - flow.pinned
    worth = s.value[e] + need.term + s.offers[j].term
    s.tally[0].bound += more * (worth - s.surplus[i] - need.term) - rent(s, j)
    flow.pinned += more
    need.pinned += more
    s.offers[j].pinned += more
    s.tally[0].bound += rent(s, j)


@native
def set_need_term(s: State, i: int, term: int) -> None:
    """Change what is added to all pairs of a need."""
    need = s.needs[i]
    more = term - need.term
    s.tally[0].value += more * (need.units - need.unmet)
    s.tally[0].bound += more * need.units
    need.term = term
    reprice_need(s, i)


@native
def set_offer_term(s: State, j: int, term: int) -> None:
    """Change what is added to all pairs of an offer: its price follows as far as it can."""
    offer = s.offers[j]
    more = term - offer.term
    s.tally[0].value += more * offer.load
    s.tally[0].bound += more * offer.pinned - rent(s, j)
    offer.term = term
    s.tally[0].bound += rent(s, j)
    s.tally[0].floor = min(s.tally[0].floor, -term)
    for twin in range(offer.begin + offer.holders - 1, offer.begin - 1, -1):
        i, e = s.came[twin], s.edge[twin]
        flow = s.flows[e]
        if s.value[e] + s.needs[i].term + term <= 0 and flow.units > flow.pinned:
            release(s, i, e, flow.units - flow.pinned)
            need_is_due(s, i)
    if offer.load <= offer.pinned and price_of(s, j) < 0:
        s.price[j] = -term
    offer_is_due(s, j)


@native
def set_value(s: State, i: int, e: int, value: int) -> None:
    """Change what a unit of a pair is worth."""
    flow = s.flows[e]
    more = value - s.value[e]
    s.tally[0].value += more * flow.units
    s.tally[0].bound += more * flow.pinned
    s.value[e], s.worth[flow.back] = value, value
    sort_in(s, i, e)
    reprice_need(s, i)
