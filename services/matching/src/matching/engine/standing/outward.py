"""Finding a place for units that have none: a shortest path from a need, or from a full offer.

Dijkstra's algorithm on reduced costs. From a need at distance ``d`` an edge leads to its offer, at
``d + surplus + price - value``; from an offer every need that it serves is as far as itself,
because what carries units is tight. A path ends where an offer has room, or where a need would
rather be left out. What was nearer than the end changes its price, so that the path becomes tight
and nothing that carries units stops being so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner
from matching.engine.standing.edges import carry, touch
from matching.engine.standing.heap import drop_first, push
from matching.engine.standing.state import FAR, NONE
from matching.engine.standing.steps import (
    load_more,
    price_of,
    rent,
    step,
    units_down,
    units_up,
)

if TYPE_CHECKING:
    from matching.engine.standing.state import Integers, Records, Rows, State


@inner
def place_units(s: State, i: int, j: int) -> None:  # noqa: C901, PLR0912, PLR0915  # One loop.
    """Send units of a need that has an excess, or of an offer that has too many, where they fit.

    One of ``i`` and ``j`` is ``NONE``. Afterwards either some units have moved, or the offer's
    price pays for those that it has.
    """
    best, end_need, end_offer = FAR, NONE, NONE
    floor, reached = s.tally[0].floor, (s.need_at, s.need_via, s.needs_seen)
    offers_seen, needs_seen, waiting, heap = 0, 0, 0, 0
    distance = 0
    if i != NONE:
        s.need_at[i], s.need_via[i], s.needs_seen[0] = 0, NONE, i
        needs_seen = 1
    else:
        offer = s.offers[j]
        if offer.load <= offer.capacity:
            # Letting go is preferred to being paid just enough, hence the 1: a pair that is worth
            # nothing is not made.
            best = step(s, j, offer.load) - price_of(s, j) + 1
        s.offer_at[j], s.offer_via[j], s.offers_seen[0] = 0, NONE, j
        offers_seen = 1
        needs_seen = enter_holders(s.offers, s.came, s.edge, s.flows, reached, j, 0, needs_seen)
    while True:
        while waiting < needs_seen:
            i_at = s.needs_seen[waiting]
            waiting += 1
            surplus = s.surplus[i_at]
            need = s.needs[i_at]
            if distance + surplus + need.term < best:
                best, end_need, end_offer = distance + surplus + need.term, i_at, NONE
            base = distance + surplus
            least = base + floor
            for e in range(need.begin, need.begin + need.edges):
                value = s.value[e]
                if least - value >= best:
                    break
                to = s.to[e]
                at = base + s.price[to] - value
                if at >= best or at >= s.offer_at[to]:
                    continue
                new = s.offer_at[to] == FAR
                if new:
                    s.offers_seen[offers_seen] = to
                    offers_seen += 1
                s.offer_at[to], s.offer_via[to] = at, e
                heap = push(s.heap_key, s.heap_row, s.heap_place, heap, at, to, new)
                if s.offers[to].load < s.offers[to].capacity:
                    end = at + step(s, to, s.offers[to].load + 1) - price_of(s, to)
                    if end < best:
                        best, end_need, end_offer = end, NONE, to
        if heap == 0 or s.heap_key[0] >= best:
            break
        nearest = s.heap_row[0]
        distance = s.heap_key[0]
        heap = drop_first(s.heap_key, s.heap_row, s.heap_place, heap)
        needs_seen = enter_holders(
            s.offers, s.came, s.edge, s.flows, reached, nearest, distance, needs_seen
        )
    if end_need == NONE and end_offer == NONE:
        best -= 1
    s.tally[0].searches += 1
    s.tally[0].visited += needs_seen
    raise_prices(s, best, offers_seen, needs_seen)
    if end_need != NONE or end_offer != NONE:
        move_along(s, end_need, end_offer)
    for k in range(offers_seen):
        s.offer_at[s.offers_seen[k]] = FAR
    for k in range(needs_seen):
        s.need_at[s.needs_seen[k]] = FAR


@inner
def enter_holders(  # Arrays one by one: a whole state costs more to hand over.
    offers: Records,
    came: Rows,
    edge: Rows,
    flows: Records,
    reached: tuple[Integers, Rows, Rows],
    j: int,
    distance: int,
    needs_seen: int,
) -> int:
    """Reach the needs that an offer serves and that may be served elsewhere."""
    need_at, need_via, seen = reached
    begin = offers[j].begin
    for twin in range(begin, begin + offers[j].holders):
        holder, e = came[twin], edge[twin]
        if need_at[holder] == FAR and flows[e].units > flows[e].pinned:
            need_at[holder], need_via[holder] = distance, e
            seen[needs_seen] = holder
            needs_seen += 1
    return needs_seen


@inner
def raise_prices(s: State, best: int, offers_seen: int, needs_seen: int) -> None:
    """Let what was nearer than the end cost more, and those who want it gain less."""
    for k in range(offers_seen):
        j = s.offers_seen[k]
        if s.offer_at[j] < best:
            offer, change = s.offers[j], best - s.offer_at[j]
            if offer.steps == 0 and s.price[j] + offer.term >= 0:
                s.price[j] += change
                s.tally[0].bound += change * max(0, offer.capacity - offer.pinned)
                continue
            s.tally[0].bound -= rent(s, j)
            s.price[j] += change
            s.tally[0].bound += rent(s, j)
    for k in range(needs_seen):
        i = s.needs_seen[k]
        if s.need_at[i] < best:
            less = best - s.need_at[i]
            s.surplus[i] -= less
            s.tally[0].bound -= less * (s.needs[i].units - s.needs[i].pinned)


@inner
def move_along(s: State, end_need: int, end_offer: int) -> None:
    """Move as many units as the whole path allows, from its end to its source."""
    units = movable(s, end_need, end_offer)
    i, j = end_need, end_offer
    if j != NONE:
        load_more(s, j, units)
    else:
        s.needs[i].unmet += units
        touch(s, i)
    while True:
        if j != NONE:
            e = s.offer_via[j]
            if e == NONE:
                load_more(s, j, -units)
                return
            i = s.came[s.flows[e].back]
            carry(s, i, e, units)
        e = s.need_via[i]
        if e == NONE:
            s.needs[i].excess -= units
            return
        carry(s, i, e, -units)
        j = s.to[e]


@inner
def movable(s: State, end_need: int, end_offer: int) -> int:
    """Return how many units a path takes."""
    i, j = end_need, end_offer
    units = FAR if j == NONE else units_up(s, j)
    while True:
        if j != NONE:
            e = s.offer_via[j]
            if e == NONE:
                return min(units, units_down(s, j))
            i = s.came[s.flows[e].back]
        e = s.need_via[i]
        if e == NONE:
            return min(units, s.needs[i].excess)
        units = min(units, s.flows[e].units - s.flows[e].pinned)
        j = s.to[e]
