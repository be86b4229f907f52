"""A first plan from nothing: needs and offers outbid each other, in ever smaller steps.

Bertsekas' forward and reverse auction with scaling. In a phase with increment ``e`` each need
without a place goes to its best offer and pays up to ``e`` more than its second best leaves it;
then each offer with room at a price lowers it, up to ``e`` below what it takes to win a need over.
What holds after the last phase is exact but for an increment of 1: ``settle`` finds what is left
to do in short searches. Needs of more than one unit and pinned pairs have no part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from matching.engine.native import inner, native
from matching.engine.standing.order import begins, by_row, falling
from matching.engine.standing.state import FAR, NONE, Integers, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.engine.standing.transport import Transport

SCALE: Final = 5
"""Each phase has an increment so many times smaller than the one before."""


COARSEST: Final = 40
"""The first increment is the highest value divided by this: coarser, and prices rise too far to
be taken back cheaply; finer, and needs outbid each other for ever where offers are scarce."""


class Market(NamedTuple):
    """Pairs by need and by offer, and how things stand.

    Edges of need ``i`` are ``begin[i]`` to ``begin[i + 1]``, by falling value; twins of offer ``j``
    likewise in ``came_begin``; its places ``place[j]`` to ``place[j] + load[j]`` are taken by
    ``holder``, who would pay ``level``; an empty one costs ``cost``.
    """

    begin: Integers
    to: Rows
    value: Integers
    came_begin: Integers
    came: Rows
    worth: Integers
    place: Integers
    room: Integers
    cost: Integers
    price: Integers
    floor: Integers
    load: Integers
    holder: Rows
    level: Integers
    at: Rows
    gain: Integers
    queue: Rows
    waits: NDArray[np.bool_]


@native
def auction(m: Market, increment: int) -> None:
    """Let prices and places come near the best plan."""
    while True:
        place_needs(m, increment, begin_phase(m, increment))
        fill_offers(m, increment)
        if increment == 1:
            return
        increment = max(1, increment // SCALE)


@inner
def place_needs(m: Market, increment: int, waiting: int) -> None:
    """Let needs bid until nobody who gains by it is without a place."""
    first, last, needs = 0, waiting, len(m.at)
    while first != last:
        loser = bid(m, m.queue[first], increment)
        first = first + 1 if first < needs else 0
        if loser != NONE:
            m.queue[last] = loser
            last = last + 1 if last < needs else 0


@inner
def fill_offers(m: Market, increment: int) -> None:
    """Let offers bid until none has an empty place that it asks too much for."""
    first, last, offers = 0, 0, len(m.price)
    for i in range(len(m.at)):
        m.gain[i] = best_gain(m, i)
    for j in range(offers):
        m.waits[j] = is_vacant(m, j)
        if m.waits[j]:
            m.queue[last] = j
            last += 1
    while first != last:
        j = m.queue[first]
        first = first + 1 if first < offers else 0
        m.waits[j] = False
        while is_vacant(m, j):
            left = win_over(m, j, increment)
            if left != NONE and not m.waits[left] and is_vacant(m, left):
                m.waits[left] = True
                m.queue[last] = left
                last = last + 1 if last < offers else 0


@inner
def begin_phase(m: Market, increment: int) -> int:
    """Free everybody who has more than an increment to gain elsewhere; return how many wait."""
    waiting = 0
    m.floor[:] = m.price
    m.load[:] = 0
    for i in range(len(m.at)):
        best, second, here = 0, 0, -FAR
        at = m.at[i]
        for e in range(m.begin[i], m.begin[i + 1]):
            if m.value[e] <= second and (at == NONE or here > -FAR):
                break
            gain = m.value[e] - m.price[m.to[e]]
            if m.to[e] == at:
                here = gain
            else:
                second = max(second, gain)
        best = max(here, second)
        if at != NONE and best - here <= increment:
            slot = m.place[at] + m.load[at]
            m.holder[slot], m.level[slot] = i, m.price[at] + here - second + increment
            m.load[at] += 1
        else:
            m.at[i] = NONE
            if best > 0:
                m.queue[waiting] = i
                waiting += 1
    return waiting


@inner
def best_gain(m: Market, i: int) -> int:
    """Return what a need gains at present prices."""
    best = 0
    for e in range(m.begin[i], m.begin[i + 1]):
        if m.value[e] <= best:
            break
        best = max(best, m.value[e] - m.price[m.to[e]])
    return best


@inner
def asked(m: Market, j: int) -> int:
    """Return the price of an offer's next place: an empty one's, or what its holder would pay."""
    place, load = m.place[j], m.load[j]
    least = max(m.floor[j], m.cost[place + load]) if load < m.room[j] else FAR
    for slot in range(place, place + load):
        least = min(least, m.level[slot])
    return least


@inner
def bid(m: Market, i: int, increment: int) -> int:
    """Give a need its best place, if it gains by it; return who has lost one by that."""
    best, second, chosen = 0, 0, NONE
    for e in range(m.begin[i], m.begin[i + 1]):
        if m.value[e] <= second:
            break
        gain = m.value[e] - m.price[m.to[e]]
        if gain > best:
            second, best, chosen = best, gain, e
        elif gain > second:
            second = gain
    if chosen == NONE:
        return NONE
    j = m.to[chosen]
    place, load, loser = m.place[j], m.load[j], NONE
    if load < m.room[j] and max(m.floor[j], m.cost[place + load]) <= m.price[j]:
        slot = place + load
        m.load[j] = load + 1
    else:
        slot = place
        for other in range(place + 1, place + load):
            if m.level[other] < m.level[slot]:
                slot = other
        loser = m.holder[slot]
        m.at[loser] = NONE
    m.holder[slot], m.at[i] = i, j
    m.level[slot] = m.value[chosen] - second + increment
    m.price[j] = asked(m, j)
    return loser


@inner
def is_vacant(m: Market, j: int) -> bool:
    """Tell whether an offer has an empty place that it asks too much for."""
    return m.load[j] < m.room[j] and m.price[j] > m.cost[m.place[j] + m.load[j]]


@inner
def win_over(m: Market, j: int, increment: int) -> int:
    """Lower an offer's price until it wins a need over, or to its cost.

    Returns:
        The offer that has lost the need, or ``NONE``.
    """
    cost, before = m.cost[m.place[j] + m.load[j]], m.price[j]
    most, second, chosen = cost, cost, NONE
    for twin in range(m.came_begin[j], m.came_begin[j + 1]):
        if m.worth[twin] <= second:
            break
        i = m.came[twin]
        if m.at[i] == j:
            continue
        pays = m.worth[twin] - m.gain[i]
        if pays > most:
            most, second, chosen = pays, most, twin
        elif pays > second:
            second = pays
    m.price[j] = cost if chosen == NONE else min(before, max(cost, second - increment))
    for slot in range(m.place[j], m.place[j] + m.load[j]):
        m.gain[m.holder[slot]] += before - m.price[j]
    if chosen == NONE:
        return NONE
    i = m.came[chosen]
    left = m.at[i]
    if left != NONE:
        leave(m, i, left)
    m.at[i] = j
    m.holder[m.place[j] + m.load[j]] = i
    m.load[j] += 1
    m.gain[i] = m.worth[chosen] - m.price[j]
    return left


@inner
def leave(m: Market, i: int, j: int) -> None:
    """Take a need out of an offer's places."""
    last = m.place[j] + m.load[j] - 1
    for slot in range(m.place[j], last):
        if m.holder[slot] == i:
            m.holder[slot] = m.holder[last]
    m.load[j] -= 1


def first_plan(problem: Transport) -> tuple[Integers, Integers]:
    """Return how many units each pair should carry to begin with, and a price for each offer."""
    needs, offers = len(problem.need_ids), len(problem.offer_ids)
    worth = problem.value + problem.need_term[problem.need] + problem.offer_term[problem.offer]
    pinned = np.zeros(offers, np.int64)
    np.add.at(pinned, problem.offer, problem.pinned)
    room = np.maximum(problem.capacity - pinned, 0)
    takes_part = (worth > 0) & (problem.units[problem.need] == 1) & (room[problem.offer] > 0)
    has_pin = np.zeros(needs, np.bool_)
    has_pin[problem.need[problem.pinned > 0]] = True
    pairs = np.flatnonzero(takes_part & ~has_pin[problem.need])
    carried, price = problem.pinned.copy(), np.zeros(offers, np.int64)
    if not len(pairs):
        return carried, price
    pairs = pairs[falling(worth[pairs], begins(problem.need[pairs], needs))]
    need, offer, value = problem.need[pairs], problem.offer[pairs], worth[pairs]
    market = _market(problem, need, offer, value, room, pinned)
    auction(market, max(1, int(value.max()) // COARSEST))
    held = market.at[need] == offer
    carried[pairs[held]] += 1
    return carried, market.price


def _market(
    problem: Transport,
    need: Integers,
    offer: Integers,
    value: Integers,
    room: Integers,
    pinned: Integers,
) -> Market:
    needs, offers = len(problem.need_ids), len(problem.offer_ids)
    came_begin = begins(offer, offers)
    by_offer, wanted = by_row(offer, came_begin), np.diff(came_begin)
    by_offer = by_offer[falling(value[by_offer], came_begin)]
    room = np.minimum(room, wanted)
    place = np.cumsum(room) - room
    cost = np.zeros(int(room.sum()) + 1, np.int64)
    # The few offers that have steps, one by one.
    for row in [row for row, steps in enumerate(problem.steps) if len(steps)]:
        nth = np.minimum(pinned[row] + np.arange(room[row]), len(problem.steps[row]) - 1)
        cost[place[row] : place[row] + room[row]] = problem.steps[row][nth]
    return Market(
        begin=begins(need, needs),
        to=offer.astype(np.int32),
        value=value,
        came_begin=came_begin,
        came=need[by_offer].astype(np.int32),
        worth=value[by_offer],
        place=place,
        room=room,
        cost=cost,
        price=cost[place],
        floor=np.zeros(offers, np.int64),
        load=np.zeros(offers, np.int64),
        holder=np.zeros(len(cost), np.int32),
        level=np.zeros(len(cost), np.int64),
        at=np.full(needs, NONE, np.int32),
        gain=np.zeros(needs, np.int64),
        queue=np.zeros(max(needs, offers) + 1, np.int32),
        waits=np.zeros(offers, np.bool_),
    )
