"""The plan of a pool in two parts: what is reserved whole, and units that flow around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from matching.domain.candidates import NO_CANDIDATES
from matching.domain.identity import LineId, OfferId
from matching.engine import Choice, Limits, Problem, Reservations, StandingPlan, Transport, Wish

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from matching.domain.candidates import CandidateBook, Candidates
    from matching.domain.columns import Integers
    from matching.domain.need import Line, Need
    from matching.engine import Competing

LINES_AT_ONCE: Final = 1_000
"""From so many lines of one unit on, a flow that has none yet is solved as a whole."""

_NO_ROWS: Final = np.empty(0, dtype=np.int64)


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
    of everything in ``competing``, where ``sessions`` stand for the offers that they are of.
    """

    chosen: OfferId
    candidates: tuple[tuple[OfferId, int, int | None], ...]
    value: int
    bound: int
    competing: Problem | None
    sessions: Mapping[UUID, OfferId] = field(default_factory=dict)


class TwoPlans:
    """Keeps both plans as lines and offers come and go; ``settle`` brings one around the other.

    A line of one unit is part of the flow. One of more takes its whole load from one offer, and
    the lines of a need that are filled together or not at all are reserved together. An offer with
    a calendar is had from its sessions; of sessions that clash it is chosen which are open, and the
    flow is planned around that too.
    """

    def __init__(
        self, book: CandidateBook, limits: Limits, *, lines_at_once: int = LINES_AT_ONCE
    ) -> None:
        self._book: Final = book
        self._lines_at_once: Final = lines_at_once
        self._flow = StandingPlan()
        self._reserved: Final = Reservations(limits=limits)
        self._choice: Final = Choice(self._left)
        self._free: Final[dict[UUID, int]] = {}
        self._offer_of: Final[dict[UUID, OfferId]] = {}
        self._sources_of: Final[dict[OfferId, tuple[UUID, ...]]] = {}
        self._stirred: Final[set[UUID]] = set()
        self._changed: Final[set[UUID]] = set()

    def offer_for(self, line_id: LineId) -> OfferId | None:
        """Return the offer of a line that waits, if the plan has one."""
        source = self.source_for(line_id)
        return None if source is None else self._offer_of[source]

    def source_for(self, line_id: LineId) -> UUID | None:
        """Return what a line has its offer from: the offer itself, or one of its sessions."""
        if line_id in self._reserved:
            return self._reserved.offer_of(line_id)
        return next(iter(self._flow.offers_of(line_id)), None)

    def lines_served_from(self, source: UUID) -> Sequence[LineId]:
        """Return the lines that have something of a source."""
        if source not in self._free:
            return ()
        lines = (*self._flow.needs_served_by(source), *self._reserved.lines_with(source))
        return [LineId(line) for line in lines]

    def suits(self, line_id: LineId, source: UUID) -> bool:
        """Tell whether a line may have what a source gives, while that is there."""
        return source in self._free and self._value(line_id, source) is not None

    def room(self, source: UUID) -> int:
        """Return how many units of a source no line has; what it clashes with may be in the way."""
        if source not in self._free:
            return 0
        load = self._reserved.load_of(source) + self._flow.load_of(source)
        return self._free[source] - load

    def clashes_of(self, source: UUID) -> Collection[UUID]:
        """Return the sources that cannot be used beside one."""
        return self._choice.clashes(source)

    def may_have(self, line_id: LineId, offer_id: OfferId) -> bool:
        """Tell whether a line that waits may have an offer that stands."""
        return any(self.suits(line_id, each) for each in self._sources_of.get(offer_id, ()))

    def _value(self, line_id: LineId, source: UUID) -> int | None:
        if line_id in self._reserved:
            return self._reserved.value_of(line_id, source) or None
        return self._flow.value_of(line_id, source)

    def _is_had(self, source: UUID) -> bool:
        """Tell whether a source is not closed because of another that it clashes with."""
        return self._choice.is_open(source) and not self._reserved.is_blocked(source)

    def losses(self, line_id: LineId) -> Mapping[OfferId, int]:
        """Return what the plan would lose at least with each offer that a line may have.

        A line that takes a whole load has no prices: it loses what the other is worth less, and
        what has no room left is out of the question.
        """
        if line_id in self._reserved:
            lost = self._reserved.losses_of(line_id)
        else:
            reduced = self._flow.reduced_values_of(line_id)
            lost = {each: -value for each, value in reduced.items() if self._is_had(each)}
        least: dict[OfferId, int] = {}
        for source, loss in lost.items():
            offer_id = self._offer_of[source]
            least[offer_id] = min(loss, least.get(offer_id, loss))
        return least

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
        # Of several sessions of an offer the one that costs others least comes first.
        candidates: dict[OfferId, tuple[OfferId, int, int | None]] = {}
        for source, reduced in self._flow.reduced_values_of(line_id).items():
            if self._is_had(source):
                price, offer_id = self._flow.price_of(source), self._offer_of[source]
                candidates.setdefault(offer_id, (offer_id, reduced + surplus + price, price))
        return Known(
            chosen=chosen,
            candidates=tuple(candidates.values()),
            value=surplus,
            bound=surplus,
            competing=None,
        )

    def _known_by_rivals(self, line_id: LineId, chosen: OfferId, competing: Competing) -> Known:
        worth: dict[OfferId, tuple[OfferId, int, int | None]] = {}
        for source, value in self._reserved.wishes_of(line_id):
            offer_id = self._offer_of[source]
            worth.setdefault(offer_id, (offer_id, value, None))
        return Known(
            chosen=chosen,
            candidates=tuple(worth.values()),
            value=competing.value,
            bound=competing.bound,
            competing=competing.problem,
            sessions={
                source: self._offer_of[source]
                for source in competing.problem.offer_ids
                if source in self._offer_of and self._offer_of[source] != source
            },
        )

    def put_lines(
        self,
        waiting: Sequence[tuple[Need, Line]],
        rows: Integers,
        found: Candidates,
        had: Mapping[LineId, UUID],
    ) -> None:
        """Let new lines wait, each with its candidates.

        ``had`` is from which source lines have what an earlier plan gave them.
        """
        self._stirred.update(line.id for _, line in waiting)
        is_light = np.fromiter(
            (line.quantity == 1 and not line.all_or_nothing for _, line in waiting), np.bool_
        )
        of_row = dict(found.only(np.isin(found.line, rows[~is_light])).by_line())
        for place in np.flatnonzero(~is_light).tolist():
            need, line = waiting[place]
            mine = of_row.get(int(rows[place]), NO_CANDIDATES)
            values = zip(self._book.source_ids(mine.source), mine.value.tolist(), strict=True)
            bundle = need.id if line.all_or_nothing else None
            self._reserved.put_line(line.id, Wish.of(line.quantity, values, bundle))
        self._reserved.keep({line: had[line] for line in had if line in self._reserved})
        light = rows[is_light]
        if self._is_begun(len(light)):
            self._insert(light, found)
        else:
            # What is reserved first need not be taken from the flow again.
            self._reserved.settle()
            self._begin(light, found.only(np.isin(found.line, light)))

    def drop_line(self, line_id: LineId) -> None:
        """Let a line go."""
        self._stirred.discard(line_id)
        if line_id not in self._reserved:
            self._stirred.update(self._flow.values_of(line_id))
        if line_id in self._reserved:
            self._reserved.drop_line(line_id)
        else:
            self._flow.remove_need(line_id)

    def put_offers(self, offers: Mapping[OfferId, Mapping[UUID, int]], found: Candidates) -> None:
        """Let offers be had by the lines that wait, and by no others; of each source so much."""
        of_source = dict(found.by_source())
        is_begun = self._is_begun(len(offers))
        for offer_id, free in offers.items():
            for gone in set(self._sources_of.get(offer_id, ())) - free.keys():
                self._drop(gone)
            self._sources_of[offer_id] = tuple(free)
            for source, units in free.items():
                self._offer_of[source] = offer_id
                (number,) = self._book.numbers_of([source]).tolist()
                mine = of_source.get(number, NO_CANDIDATES)
                self._put(source, units, mine, is_begun=is_begun)
        if not is_begun:
            self._begin(_NO_ROWS, NO_CANDIDATES)

    def set_clashes(self, source: UUID, others: Collection[UUID]) -> None:
        """Let a source be used only where none of these is; all of them are to be told."""
        if others != self._choice.clashes(source):
            self._choice.set_clashes(source, others)
            self._stirred.update((source, *others))
        self._reserved.set_clashes(source, frozenset(others))

    def drop_offer(self, offer_id: OfferId) -> None:
        """Let an offer go."""
        for source in self._sources_of.pop(offer_id):
            self._drop(source)

    def _drop(self, source: UUID) -> None:
        self._stirred.update(self._flow.values_of_offer(source), self._choice.clashes(source))
        self._choice.forget(source)
        self._flow.remove_offer(source)
        self._reserved.drop_offer(source)
        del self._free[source], self._offer_of[source]

    def add_values(self, line_id: LineId, more: Mapping[UUID, int]) -> None:
        """Let sources be worth more to a line, or less; what is not allowed stays so."""
        for source in sorted(more.keys() & self._free.keys()):
            before = self._value(line_id, source)
            if before is None or not more[source]:
                continue
            self._stirred.add(line_id)
            if line_id in self._reserved:
                self._reserved.set_value(line_id, source, before + more[source])
            else:
                self._flow.set_value(line_id, source, before + more[source])

    def settle(self) -> None:
        """Reserve anew where something has changed, and let the flow have what is left."""
        self._reserved.settle()
        reloaded = self._reserved.reloaded()
        for source in sorted(reloaded.union(*map(self._choice.clashes, reloaded))):
            if source in self._free:
                self._stirred.add(source)
                self._flow.resize_offer(source, self._for_flow(source))
        self._changed.update(self._choice.settle(self._flow, self._stirred))
        self._stirred.clear()

    def changed(self) -> set[UUID]:
        """Return the lines whose offer may be another than when this was last asked."""
        changed = {*self._changed, *self._flow.changed(), *self._reserved.changed()}
        self._changed.clear()
        return changed

    def proof(self) -> Proof:
        """Return what both are worth, and what they could be.

        What might be gained by another choice among clashing sessions is part of the bound of what
        is reserved: the flow is the best around that choice.
        """
        flow, gap = self._flow.certificate(), self._choice.gap(self._flow)
        return Proof(
            value=flow.value + self._reserved.value,
            bound=flow.bound + gap + self._reserved.bound,
            reserved_value=self._reserved.value,
            reserved_bound=self._reserved.bound + gap,
        )

    def _is_begun(self, new: int) -> bool:
        """Tell whether something new is put beside what flows already, or there is a beginning."""
        return new < self._lines_at_once or self._flow.count_needs() > 0

    def _begin(self, rows: Integers, found: Candidates) -> None:
        """Plan the first lines of one unit all together: one by one, many take minutes."""
        source_ids = list(self._free)
        numbers = self._book.numbers_of(source_ids)
        self._flow = StandingPlan.solved(
            Transport.of(
                need_ids=self._book.line_ids(rows),
                units=1,
                offer_ids=source_ids,
                capacity=[self._for_flow(source) for source in source_ids],
                need=_places(found.line, rows),
                offer=_places(found.source, numbers),
                value=found.value,
            )
        )

    def _insert(self, rows: Integers, found: Candidates) -> None:
        """Let lines of one unit flow, one after the other."""
        of_row = dict(found.by_line())
        for line, row in zip(self._book.line_ids(rows), rows.tolist(), strict=True):
            mine = of_row.get(row, NO_CANDIDATES)
            columns = [self._flow.row_of(each) for each in self._book.source_ids(mine.source)]
            self._flow.insert_need(line, 1, columns, mine.value)

    def _put(self, source: UUID, free: int, mine: Candidates, *, is_begun: bool) -> None:
        lines = self._book.line_ids(mine.line)
        is_whole = np.fromiter((line in self._reserved for line in lines), np.bool_, len(lines))
        single, whole = mine.only(~is_whole), self._by_line(mine.only(is_whole))
        is_known = source in self._free
        self._free[source] = free
        self._stirred.add(source)
        self._reserved.put_offer(source, free, whole)
        if not is_begun:
            return
        if is_known and self._flow.values_of_offer(source) == self._by_line(single):
            self._flow.resize_offer(source, self._for_flow(source))
            return
        if is_known:
            self._stirred.update(self._flow.values_of_offer(source))
            self._flow.remove_offer(source)
        needs = [self._flow.row_of_need(line) for line in self._book.line_ids(single.line)]
        self._flow.insert_offer(source, self._for_flow(source), needs, single.value)

    def _by_line(self, mine: Candidates) -> dict[UUID, int]:
        return dict(zip(self._book.line_ids(mine.line), mine.value.tolist(), strict=True))

    def _left(self, source: UUID) -> int:
        """Return what is not reserved of a source; of what clashes with something, nothing."""
        if self._reserved.is_blocked(source):
            return 0
        return max(0, self._free[source] - self._reserved.load_of(source))

    def _for_flow(self, source: UUID) -> int:
        return self._left(source) if self._choice.is_open(source) else 0


def _places(wanted: Integers, rows: Integers) -> Integers:
    """Return where each of these rows is among others."""
    place = np.zeros(int(rows.max(initial=-1)) + 1, np.int64)
    place[rows] = np.arange(len(rows))
    return place[wanted]
