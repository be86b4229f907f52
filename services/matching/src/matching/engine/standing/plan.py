"""The standing plan: of greatest value after every event, and able to prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.standing import events
from matching.engine.standing.auction import first_plan
from matching.engine.standing.edges import LEAST_ROOM, edge_of
from matching.engine.standing.proof import Certificate, proved
from matching.engine.standing.roll import Roll
from matching.engine.standing.settle import settle
from matching.engine.standing.snapshot import Snapshot, laid_out, snapshot, tell
from matching.engine.standing.start import settle_all, state_of
from matching.engine.standing.state import NONE, empty_state, roomy
from matching.engine.standing.transport import validated_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from matching.engine.standing.state import Integers, Records
    from matching.engine.standing.transport import Transport


class StandingPlan:
    """Who serves whom, kept optimal by one or a few shortest paths after each event.

    Solves the problem that ``Transport`` states. A pair whose worth, value and terms together, is
    not above zero is never made, except where it is pinned. Equal events in equal order give equal
    plans on every machine. One thread at a time.

    >>> from uuid import UUID
    >>> plan = StandingPlan()
    >>> meals = plan.insert_offer(UUID(int=7), 1, need_rows=[], values=[])
    >>> _ = plan.insert_need(UUID(int=1), 1, offer_rows=[meals], values=[5])
    >>> _ = plan.insert_need(UUID(int=2), 1, offer_rows=[meals], values=[8])
    >>> plan.offers_of(UUID(int=1)), plan.offers_of(UUID(int=2)), plan.price_of(UUID(int=7))
    ({}, {UUID('00000000-0000-0000-0000-000000000007'): 1}, 5)
    >>> plan.certificate()
    Certificate(value=8, bound=8)
    """

    def __init__(self) -> None:
        self._needs = Roll()
        self._offers = Roll()
        self._state = empty_state()

    @classmethod
    def solved(cls, problem: Transport) -> StandingPlan:
        """Return the best plan of an instance; the order in which it was given makes none."""
        nothing = np.zeros(len(problem.offer_ids), np.int64)
        kept = laid_out(Snapshot(problem=problem, carried=problem.pinned, price=nothing))
        carried, price = first_plan(kept.problem)
        plan = cls._begun(Snapshot(problem=kept.problem, carried=carried, price=price))
        plan._state.flows["told"] = 0  # noqa: SLF001  # Nobody has been told anything yet.
        return plan

    @classmethod
    def restored(cls, snapshot: Snapshot) -> StandingPlan:
        """Return the plan that was stored; if it does not prove itself, repaired until it does.

        ``changed()`` then has the needs that are served otherwise than stored, and ``searches()``
        is zero when nothing was to be repaired.
        """
        return cls._begun(laid_out(snapshot))

    @classmethod
    def _begun(cls, snapshot: Snapshot) -> StandingPlan:
        plan, problem = cls(), snapshot.problem
        plan._needs, plan._offers = Roll(problem.need_ids), Roll(problem.offer_ids)
        plan._state = state_of(problem, carried=snapshot.carried, price=snapshot.price)
        settle_all(plan._state, len(problem.need_ids), len(problem.offer_ids))
        return plan

    # Events.

    def insert_need(
        self,
        need_id: UUID,
        units: int,
        offer_rows: Integers | Sequence[int],
        values: Integers | Sequence[int],
        term: int = 0,
    ) -> int:
        """Take a need in; return its row.

        Args:
            need_id: A need that is not in the plan.
            units: How many units it wants, at least 1.
            offer_rows: The offers that may serve it, by ``row_of``, each once.
            values: What a unit from each of them is worth.
            term: What is added to each of these values.

        Raises:
            ValueError: It is in the plan already, or the numbers are out of their range.
        """
        rows, worth = _pairs(offer_rows, values, self._offers)
        _at_least(1, units, "units")
        row = self._needs.add(need_id)
        order = np.lexsort((rows, -worth))
        self._reserve(edges=_rounded(len(rows)), twins=_wanted(self._state.offers[rows]))
        events.insert_need(self._state, row, units, term, rows[order], worth[order])
        settle(self._state)
        return row

    def remove_need(self, need_id: UUID) -> None:
        """Take a need out, with what was pinned to it.

        Raises:
            KeyError: It is not in the plan.
        """
        events.remove_need(self._state, self._needs.remove(need_id))
        settle(self._state)

    def insert_offer(  # One column each.
        self,
        offer_id: UUID,
        capacity: int,
        need_rows: Integers | Sequence[int],
        values: Integers | Sequence[int],
        steps: Sequence[int] = (),
        term: int = 0,
    ) -> int:
        """Take an offer in; return its row.

        Args:
            offer_id: An offer that is not in the plan.
            capacity: How many units it has, at least 0.
            need_rows: The needs that it may serve, by ``row_of_need``, each once.
            values: What a unit for each of them is worth.
            steps: What its first, second, ... unit costs, never falling; the last goes on.
            term: What is added to each of these values.

        Raises:
            ValueError: It is in the plan already, or the numbers are out of their range.
        """
        rows, worth = _pairs(need_rows, values, self._needs)
        costs = validated_steps(steps)
        _at_least(0, capacity, "capacity")
        row = self._offers.add(offer_id)
        self._reserve(
            edges=_wanted(self._state.needs[rows]), twins=_rounded(len(rows)), steps=len(costs)
        )
        events.insert_offer(self._state, row, capacity, term, costs, rows, worth)
        settle(self._state)
        return row

    def remove_offer(self, offer_id: UUID) -> None:
        """Take an offer out, with what was pinned to it; whom it served is served elsewhere.

        Raises:
            KeyError: It is not in the plan.
        """
        row = self._offers.remove(offer_id)
        events.empty_offer(self._state, row)
        settle(self._state)
        events.remove_offer(self._state, row)

    def resize_offer(self, offer_id: UUID, capacity: int) -> None:
        """Change how many units an offer has; pinned units stay even above it."""
        _at_least(0, capacity, "capacity")
        events.resize_offer(self._state, self._offers.row_of(offer_id), capacity)
        settle(self._state)

    def set_need_term(self, need_id: UUID, term: int) -> None:
        """Change what is added to the value of all pairs of a need."""
        events.set_need_term(self._state, self._needs.row_of(need_id), term)
        settle(self._state)

    def set_offer_term(self, offer_id: UUID, term: int) -> None:
        """Change what is added to the value of all pairs of an offer."""
        events.set_offer_term(self._state, self._offers.row_of(offer_id), term)
        settle(self._state)

    def set_value(self, need_id: UUID, offer_id: UUID, value: int) -> None:
        """Change what a unit of a pair is worth; a pair that was not there comes in.

        A pair that may not be made any more is taken out by ``forbid``.
        """
        row, edge = self._pair(need_id, offer_id)
        if edge == NONE:
            edge = self._added(row, self._offers.row_of(offer_id))
        events.set_value(self._state, row, edge, value)
        settle(self._state)

    def forbid(self, need_id: UUID, offer_id: UUID) -> None:
        """Take a pair out, with what was pinned of it; one that is not there stays out."""
        row, edge = self._pair(need_id, offer_id)
        if edge != NONE:
            events.forbid(self._state, row, edge)
            settle(self._state)

    def pin(self, need_id: UUID, offer_id: UUID, units: int) -> None:
        """Have exactly so many units of a pair stay; a pair that was not there comes in, worth 0.

        Raises:
            ValueError: The need does not want so many beside what else is pinned to it.
        """
        row, edge = self._pair(need_id, offer_id)
        need = self._state.needs[row]
        elsewhere = need["pinned"] - (0 if edge == NONE else self._state.flows[edge]["pinned"])
        if not 0 <= units <= need["units"] - elsewhere:
            message = f"{units} of {need['units']} units, {elsewhere} of them pinned elsewhere"
            raise ValueError(message)
        if edge == NONE:
            edge = self._added(row, self._offers.row_of(offer_id))
        events.pin(self._state, row, edge, units)
        settle(self._state)

    def unpin(self, need_id: UUID, offer_id: UUID) -> None:
        """Let the units of a pair be moved again."""
        row, edge = self._pair(need_id, offer_id)
        if edge != NONE:
            events.pin(self._state, row, edge, 0)
            settle(self._state)

    # Questions.

    def __contains__(self, an_id: UUID) -> bool:
        """Whether a need or an offer is in the plan."""
        return an_id in self._needs or an_id in self._offers

    def count_needs(self) -> int:
        """Return how many needs are in the plan."""
        return self._needs.count()

    def row_of(self, offer_id: UUID) -> int:
        """Return the row of an offer, while it is in the plan; rows of the gone come again."""
        return self._offers.row_of(offer_id)

    def row_of_need(self, need_id: UUID) -> int:
        """Return the row of a need, while it is in the plan."""
        return self._needs.row_of(need_id)

    def offers_of(self, need_id: UUID) -> dict[UUID, int]:
        """Return how many units of a need each offer serves."""
        state, row = self._state, self._needs.row_of(need_id)
        served: dict[UUID, int] = {}
        edge = int(state.needs[row]["first"])
        while edge != NONE:
            flow = state.flows[edge]
            served[self._offers.id_of(int(state.to[edge]))] = int(flow["units"])
            edge = int(flow["next"])
        return served

    def load_of(self, offer_id: UUID) -> int:
        """Return how many units an offer serves."""
        return int(self._state.offers[self._offers.row_of(offer_id)]["load"])

    def price_of(self, offer_id: UUID) -> int:
        """Return what one more unit of an offer would cost others, or itself."""
        row = self._offers.row_of(offer_id)
        return int(self._state.price[row] + self._state.offers[row]["term"])

    def surplus_of(self, need_id: UUID) -> int:
        """Return what a need gains above the price of its offer; 0 if some of it is left out."""
        row = self._needs.row_of(need_id)
        return int(self._state.surplus[row] + self._state.needs[row]["term"])

    def value_of(self, need_id: UUID, offer_id: UUID) -> int | None:
        """Return what a unit of a pair is worth without its terms; nothing, if it may not be."""
        _, edge = self._pair(need_id, offer_id)
        return None if edge == NONE else int(self._state.value[edge])

    def reduced_values_of(self, need_id: UUID) -> dict[UUID, int]:
        """Return the reduced value of each pair of a need, the best first."""
        state, row = self._state, self._needs.row_of(need_id)
        begin, count = int(state.needs[row]["begin"]), int(state.needs[row]["edges"])
        columns = state.to[begin : begin + count]
        values = state.value[begin : begin + count] - state.price[columns] - state.surplus[row]
        ids = [self._offers.id_of(column) for column in columns.tolist()]
        ranked = sorted(
            zip(values.tolist(), ids, strict=True), key=lambda each: (-each[0], each[1])
        )
        return {offer_id: value for value, offer_id in ranked}

    def is_offer(self, an_id: UUID) -> bool:
        """Tell whether an id is that of an offer in the plan."""
        return an_id in self._offers

    def values_of(self, need_id: UUID) -> dict[UUID, int]:
        """Return what a unit of each pair of a need is worth without its terms."""
        state, need = self._state, self._state.needs[self._needs.row_of(need_id)]
        begin, end = int(need["begin"]), int(need["begin"] + need["edges"])
        columns, values = state.to[begin:end].tolist(), state.value[begin:end].tolist()
        return dict(zip(map(self._offers.id_of, columns), values, strict=True))

    def values_of_offer(self, offer_id: UUID) -> dict[UUID, int]:
        """Return what a unit of each pair of an offer is worth without its terms."""
        return dict(zip(*self._needs_of(offer_id), strict=True))

    def needs_served_by(self, offer_id: UUID) -> tuple[UUID, ...]:
        """Return the needs that have units of an offer."""
        holders = int(self._state.offers[self._offers.row_of(offer_id)]["holders"])
        return tuple(self._needs_of(offer_id)[0][:holders])

    def _needs_of(self, offer_id: UUID) -> tuple[list[UUID], list[int]]:
        state, offer = self._state, self._state.offers[self._offers.row_of(offer_id)]
        begin, end = int(offer["begin"]), int(offer["begin"] + offer["edges"])
        rows, values = state.came[begin:end].tolist(), state.worth[begin:end].tolist()
        return [self._needs.id_of(row) for row in rows], values

    def changed(self) -> tuple[UUID, ...]:
        """Return the needs that are served otherwise than when last asked, by id."""
        rows = tell(self._state)
        return tuple(sorted(map(self._needs.id_of, rows.tolist()), key=lambda each: each.int))

    def certificate(self) -> Certificate:
        """Return the plan's value, and what no plan can exceed, as kept from event to event."""
        tally = self._state.tally[0]
        return Certificate(int(tally["value"]), int(tally["bound"]))

    def verify(self) -> Certificate:
        """Check everything again from the arrays: capacities, prices, slackness, both sums.

        Raises:
            Unproved: Something does not hold.
        """
        return proved(self._state, self._needs.rows(), self._offers.rows())

    def searches(self) -> int:
        """Return how many shortest paths were searched since the plan began."""
        return int(self._state.tally[0]["searches"])

    def snapshot(self) -> Snapshot:
        """Return the plan as it can be stored."""
        return snapshot(self._state, self._needs, self._offers)

    # Room.

    def _pair(self, need_id: UUID, offer_id: UUID) -> tuple[int, int]:
        row, column = self._needs.row_of(need_id), self._offers.row_of(offer_id)
        return row, edge_of(self._state, row, column)

    def _added(self, row: int, column: int) -> int:
        """Bring in a pair that is worth nothing; return its edge."""
        need, offer = self._state.needs[[row]], self._state.offers[[column]]
        self._reserve(edges=_wanted(need), twins=_wanted(offer))
        return events.allow(self._state, row, column)

    def _reserve(self, *, edges: int, twins: int, steps: int = 0) -> None:
        """Have room for all rows, and for so many more edges, twins and steps."""
        tally = self._state.tally[0]
        self._state = roomy(
            self._state,
            needs=len(self._needs),
            offers=len(self._offers),
            edges=int(tally["edges"]) + edges,
            twins=int(tally["twins"]) + twins,
            steps=int(tally["steps"]) + steps,
        )


def _pairs(
    rows: Integers | Sequence[int], values: Integers | Sequence[int], known: Roll
) -> tuple[Integers, Integers]:
    columns, worth = np.asarray(rows, dtype=np.int64), np.asarray(values, dtype=np.int64)
    if columns.shape != worth.shape or columns.ndim != 1 or not known.has(columns):
        message = "rows and values differ in length, or a row is unknown or given twice"
        raise ValueError(message)
    return columns, worth


def _at_least(least: int, number: int, what: str) -> None:
    if number < least:
        message = f"{what} below {least}: {number}"
        raise ValueError(message)


def _wanted(rows: Records) -> int:
    """Return how much room the blocks of rows take at most when each gets one more edge."""
    full = rows["edges"] == rows["room"]
    return int(np.maximum(LEAST_ROOM, 2 * rows["room"][full]).sum())


def _rounded(edges: int) -> int:
    return 2 * max(edges, LEAST_ROOM)
