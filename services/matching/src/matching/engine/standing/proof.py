"""The proof that a plan is of greatest value, made again from its arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.native import native
from matching.engine.standing.state import Integers, State
from matching.engine.standing.steps import cost, is_over, is_under, rent


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a plan is worth, and what no plan can exceed."""

    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How much better a plan could at most be; zero proves the optimum."""
        return self.bound - self.value


class Unproved(Exception):
    """Something that every plan of greatest value fulfils does not hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """All edges of a plan, need by need: their needs, and where they are."""

    need: Integers
    at: Integers


def edges_of(state: State, rows: Integers) -> Edges:
    """Return the edges of needs, in the order of the rows."""
    needs = state.needs[rows]
    count = needs["edges"]
    first = np.cumsum(count) - count
    place = np.arange(int(count.sum())) - np.repeat(first, count)
    return Edges(np.repeat(rows, count), np.repeat(needs["begin"], count) + place)


def proved(state: State, needs: Integers, offers: Integers) -> Certificate:
    """Return a plan's certificate, having checked everything that it rests on.

    Args:
        state: A plan.
        needs: The rows of its needs.
        offers: The rows of its offers.

    Raises:
        Unproved: Something does not hold.
    """
    edges = edges_of(state, needs)
    columns = state.to[edges.at].astype(np.int64)
    _check_twins(state, edges, columns, offers)
    _check_sums(state, needs, offers, edges, columns)
    _check_slackness(state, needs, offers, edges, columns)
    certificate = _sums(state, needs, offers, edges, columns)
    tally = state.tally[0]
    _hold(certificate == Certificate(int(tally["value"]), int(tally["bound"])), "the kept sums")
    _hold(certificate.gap == 0, "value and bound are equal")
    return certificate


def _hold(is_so: object, what: str) -> None:
    if not is_so:
        raise Unproved(what)


def _check_twins(state: State, edges: Edges, columns: Integers, offers: Integers) -> None:
    twins = state.flows["back"][edges.at]
    _hold((state.edge[twins] == edges.at).all(), "twins know their edges")
    _hold((state.came[twins] == edges.need).all(), "twins know their needs")
    _hold((state.worth[twins] == state.value[edges.at]).all(), "twins know their values")
    offer = state.offers[columns]
    place = twins - offer["begin"]
    _hold(((place >= 0) & (place < offer["edges"])).all(), "twins are in their blocks")
    carries = state.flows["units"][edges.at] > 0
    _hold((carries == (place < offer["holders"])).all(), "holders stand first")
    count = np.bincount(columns, minlength=len(state.offers))
    _hold((count[offers] == state.offers["edges"][offers]).all(), "every twin has an edge")


def _check_sums(
    state: State, needs: Integers, offers: Integers, edges: Edges, columns: Integers
) -> None:
    flows, need, offer = state.flows[edges.at], state.needs[needs], state.offers[offers]
    _hold((flows["units"] >= flows["pinned"]).all(), "what is pinned is carried")
    _hold((flows["pinned"] >= 0).all(), "nothing below zero is pinned")
    served = _summed(edges.need, flows["units"], len(state.needs))[needs]
    _hold((served + need["unmet"] == need["units"]).all(), "units are served or left out")
    _hold((need["excess"] == 0).all() and (need["unmet"] >= 0).all(), "no unit is without place")
    load = _summed(columns, flows["units"], len(state.offers))[offers]
    pinned = _summed(columns, flows["pinned"], len(state.offers))[offers]
    _hold((load == offer["load"]).all() and (pinned == offer["pinned"]).all(), "loads add up")
    _hold((load <= np.maximum(offer["capacity"], pinned)).all(), "capacities are kept to")


def _check_slackness(
    state: State, needs: Integers, offers: Integers, edges: Edges, columns: Integers
) -> None:
    flows, value = state.flows[edges.at], state.value[edges.at]
    reduced = state.surplus[edges.need] + state.price[columns] - value
    free = flows["units"] > flows["pinned"]
    worth = value + state.needs["term"][edges.need] + state.offers["term"][columns]
    _hold((reduced >= 0).all(), "no pair gives a need more than its best")
    _hold((reduced[free] == 0).all(), "what is carried is as good as the best")
    _hold((worth[free] > 0).all(), "what is worth nothing is not carried")
    surplus = state.surplus[needs] + state.needs["term"][needs]
    _hold((surplus >= 0).all(), "no need loses")
    _hold((surplus[state.needs["unmet"][needs] > 0] == 0).all(), "who is left out gains nothing")
    _hold(
        (state.price[offers] + state.offers["term"][offers] >= 0).all(), "prices are not negative"
    )
    _hold((state.price[offers] >= state.tally[0]["floor"]).all(), "no price is below the floor")


def _sums(
    state: State, needs: Integers, offers: Integers, edges: Edges, columns: Integers
) -> Certificate:
    flows, need = state.flows[edges.at], state.needs[needs]
    term = state.needs["term"][edges.need] + state.offers["term"][columns]
    worth = state.value[edges.at] + term
    value = int((worth * flows["units"]).sum())
    costs, rents, amiss = offers_hold(state, offers)
    _hold(amiss == 0, "prices pay for what is carried, and room has the price of its cost")
    bound = int((worth * flows["pinned"]).sum())
    surplus = state.surplus[needs] + need["term"]
    bound += int((surplus * (need["units"] - need["pinned"])).sum())
    return Certificate(value - costs, bound + rents)


@native
def offers_hold(s: State, offers: Integers) -> tuple[int, int, int]:
    """Return what all loads cost, what all offers add to the bound, and how many are amiss."""
    costs, rents, amiss = 0, 0, 0
    for j in offers:
        costs += cost(s, j, s.offers[j].load)
        rents += rent(s, j)
        if is_over(s, j) or is_under(s, j):
            amiss += 1
    return costs, rents, amiss


def _summed(rows: Integers, amounts: Integers, count: int) -> Integers:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, rows, amounts)
    return total
