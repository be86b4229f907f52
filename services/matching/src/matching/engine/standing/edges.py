"""Blocks of edges: adding, removing, moving; and the units that an edge carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner, native
from matching.engine.standing.state import NONE

if TYPE_CHECKING:
    from matching.engine.standing.state import Rows, State

LEAST_ROOM = 4


@inner
def taken(free: Rows, links: Rows, room: int, end: int) -> int:
    """Return where a block of a size begins: a given-back one, else the end of what is used."""
    size_class = 0
    while (1 << size_class) < room:
        size_class += 1
    begin = free[size_class]
    if begin == NONE:
        return end
    free[size_class] = links[begin]
    return begin


@inner
def given_back(free: Rows, links: Rows, begin: int, room: int) -> None:
    """Keep a block for the next who needs one of its size."""
    if room == 0:
        return
    size_class = 0
    while (1 << size_class) < room:
        size_class += 1
    links[begin] = free[size_class]
    free[size_class] = begin


@inner
def edges_block(s: State, room: int) -> int:
    """Return the beginning of a new block of edges."""
    end = s.tally[0].edges
    begin = taken(s.free_edges, s.to, room, end)
    if begin == end:
        s.tally[0].edges = end + room
    return begin


@inner
def twins_block(s: State, room: int) -> int:
    """Return the beginning of a new block of twins."""
    end = s.tally[0].twins
    begin = taken(s.free_twins, s.came, room, end)
    if begin == end:
        s.tally[0].twins = end + room
    return begin


@inner
def move_edge(s: State, source: int, target: int) -> None:
    """Put an edge elsewhere, and tell its twin."""
    s.to[target], s.value[target] = s.to[source], s.value[source]
    before, after = s.flows[source], s.flows[target]
    after.units, after.pinned, after.told = before.units, before.pinned, before.told
    after.back = before.back
    s.edge[before.back] = target


@inner
def move_twin(s: State, source: int, target: int) -> None:
    """Put a twin elsewhere, and tell its edge."""
    s.came[target], s.worth[target] = s.came[source], s.worth[source]
    s.edge[target] = s.edge[source]
    s.flows[s.edge[target]].back = target


@inner
def exchange_twins(s: State, one: int, other: int) -> None:
    """Let two twins of a block change places."""
    if one == other:
        return
    came, worth, edge = s.came[one], s.worth[one], s.edge[one]
    move_twin(s, other, one)
    s.came[other], s.worth[other], s.edge[other] = came, worth, edge
    s.flows[edge].back = other


@inner
def link_again(s: State, i: int) -> None:
    """Make the list of a need's edges that carry units, after edges have moved."""
    need = s.needs[i]
    need.first = NONE
    for e in range(need.begin + need.edges - 1, need.begin - 1, -1):
        if s.flows[e].units > 0:
            s.flows[e].next = need.first
            need.first = e


@inner
def roomy_need(s: State, i: int, edges: int) -> None:
    """Have room for so many edges of a need, in another block if its own is too small."""
    need = s.needs[i]
    begin, room = need.begin, need.room
    if edges <= room:
        return
    need.begin, need.room = edges_block(s, rounded(edges)), rounded(edges)
    for k in range(need.edges):
        move_edge(s, begin + k, need.begin + k)
    given_back(s.free_edges, s.to, begin, room)


@inner
def roomy_offer(s: State, j: int, edges: int) -> None:
    """Have room for so many twins of an offer, in another block if its own is too small."""
    offer = s.offers[j]
    begin, room = offer.begin, offer.room
    if edges <= room:
        return
    offer.begin, offer.room = twins_block(s, rounded(edges)), rounded(edges)
    for k in range(offer.edges):
        move_twin(s, begin + k, offer.begin + k)
    given_back(s.free_twins, s.came, begin, room)


@inner
def rounded(edges: int) -> int:
    """Return the size of the block for so many edges: the next power of two."""
    room = LEAST_ROOM
    while room < edges:
        room *= 2
    return room


@inner
def add_edge(s: State, i: int, j: int, value: int) -> int:
    """Add a pair that carries nothing; return its edge. The need's block stays sorted."""
    need, offer = s.needs[i], s.offers[j]
    roomy_need(s, i, need.edges + 1)
    roomy_offer(s, j, offer.edges + 1)
    twin = offer.begin + offer.edges
    offer.edges += 1
    at = need.begin + need.edges
    need.edges += 1
    while at > need.begin and goes_before(s, at - 1, value, j):
        move_edge(s, at - 1, at)
        at -= 1
    s.to[at], s.value[at] = j, value
    flow = s.flows[at]
    flow.units, flow.pinned, flow.told, flow.back, flow.next = 0, 0, 0, twin, NONE
    s.came[twin], s.worth[twin], s.edge[twin] = i, value, at
    if need.first != NONE:
        link_again(s, i)
    return at


@inner
def goes_before(s: State, e: int, value: int, j: int) -> bool:
    """Tell whether a pair of this value stands before an edge in their need's block."""
    return s.value[e] < value or (s.value[e] == value and s.to[e] > j)


@inner
def remove_edge(s: State, i: int, e: int) -> None:
    """Remove a pair that carries nothing."""
    need = s.needs[i]
    remove_twin(s, e)
    need.edges -= 1
    for at in range(e, need.begin + need.edges):
        move_edge(s, at + 1, at)
    link_again(s, i)


@inner
def remove_twin(s: State, e: int) -> None:
    """Take an edge that carries nothing out of its offer's block."""
    offer, twin = s.offers[s.to[e]], s.flows[e].back
    offer.edges -= 1
    last = offer.begin + offer.edges
    if twin != last:
        move_twin(s, last, twin)


@inner
def sort_in(s: State, i: int, e: int) -> None:
    """Bring an edge whose value has changed to its place in its need's block."""
    need = s.needs[i]
    while e > need.begin and goes_before(s, e - 1, s.value[e], s.to[e]):
        exchange_edges(s, e - 1, e)
        e -= 1
    while e + 1 < need.begin + need.edges and goes_before(s, e, s.value[e + 1], s.to[e + 1]):
        exchange_edges(s, e, e + 1)
        e += 1
    link_again(s, i)


@inner
def exchange_edges(s: State, one: int, other: int) -> None:
    """Let two edges of a block change places."""
    to, value, flow = s.to[one], s.value[one], s.flows[one]
    units, pinned, told, back = flow.units, flow.pinned, flow.told, flow.back
    move_edge(s, other, one)
    after = s.flows[other]
    s.to[other], s.value[other] = to, value
    after.units, after.pinned, after.told, after.back = units, pinned, told, back
    s.edge[back] = other


@native
def edge_of(s: State, i: int, j: int) -> int:
    """Return the edge of a pair, or ``NONE``."""
    need = s.needs[i]
    for e in range(need.begin, need.begin + need.edges):
        if s.to[e] == j:
            return e
    return NONE


@inner
def touch(s: State, i: int) -> None:
    """Note that a need may be served otherwise than when last asked."""
    if s.needs[i].is_touched == 0:
        s.needs[i].is_touched = 1
        s.touched[s.tally[0].touched] = i
        s.tally[0].touched += 1


@inner
def carry(s: State, i: int, e: int, units: int) -> None:
    """Let an edge carry more or fewer units; its offer's load is the caller's business."""
    flow, j = s.flows[e], s.to[e]
    before = flow.units
    flow.units = before + units
    s.tally[0].value += units * (s.value[e] + s.needs[i].term + s.offers[j].term)
    touch(s, i)
    if before == 0:
        exchange_twins(s, flow.back, s.offers[j].begin + s.offers[j].holders)
        s.offers[j].holders += 1
        flow.next = s.needs[i].first
        s.needs[i].first = e
    elif before + units == 0:
        s.offers[j].holders -= 1
        exchange_twins(s, flow.back, s.offers[j].begin + s.offers[j].holders)
        unlink(s, i, e)


@inner
def unlink(s: State, i: int, e: int) -> None:
    """Take an edge out of the list of those that carry units."""
    after = s.flows[e].next
    if s.needs[i].first == e:
        s.needs[i].first = after
        return
    at = s.needs[i].first
    while s.flows[at].next != e:
        at = s.flows[at].next
    s.flows[at].next = after
