"""Making a plan optimal again after something was changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner, native
from matching.engine.standing.edges import carry, touch
from matching.engine.standing.inward import fill_room
from matching.engine.standing.outward import place_units
from matching.engine.standing.state import NONE
from matching.engine.standing.steps import is_over, is_under, load_more

if TYPE_CHECKING:
    from matching.engine.standing.state import State


@native
def settle(s: State) -> None:
    """Place all units without a place, and fill all room that is worth filling.

    Before, every edge that carries free units is tight and no edge has a negative reduced cost.
    Room goes first: a path outwards may end in room only at no less than its price.
    """
    tally = s.tally[0]
    for k in range(tally.offers_due):
        while is_under(s, s.offers_due[k]):
            fill_room(s, s.offers_due[k])
    for k in range(tally.offers_due):
        j = s.offers_due[k]
        s.offers[j].is_due = 0
        while is_over(s, j):
            place_units(s, NONE, j)
        s.price[j] = max(s.price[j], -s.offers[j].term)
    for k in range(tally.needs_due):
        s.needs[s.needs_due[k]].is_due = 0
        while s.needs[s.needs_due[k]].excess > 0:
            place_units(s, s.needs_due[k], NONE)
    tally.offers_due = 0
    tally.needs_due = 0


@inner
def offer_is_due(s: State, j: int) -> None:
    """Have an offer looked at by the next ``settle``."""
    if s.offers[j].is_due:
        return
    s.offers[j].is_due = 1
    s.offers_due[s.tally[0].offers_due] = j
    s.tally[0].offers_due += 1


@inner
def need_is_due(s: State, i: int) -> None:
    """Have a need's excess placed by the next ``settle``."""
    if s.needs[i].is_due:
        return
    s.needs[i].is_due = 1
    s.needs_due[s.tally[0].needs_due] = i
    s.tally[0].needs_due += 1


@inner
def release(s: State, i: int, e: int, units: int) -> None:
    """Take units off an edge; they have no place then, and their offer has room."""
    if units == 0:
        return
    carry(s, i, e, -units)
    load_more(s, s.to[e], -units)
    s.needs[i].excess += units


@inner
def reprice_need(s: State, i: int) -> None:
    """Give a need the surplus that prices allow it, and release what is no longer its best."""
    need = s.needs[i]
    highest = -need.term
    for e in range(need.begin, need.begin + need.edges):
        highest = max(highest, s.value[e] - s.price[s.to[e]])
    s.tally[0].bound += (highest - s.surplus[i]) * (need.units - need.pinned)
    s.surplus[i] = highest
    e = need.first
    while e != NONE:
        flow, j, after = s.flows[e], s.to[e], s.flows[e].next
        is_tight = highest + s.price[j] == s.value[e]
        is_worth = s.value[e] + need.term + s.offers[j].term > 0
        if flow.units > flow.pinned and not (is_tight and is_worth):
            release(s, i, e, flow.units - flow.pinned)
            offer_is_due(s, j)
        e = after
    if highest + need.term > 0:
        need.excess += need.unmet
        need.unmet = 0
    else:
        need.unmet += need.excess
        need.excess = 0
    if need.excess > 0:
        need_is_due(s, i)
    touch(s, i)
