"""What the units of an offer cost, and what its capacity is worth at a price.

The k-th unit of an offer costs its k-th step, and after the last step as much as the last; an offer
without steps costs nothing. Steps never fall, so that the cost of a load is convex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.engine.native import inner

if TYPE_CHECKING:
    from matching.engine.standing.state import State


@inner
def step(s: State, j: int, k: int) -> int:
    """Return what the k-th unit of an offer costs; k is at least 1."""
    offer = s.offers[j]
    if offer.steps == 0:
        return 0
    return s.steps[offer.first_step + min(k, offer.steps) - 1]


@inner
def cost(s: State, j: int, load: int) -> int:
    """Return what a load costs."""
    offer = s.offers[j]
    total = 0
    for k in range(min(load, offer.steps)):
        total += s.steps[offer.first_step + k]
    if offer.steps and load > offer.steps:
        total += (load - offer.steps) * s.steps[offer.first_step + offer.steps - 1]
    return total


@inner
def price_of(s: State, j: int) -> int:
    """Return an offer's price: what one more unit of it costs others, or itself."""
    return s.price[j] + s.offers[j].term


@inner
def rent(s: State, j: int) -> int:
    """Return what an offer adds to the bound: what its free units earn, less the pinned cost."""
    offer = s.offers[j]
    price, k, total = price_of(s, j), offer.pinned + 1, -cost(s, j, offer.pinned)
    while k <= offer.capacity and k < offer.steps:
        total += max(0, price - step(s, j, k))
        k += 1
    if k <= offer.capacity:
        total += (offer.capacity - k + 1) * max(0, price - step(s, j, k))
    return total


@inner
def is_over(s: State, j: int) -> bool:
    """Tell whether an offer carries more than it may, or than its price pays for."""
    offer = s.offers[j]
    if offer.load <= offer.pinned:
        return False
    return offer.load > offer.capacity or price_of(s, j) < step(s, j, offer.load)


@inner
def is_under(s: State, j: int) -> bool:
    """Tell whether an offer has room that its price says it has not."""
    offer = s.offers[j]
    return offer.load < offer.capacity and price_of(s, j) > step(s, j, offer.load + 1)


@inner
def units_down(s: State, j: int) -> int:
    """Return how many free units an offer can let go, each sparing as much as the last one."""
    offer = s.offers[j]
    if offer.load > offer.capacity:
        return offer.load - max(offer.capacity, offer.pinned)
    last, k = step(s, j, offer.load), min(offer.load, max(offer.steps, 1))
    while k - 1 > offer.pinned and step(s, j, k - 1) == last:
        k -= 1
    return offer.load - max(k - 1, offer.pinned)


@inner
def units_up(s: State, j: int) -> int:
    """Return how many more units an offer can take, each at the cost of the first of them."""
    offer = s.offers[j]
    first, k = step(s, j, offer.load + 1), offer.load + 1
    while k < offer.capacity and k < offer.steps and step(s, j, k + 1) == first:
        k += 1
    return offer.capacity - offer.load if k >= offer.steps else k - offer.load


@inner
def load_more(s: State, j: int, units: int) -> None:
    """Change an offer's load, and what it costs."""
    offer = s.offers[j]
    if offer.steps:
        s.tally[0].value += cost(s, j, offer.load) - cost(s, j, offer.load + units)
    offer.load += units
