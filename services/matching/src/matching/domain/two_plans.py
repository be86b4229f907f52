"""The plan of a pool in two parts: what is reserved whole, and units that flow around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.domain.candidates import NO_CANDIDATES
from matching.domain.identity import OfferId
from matching.engine import Limits, Problem, Reservations, StandingPlan, Transport, Wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from matching.domain.candidates import CandidateBook, Candidates
    from matching.domain.columns import Integers
    from matching.domain.identity import LineId
    from matching.domain.need import Line, Need
    from matching.engine import Competing

LINES_AT_ONCE: Final = 1_000
"""From so many lines of one unit on, a flow that has none yet is solved as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the plan of a pool is worth and what any could be; of that, what is reserved.

    The flow's part is proved the best at every step. The two are added, and stay apart.
    """

    value: int
    bound: int
    reserved_value: int
    reserved_bound: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Known:
    """What a plan knows about a line: its candidates as (offer, worth, price), and its rivals.

    Where prices decide, value and bound are those of the line beyond its offer's price; else those
    of everything in ``competing``.
    """

    chosen: OfferId
    candidates: tuple[tuple[OfferId, int, int | None], ...]
    value: int
    bound: int
    competing: Problem | None


class TwoPlans:
    """Keeps both plans as lines and offers come and go; ``settle`` brings one around the other.

    A line of one unit is part of the flow. One of more takes its whole load from one offer, and
    the lines of a need that are filled together or not at all are reserved together.
    """

    def __init__(
        self, book: CandidateBook, limits: Limits, *, lines_at_once: int = LINES_AT_ONCE
    ) -> None:
        self._book: Final = book
        self._lines_at_once: Final = lines_at_once
        self._flow = StandingPlan()
        self._reserved: Final = Reservations(limits=limits)
        self._free: Final[dict[UUID, int]] = {}

    def offer_for(self, line_id: LineId) -> OfferId | None:
        """Return the offer of a line that waits, if the plan has one."""
        if line_id in self._reserved:
            offer = self._reserved.offer_of(line_id)
        else:
            offer = next(iter(self._flow.offers_of(line_id)), None)
        return None if offer is None else OfferId(offer)

    def may_have(self, line_id: LineId, offer_id: OfferId) -> bool:
        """Tell whether a line that waits may have an offer that stands."""
        if line_id in self._reserved:
            return self._reserved.value_of(line_id, offer_id) > 0
        return self._flow.value_of(line_id, offer_id) is not None

    def losses(self, line_id: LineId) -> Mapping[OfferId, int]:
        """Return what the plan would lose at least with each offer that a line may have.

        A line that takes a whole load has no prices: it loses what the other is worth less, and
        what has no room left is out of the question.
        """
        if line_id in self._reserved:
            lost = self._reserved.losses_of(line_id)
        else:
            reduced = self._flow.reduced_values_of(line_id)
            lost = {offer: -value for offer, value in reduced.items()}
        return {OfferId(offer): loss for offer, loss in lost.items()}

    def known(self, line_ids: Iterable[LineId]) -> Mapping[LineId, Known]:
        """Return what led to the offers of some lines; of a line with too many rivals, nothing."""
        found: dict[LineId, Known] = {}
        rivals: dict[UUID, Competing | None] = {}
        for line_id in line_ids:
            chosen = self.offer_for(line_id)
            if chosen is None:
                continue
            if line_id not in self._reserved:
                found[line_id] = self._known_by_prices(line_id, chosen)
                continue
            if line_id not in rivals:
                competing = self._reserved.competing(line_id)
                rivals[line_id] = competing
                if competing is not None:
                    rivals.update(dict.fromkeys(competing.problem.line_ids, competing))
            if (competing := rivals[line_id]) is not None:
                found[line_id] = self._known_by_rivals(line_id, chosen, competing)
        return found

    def _known_by_prices(self, line_id: LineId, chosen: OfferId) -> Known:
        surplus = self._flow.surplus_of(line_id)
        candidates: list[tuple[OfferId, int, int | None]] = []
        for offer, reduced in self._flow.reduced_values_of(line_id).items():
            price = self._flow.price_of(offer)
            candidates.append((OfferId(offer), reduced + surplus + price, price))
        return Known(
            chosen=chosen,
            candidates=tuple(candidates),
            value=surplus,
            bound=surplus,
            competing=None,
        )

    def _known_by_rivals(self, line_id: LineId, chosen: OfferId, competing: Competing) -> Known:
        return Known(
            chosen=chosen,
            candidates=tuple(
                (OfferId(offer), value, None) for offer, value in self._reserved.wishes_of(line_id)
            ),
            value=competing.value,
            bound=competing.bound,
            competing=competing.problem,
        )

    def put_lines(
        self, waiting: Sequence[tuple[Need, Line]], rows: Integers, found: Candidates
    ) -> None:
        """Let new lines wait, each with its candidates."""
        is_light = np.fromiter(
            (line.quantity == 1 and not line.all_or_nothing for _, line in waiting), np.bool_
        )
        of_row = dict(found.only(np.isin(found.line, rows[~is_light])).by_line())
        for place in np.flatnonzero(~is_light).tolist():
            need, line = waiting[place]
            mine = of_row.get(int(rows[place]), NO_CANDIDATES)
            values = zip(self._book.offer_ids(mine.offer), mine.value.tolist(), strict=True)
            bundle = need.id if line.all_or_nothing else None
            self._reserved.put_line(line.id, Wish.of(line.quantity, values, bundle))
        light = rows[is_light]
        if self._is_begun(len(light)):
            self._insert(light, found)
        else:
            # What is reserved first need not be taken from the flow again.
            self._reserved.settle()
            self._begin(light, found.only(np.isin(found.line, light)))

    def drop_line(self, line_id: LineId) -> None:
        """Let a line go."""
        if line_id in self._reserved:
            self._reserved.drop_line(line_id)
        else:
            self._flow.remove_need(line_id)

    def put_offers(
        self, offers: Sequence[tuple[OfferId, int]], rows: Integers, found: Candidates
    ) -> None:
        """Let so much of each offer be had by the lines that wait, and by no others."""
        of_row = dict(found.by_offer())
        is_begun = self._is_begun(len(offers))
        for (offer_id, free), row in zip(offers, rows.tolist(), strict=True):
            self._put_offer(offer_id, free, of_row.get(row, NO_CANDIDATES), is_begun=is_begun)
        if not is_begun:
            self._begin(rows[:0], NO_CANDIDATES)

    def drop_offer(self, offer_id: OfferId) -> None:
        """Let an offer go."""
        self._flow.remove_offer(offer_id)
        self._reserved.drop_offer(offer_id)
        del self._free[offer_id]

    def add_value(self, line_id: LineId, offer_id: OfferId, more: int) -> None:
        """Let one pair be worth more, or less; one that is not allowed stays so."""
        if line_id not in self._reserved:
            before = self._flow.value_of(line_id, offer_id)
            if before is not None:
                self._flow.set_value(line_id, offer_id, before + more)
        elif self._reserved.value_of(line_id, offer_id):
            whole = self._reserved.value_of(line_id, offer_id)
            self._reserved.set_value(line_id, offer_id, whole + more)

    def settle(self) -> None:
        """Reserve anew where something has changed, and let the flow have what is left."""
        self._reserved.settle()
        for offer in sorted(self._reserved.reloaded()):
            if offer in self._free:
                self._flow.resize_offer(offer, self._left(offer))

    def changed(self) -> set[UUID]:
        """Return the lines whose offer may be another than when this was last asked."""
        return {*self._flow.changed(), *self._reserved.changed()}

    def proof(self) -> Proof:
        """Return what both are worth, and what they could be."""
        flow = self._flow.certificate()
        return Proof(
            value=flow.value + self._reserved.value,
            bound=flow.bound + self._reserved.bound,
            reserved_value=self._reserved.value,
            reserved_bound=self._reserved.bound,
        )

    def _is_begun(self, new: int) -> bool:
        """Tell whether something new is put beside what flows already, or there is a beginning."""
        return new < self._lines_at_once or self._flow.count_needs() > 0

    def _begin(self, rows: Integers, found: Candidates) -> None:
        """Plan the first lines of one unit all together: one by one, many take minutes."""
        offer_ids = list(self._free)
        offer_rows = self._book.rows_of_offers(offer_ids)
        self._flow = StandingPlan.solved(
            Transport.of(
                need_ids=self._book.line_ids(rows),
                units=1,
                offer_ids=offer_ids,
                capacity=[self._left(offer) for offer in offer_ids],
                need=_places(found.line, rows),
                offer=_places(found.offer, offer_rows),
                value=found.value,
            )
        )

    def _insert(self, rows: Integers, found: Candidates) -> None:
        """Let lines of one unit flow, one after the other."""
        of_row = dict(found.by_line())
        for line, row in zip(self._book.line_ids(rows), rows.tolist(), strict=True):
            mine = of_row.get(row, NO_CANDIDATES)
            columns = [self._flow.row_of(offer) for offer in self._book.offer_ids(mine.offer)]
            self._flow.insert_need(line, 1, columns, mine.value)

    def _put_offer(self, offer_id: OfferId, free: int, mine: Candidates, *, is_begun: bool) -> None:
        lines = self._book.line_ids(mine.line)
        is_whole = np.fromiter((line in self._reserved for line in lines), np.bool_, len(lines))
        is_known = self._free.pop(offer_id, None) is not None
        if is_begun and is_known:
            self._flow.remove_offer(offer_id)
        self._free[offer_id] = free
        self._reserved.put_offer(offer_id, free, self._by_line(mine.only(is_whole)))
        if is_begun:
            single = mine.only(~is_whole)
            needs = [self._flow.row_of_need(line) for line in self._book.line_ids(single.line)]
            self._flow.insert_offer(offer_id, self._left(offer_id), needs, single.value)

    def _by_line(self, mine: Candidates) -> dict[UUID, int]:
        return dict(zip(self._book.line_ids(mine.line), mine.value.tolist(), strict=True))

    def _left(self, offer: UUID) -> int:
        return max(0, self._free[offer] - self._reserved.load_of(offer))


def _places(wanted: Integers, rows: Integers) -> Integers:
    """Return where each of these rows is among others."""
    place = np.zeros(int(rows.max(initial=-1)) + 1, np.int64)
    place[rows] = np.arange(len(rows))
    return place[wanted]
