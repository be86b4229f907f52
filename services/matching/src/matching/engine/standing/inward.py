"""Finding units for room that came free: a shortest path backwards from an offer.

From an offer at distance ``d`` every edge leads back to its need, at ``d + surplus + price -
value``, and from there to the offers that serve the need now. A path ends at a need that is left
out, at units that have no place, at an offer that would rather carry fewer; or nowhere, when the
price has fallen to what the free unit costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner
from matching.engine.standing.edges import carry, touch
from matching.engine.standing.heap import drop_first, push
from matching.engine.standing.state import FAR, NONE
from matching.engine.standing.steps import (
    is_over,
    load_more,
    price_of,
    rent,
    step,
    units_down,
    units_up,
)

if TYPE_CHECKING:
    from matching.engine.standing.state import State


@inner
def fill_room(s: State, j: int) -> None:  # noqa: C901, PLR0912  # One loop of Dijkstra's.
    """Bring units to an offer that has room at a price: some move, or the price falls to cost."""
    best, end_need, end_offer = price_of(s, j) - step(s, j, s.offers[j].load + 1), NONE, NONE
    s.offer_at[j], s.offer_via[j], s.offers_seen[0] = 0, NONE, j
    offers_seen, needs_seen, waiting, heap = 1, 0, 0, 0
    distance = 0
    while True:
        while waiting < offers_seen:
            at_offer = s.offers_seen[waiting]
            waiting += 1
            offer = s.offers[at_offer]
            base = distance + s.price[at_offer]
            for twin in range(offer.begin, offer.begin + offer.edges):
                i = s.came[twin]
                at = base + s.surplus[i] - s.worth[twin]
                if at >= best or at >= s.need_at[i]:
                    continue
                new = s.need_at[i] == FAR
                if new:
                    s.needs_seen[needs_seen] = i
                    needs_seen += 1
                s.need_at[i], s.need_via[i] = at, s.edge[twin]
                heap = push(s.heap_key, s.heap_row, s.heap_place, heap, at, i, new)
                if s.needs[i].unmet > 0 or s.needs[i].excess > 0:
                    best, end_need, end_offer = at, i, NONE
        if heap == 0 or s.heap_key[0] >= best:
            break
        nearest = s.heap_row[0]
        distance = s.heap_key[0]
        heap = drop_first(s.heap_key, s.heap_row, s.heap_place, heap)
        e = s.needs[nearest].first
        while e != NONE:
            to = s.to[e]
            if s.offer_at[to] == FAR and s.flows[e].units > s.flows[e].pinned:
                s.offer_at[to], s.offer_via[to] = distance, e
                s.offers_seen[offers_seen] = to
                offers_seen += 1
                end = distance
                if not is_over(s, to):
                    end += price_of(s, to) - step(s, to, s.offers[to].load)
                if end < best:
                    best, end_need, end_offer = end, NONE, to
            e = s.flows[e].next
    s.tally[0].searches += 1
    s.tally[0].visited += needs_seen
    lower_prices(s, best, offers_seen, needs_seen)
    if end_need != NONE or end_offer != NONE:
        move_back(s, j, end_need, end_offer)
    for k in range(offers_seen):
        s.offer_at[s.offers_seen[k]] = FAR
    for k in range(needs_seen):
        s.need_at[s.needs_seen[k]] = FAR


@inner
def lower_prices(s: State, best: int, offers_seen: int, needs_seen: int) -> None:
    """Let what was nearer than the end cost less, and those who want it gain more."""
    for k in range(offers_seen):
        j = s.offers_seen[k]
        if s.offer_at[j] < best:
            offer, change = s.offers[j], best - s.offer_at[j]
            if offer.steps == 0 and s.price[j] + offer.term - change >= 0:
                s.price[j] -= change
                s.tally[0].bound -= change * max(0, offer.capacity - offer.pinned)
                continue
            s.tally[0].bound -= rent(s, j)
            s.price[j] -= change
            s.tally[0].bound += rent(s, j)
    for k in range(needs_seen):
        i = s.needs_seen[k]
        if s.need_at[i] < best:
            more = best - s.need_at[i]
            s.surplus[i] += more
            s.tally[0].bound += more * (s.needs[i].units - s.needs[i].pinned)


@inner
def move_back(s: State, source: int, end_need: int, end_offer: int) -> None:
    """Move as many units as the whole path allows, from its end to the room."""
    units = min(units_up(s, source), movable_back(s, end_need, end_offer))
    i, j = end_need, end_offer
    if i != NONE:
        if s.needs[i].excess > 0:
            s.needs[i].excess -= units
        else:
            s.needs[i].unmet -= units
        touch(s, i)
    else:
        load_more(s, j, -units)
    while True:
        if i == NONE:
            e = s.offer_via[j]
            if e == NONE:
                load_more(s, j, units)
                return
            i = s.came[s.flows[e].back]
            carry(s, i, e, -units)
        e = s.need_via[i]
        carry(s, i, e, units)
        i, j = NONE, s.to[e]


@inner
def movable_back(s: State, end_need: int, end_offer: int) -> int:
    """Return how many units a path takes, if the room at its source is enough."""
    i, j = end_need, end_offer
    if i != NONE:
        units = s.needs[i].excess if s.needs[i].excess > 0 else s.needs[i].unmet
    else:
        units = units_down(s, j)
    while True:
        if i == NONE:
            e = s.offer_via[j]
            if e == NONE:
                return units
            i = s.came[s.flows[e].back]
            units = min(units, s.flows[e].units - s.flows[e].pinned)
        i, j = NONE, s.to[s.need_via[i]]
