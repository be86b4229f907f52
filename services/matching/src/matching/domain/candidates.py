"""Who may be had by whom, among the lines and offers of a pool that are kept as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.domain import score
from matching.domain.columns import (
    Integers,
    Numbering,
    Pairs,
    laid_out,
    line_columns,
    offer_columns,
)
from matching.domain.match import Match
from matching.domain.nearby import LinesNearby, OffersNearby
from matching.domain.rules import allowed
from matching.domain.shelf import Shelf
from matching.domain.slots import sources
from matching.domain.standing import Refusals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from matching.domain.columns import Mask
    from matching.domain.identity import LineId, OfferId, PartyId
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party
    from matching.domain.policy import Policy
    from matching.domain.worth import Worth

_NOTHING: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of single pairs: of all, or at least of those in question."""

    refusals: Refusals
    matches: Sequence[Match]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Lines and what they may be had from: rows of lines, numbers of sources, what each is worth.

    A source is an offer, or one session of an offer that has a calendar.
    """

    line: Integers
    source: Integers
    value: Integers

    def only(self, mask: Mask) -> Candidates:
        """Return those that a mask lets through."""
        return Candidates(self.line[mask], self.source[mask], self.value[mask])

    def by_line(self) -> Iterator[tuple[int, Candidates]]:
        """Yield each line that has any with its own."""
        return self._grouped(self.line, np.lexsort((self.source, self.line)))

    def by_source(self) -> Iterator[tuple[int, Candidates]]:
        """Yield each source that has any with its own."""
        return self._grouped(self.source, np.lexsort((self.line, self.source)))

    def _grouped(self, rows: Integers, order: Integers) -> Iterator[tuple[int, Candidates]]:
        if not len(rows):
            return
        begins, begin = np.unique(rows[order], return_index=True)
        for row, places in zip(begins.tolist(), np.split(order, begin[1:]), strict=True):
            yield row, Candidates(self.line[places], self.source[places], self.value[places])


NO_CANDIDATES: Final = Candidates(_NOTHING, _NOTHING, _NOTHING)


class CandidateBook:
    """The lines that wait and the offers of a pool, and which of them may be had together."""

    def __init__(self, policy: Policy, *, at: datetime) -> None:
        self._policy: Final = policy
        self._numbers: Final = Numbering()
        self._lines: Final = Shelf(line_columns([], self._numbers, at))
        self._offers: Final = Shelf(offer_columns([], {}, self._numbers, policy.offering, at=at))
        self._lines_nearby: Final = LinesNearby()
        self._offers_nearby: Final = OffersNearby()

    def put_offers(
        self, offers: Sequence[Offer], parties: Mapping[PartyId, Party], *, at: datetime
    ) -> Integers:
        """Know offers as they are now; return their rows."""
        offering = self._policy.offering
        columns = offer_columns(offers, parties, self._numbers, offering, at=at)
        rows = self._offers.put(columns)
        self._offers_nearby.put(rows, columns)
        return rows

    def put_lines(self, waiting: Sequence[tuple[Need, Line]], *, at: datetime) -> Integers:
        """Know lines that wait; return their rows."""
        columns = line_columns(waiting, self._numbers, at)
        rows = self._lines.put(columns)
        self._lines_nearby.put(rows, columns)
        return rows

    def drop_offer(self, offer_id: OfferId) -> None:
        """Forget an offer, if it is known."""
        if offer_id in self._offers:
            self._offers_nearby.drop(self.row_of_offer(offer_id))
            self._offers.drop([offer_id])

    def drop_line(self, line_id: LineId) -> None:
        """Forget a line, if it is known."""
        if line_id in self._lines:
            self._lines_nearby.drop(self.row_of_line(line_id))
            self._lines.drop([line_id])

    def row_of_offer(self, offer_id: OfferId) -> int:
        """Return the row of an offer."""
        return int(self._offers.rows_of([offer_id])[0])

    def numbers_of(self, source_ids: Collection[UUID]) -> Integers:
        """Return the numbers of sources, in their order."""
        known = self._numbers.sources
        return np.fromiter((known[each] for each in source_ids), np.int64, len(source_ids))

    def row_of_line(self, line_id: LineId) -> int:
        """Return the row of a line."""
        return int(self._lines.rows_of([line_id])[0])

    def line_ids(self, rows: Integers) -> tuple[UUID, ...]:
        """Return the ids of rows of lines."""
        return self._lines.ids_of(rows)

    def offer_ids(self, rows: Integers) -> tuple[UUID, ...]:
        """Return the ids of rows of offers."""
        return self._offers.ids_of(rows)

    def source_ids(self, numbers: Integers) -> list[UUID]:
        """Return the ids of numbered sources."""
        return [self._numbers.source_ids[number] for number in numbers.tolist()]

    def for_lines(self, rows: Integers, around: Around) -> Candidates:
        """Return every offer that may be had by these lines."""
        near = self._offers_nearby.of_lines(self._lines.take(rows))
        return _joined([self._judge(rows[place], offer, around) for place, offer in near])

    def for_offers(self, rows: Integers, around: Around) -> Candidates:
        """Return every line that waits and may have these offers."""
        near = self._lines_nearby.of_offers(self._offers.take(rows))
        return _joined([self._judge(line, rows[place], around) for place, line in near])

    def worths(
        self, lines: Collection[LineId], offers: Collection[OfferId], around: Around
    ) -> Sequence[Worth]:
        """Return what pairs are worth, term by term, in their order."""
        line, offer = self._lines.rows_of(lines), self._offers.rows_of(offers)
        return score.worths(self._pairs(line, offer, around), self._policy)

    def _judge(self, line: Integers, offer: Integers, around: Around) -> Candidates:
        if not len(line):
            return NO_CANDIDATES
        pairs = self._pairs(line, offer, around)
        # The rows come along through the rules as the places of their columns.
        kept = allowed(pairs)
        had_from = sources(kept)
        return Candidates(
            np.unique(line)[kept.line][had_from.pair],
            had_from.source,
            score.from_sources(kept, had_from, self._policy),
        )

    def _pairs(self, line: Integers, offer: Integers, around: Around) -> Pairs:
        lines, at_line = np.unique(line, return_inverse=True)
        offers, at_offer = np.unique(offer, return_inverse=True)
        board = laid_out(
            self._lines.take(lines),
            self._offers.take(offers),
            self._numbers,
            refusals=around.refusals,
            matches=around.matches,
        )
        return Pairs(board, at_line.astype(np.int64), at_offer.astype(np.int64))


def _joined(parts: Sequence[Candidates]) -> Candidates:
    if not parts:
        return NO_CANDIDATES
    return Candidates(
        np.concatenate([part.line for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.value for part in parts]),
    )
