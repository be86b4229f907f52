"""Which of clashing offers a flow may use: of each two that clash, one at most.

A flow cannot say that two sessions of one volunteer exclude each other. Where it uses no two of
them by itself there is nothing to choose, and it is the best. Where it does, everything that is
connected with them is planned exactly, and what that plan leaves unused of a clash is closed to
the flow, which then is the best around it. What is connected with too much is closed one by one,
whichever costs less; how much better another choice could be follows from the flow's prices.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final
from uuid import UUID

from matching.engine.planner import plan
from matching.engine.planner_problem import PlannerProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matching.engine.standing import StandingPlan

Clashes = defaultdict[UUID, set[UUID]]

CONNECTED_AT_ONCE: Final = 1_000
"""What is connected by more pairs than these is not planned exactly within one event."""


class Choice:
    """Keeps offers of a flow closed so that it never uses two that clash.

    ``left`` says how many units of an offer the flow may have when it is open.
    """

    def __init__(self, left: Callable[[UUID], int], *, at_once: int = CONNECTED_AT_ONCE) -> None:
        self._left: Final = left
        self._at_once: Final = at_once
        self._clashes: Final[Clashes] = defaultdict(set)
        self._closed: Final[dict[UUID, int | None]] = {}

    def clashes(self, offer: UUID) -> set[UUID]:
        """Return what an offer clashes with."""
        return self._clashes.get(offer, set())

    def set_clashes(self, offer: UUID, others: Iterable[UUID]) -> None:
        """Let an offer clash with these, and with no others."""
        others = set(others)
        for other in self._clashes.pop(offer, set()):
            self._clashes[other].discard(offer)
            if not self._clashes[other]:
                del self._clashes[other]
        for other in others:
            self._clashes[offer].add(other)
            self._clashes[other].add(offer)

    def forget(self, offer: UUID) -> None:
        """Know an offer no more."""
        self.set_clashes(offer, ())
        self._closed.pop(offer, None)

    def is_open(self, offer: UUID) -> bool:
        """Tell whether the flow may use an offer."""
        return offer not in self._closed

    def gap(self, flow: StandingPlan) -> int:
        """Return how much better a plan with another choice could at most be."""
        return sum(
            self._potential(flow, offer) if share is None else share
            for offer, share in self._closed.items()
        )

    def settle(self, flow: StandingPlan, touched: Iterable[UUID]) -> set[UUID]:
        """Choose anew around lines and offers that were touched; return the lines served otherwise.

        Between two settlements the flow may have used whatever was open.
        """
        changed = set(flow.changed())
        if not self._clashes and not self._closed:
            return changed
        small: set[UUID] = set()
        large: set[UUID] = set()
        for each in sorted({*touched, *changed}):
            if each in flow and each not in small:
                connected = self._connected(flow, each, large)
                if connected is None:
                    self._make_do(flow, each, changed)
                else:
                    small.update(connected)
                    self._choose(flow, connected)
        changed.update(flow.changed())
        return changed

    def _neighbours(self, flow: StandingPlan, each: UUID) -> Sequence[UUID]:
        if flow.is_offer(each):
            return [*flow.values_of_offer(each), *self.clashes(each)]
        return list(flow.values_of(each))

    def _connected(
        self, flow: StandingPlan, start: UUID, large: set[UUID]
    ) -> Sequence[UUID] | None:
        """Return the lines and offers that are connected with one; none if too many.

        What is found to be connected with too many is added to ``large``.
        """
        if start in large:
            return None
        found, ahead, pairs = {start}, [start], 0
        while ahead:
            near = self._neighbours(flow, ahead.pop())
            pairs += len(near)
            new = set(near) - found
            found |= new
            # Each pair is met from both of its ends.
            if pairs > 2 * self._at_once or not large.isdisjoint(new):
                large |= found
                return None
            ahead.extend(new)
        return sorted(found)

    def _choose(self, flow: StandingPlan, connected: Sequence[UUID]) -> None:
        contested = [each for each in connected if each in self._clashes]
        stands = self._stands(flow, connected, contested)
        for offer in [each for each in connected if each in self._closed]:
            del self._closed[offer]
            flow.resize_offer(offer, self._left(offer))
        if not any(self._clashing(flow, offer) for offer in contested):
            return
        used, value, gap = self._best(flow, connected)
        if stands is not None and stands[0] >= value:
            # Nobody is told another session for nothing.
            gap += value - stands[0]
            for offer in stands[1]:
                self._close(flow, offer, gap)
                gap = 0
            return
        is_open: set[UUID] = set()
        for offer in [*sorted(used), *(each for each in contested if each not in used)]:
            if self._clashes[offer] & is_open:
                self._close(flow, offer, gap)
                gap = 0
            else:
                is_open.add(offer)

    def _stands(
        self, flow: StandingPlan, connected: Sequence[UUID], contested: Sequence[UUID]
    ) -> tuple[int, Sequence[UUID]] | None:
        """Return what the flow is worth with what is closed now; none if it uses what clashes."""
        closed = [each for each in connected if each in self._closed]
        is_open = {each for each in contested if each not in self._closed}
        if not closed or any(self._clashes[each] & is_open for each in is_open):
            return None
        value = 0
        for line in connected:
            if not flow.is_offer(line):
                values = flow.values_of(line)
                value += sum(values[offer] for offer in flow.offers_of(line))
        return value, closed

    def _best(self, flow: StandingPlan, connected: Sequence[UUID]) -> tuple[set[UUID], int, int]:
        """Return the contested offers that the best plan uses, its value, and its gap."""
        offers = [each for each in connected if flow.is_offer(each)]
        place = {offer: number for number, offer in enumerate(offers)}
        lines = [each for each in connected if not flow.is_offer(each)]
        pairs = [
            (number, place[offer], value)
            for number, line in enumerate(lines)
            for offer, value in flow.values_of(line).items()
        ]
        planned = plan(
            PlannerProblem.of(
                line_ids=lines,
                offer_ids=offers,
                capacity=[self._left(offer) for offer in offers],
                line=[pair[0] for pair in pairs],
                offer=[pair[1] for pair in pairs],
                value=[pair[2] for pair in pairs],
                load=[1] * len(pairs),
                offer_clashes=[
                    (place[offer], place[other])
                    for offer in offers
                    for other in self.clashes(offer)
                    if offer < other
                ],
            )
        )
        chosen = {offer for each in planned.pairs().values() for offer in each}
        return chosen & self._clashes.keys(), planned.value, planned.gap

    def _make_do(self, flow: StandingPlan, each: UUID, changed: set[UUID]) -> None:
        """Open what may be of use near by, and close whichever of two that clash costs less."""
        near = {each} if flow.is_offer(each) else set(flow.values_of(each))
        for offer in sorted(near & self._closed.keys()):
            if self._potential(flow, offer):
                del self._closed[offer]
                flow.resize_offer(offer, self._left(offer))
        ahead = near & self._clashes.keys()
        while ahead:
            offer = min(ahead)
            ahead.discard(offer)
            others = self._clashing(flow, offer)
            if others:
                self._close_one(flow, offer, others)
                ahead.add(offer)
            new = set(flow.changed())
            changed |= new
            for line in (line for line in new if line in flow):
                ahead |= flow.values_of(line).keys() & self._clashes.keys()

    def _close_one(self, flow: StandingPlan, offer: UUID, others: Sequence[UUID]) -> None:
        """Close an offer or all that it clashes with, whichever leaves more."""
        self._close(flow, offer, None)
        without = flow.certificate().value
        self._open(flow, offer)
        for other in others:
            self._close(flow, other, None)
        if flow.certificate().value < without:
            for other in others:
                self._open(flow, other)
            self._close(flow, offer, None)

    def _close(self, flow: StandingPlan, offer: UUID, gap: int | None) -> None:
        self._closed[offer] = gap
        flow.resize_offer(offer, 0)

    def _open(self, flow: StandingPlan, offer: UUID) -> None:
        del self._closed[offer]
        flow.resize_offer(offer, self._left(offer))

    def _clashing(self, flow: StandingPlan, offer: UUID) -> Sequence[UUID]:
        if offer not in flow or not flow.load_of(offer):
            return ()
        return [
            other for other in sorted(self.clashes(offer)) if other in flow and flow.load_of(other)
        ]

    def _potential(self, flow: StandingPlan, offer: UUID) -> int:
        """Return what the flow could gain at most if an offer were open, by its prices."""
        if offer not in flow:
            return 0
        gains = sorted(
            (
                max(0, value - flow.surplus_of(line))
                for line, value in flow.values_of_offer(offer).items()
            ),
            reverse=True,
        )
        return sum(gains[: self._left(offer)])
