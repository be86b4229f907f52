"""A past period played again under another policy, to see what it would have changed.

Day by day, what was asked for and offered until then is planned exactly. Whoever is chosen is
asked, and says yes unless it is known to have said no to that need; a yes holds its quantity. So
the two runs differ by the policy's weights and by nothing else, and neither is a forecast: how
patient people were, and what made them withdraw, is not played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from common.vocabulary import Labelled
from matching.domain.fairness import Fairness, Waited, fairness
from matching.domain.identity import LineId, NeedId, OfferId, PartyId, PoolId
from matching.domain.need import Need
from matching.domain.offer import Offer
from matching.domain.party import Party
from matching.domain.question import question
from matching.domain.standing import Refusals, Standing
from matching.engine import Problem, Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from matching.domain.need import Line
    from matching.domain.policy import Policy
    from matching.domain.session import Opening

Kernel: TypeAlias = Callable[[Problem], Result]

_STEP: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


class WhatIfState(Labelled):
    """How far a try has come."""

    WAITING = "waiting", "等待中", "Waiting"
    RUNNING = "running", "推演中", "Running"
    DONE = "done", "已完成", "Done"
    FAILED = "failed", "未能完成", "Failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was asked for and offered in one pool during a period, and who then said no."""

    pool_id: PoolId
    needs: Sequence[Need]
    offers: Sequence[Offer]
    parties: Mapping[PartyId, Party]
    refusals: Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a policy made of a period; ``metres`` is the mean distance of pairs with a known one."""

    lines: int
    filled: int
    asks: int
    metres: float
    fairness: Fairness


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The period as the policies in force would have had it, and as the one that was tried."""

    base: Figures
    tried: Figures


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the lines of one pool or several; can be added up."""

    waited: tuple[Waited, ...] = ()
    asks: tuple[int, ...] = ()
    metres: tuple[int, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        """Put the outcomes of two pools together."""
        return Outcome(
            self.waited + other.waited, self.asks + other.asks, self.metres + other.metres
        )

    def figures(self) -> Figures:
        """Return what it comes to."""
        return Figures(
            lines=len(self.waited),
            filled=sum(each.is_filled for each in self.waited),
            asks=sum(self.asks),
            metres=sum(self.metres) / len(self.metres) if self.metres else 0.0,
            fairness=fairness(self.waited, self.asks),
        )


def days_between(since: datetime, until: datetime) -> int:
    """Return how many steps a period takes; an unfinished day is one."""
    return -((since - until) // _STEP)


class Simulation:
    """One pool played under one policy, a day at a time."""

    def __init__(
        self, past: Past, policy: Policy, kernel: Kernel, *, since: datetime, until: datetime
    ) -> None:
        self._past: Final = past
        self._policy: Final = policy
        self._kernel: Final = kernel
        self._since: Final = since
        self._until: Final = until
        self._parties: Final = past.parties
        self._held: Final[Counter[OfferId]] = Counter()
        self._held_of: Final[Counter[UUID]] = Counter()
        self._asks: Final[Counter[PartyId]] = Counter()
        self._refused: Final[set[tuple[NeedId, PartyId]]] = set()
        self._filled: Final[dict[LineId, datetime]] = {}
        self._metres: Final[list[int]] = []

    def play(self, day: int) -> None:
        """Play one day; days are played in their order, from 0."""
        at = min(self._since + (day + 1) * _STEP, self._until)
        standing = self._standing(at)
        asked = question(standing, self._policy, at=at)
        metres = asked.pairs.metres().tolist()
        lines, offers = asked.pairs.board.lines.ids, asked.pairs.board.offers.ids
        far = {
            (lines[line], offers[offer]): metres[row]
            for row, (line, offer) in enumerate(
                zip(asked.pairs.line.tolist(), asked.pairs.offer.tolist(), strict=True)
            )
        }
        chosen = self._kernel(asked.problem).pairs()
        of_source = {each: offer for offer in standing.offers for each in offer.sources(at=at)}
        for need in standing.needs:
            for line in need.lines:
                source = chosen.get(line.id)
                if source is not None:
                    offer = of_source[source]
                    self._held_of[source] += line.quantity
                    if not self._ask(need, line, offer, far[line.id, offer.id], at):
                        self._held_of[source] -= line.quantity

    def outcome(self) -> Outcome:
        """Return what has become of every line."""
        return Outcome(
            waited=tuple(
                self._waited(need, line) for need in self._past.needs for line in need.lines
            ),
            asks=tuple(self._asks[party_id] for party_id in sorted(self._parties)),
            metres=tuple(self._metres),
        )

    def _ask(self, need: Need, line: Line, offer: Offer, metres: int, at: datetime) -> bool:
        """Ask whoever was chosen, and tell whether they say yes."""
        party_id = offer.supply.party_id
        self._asks[party_id] += 1
        if (need.id, party_id) in self._past.refusals:
            self._refused.add((need.id, party_id))
            return False
        self._held[offer.id] += line.quantity
        self._filled[line.id] = at
        if metres >= 0:
            self._metres.append(metres)
        return True

    def _standing(self, at: datetime) -> Standing:
        return Standing(
            pool_id=self._past.pool_id,
            wanted_sequence=0,
            needs=tuple(self._waiting(at)),
            offers=tuple(
                self._as_of(offer, at) for offer in self._past.offers if offer.published_at < at
            ),
            parties=self._parties,
            matches=(),
            refusals=frozenset(self._refused),
            planned={},
        )

    def _waiting(self, at: datetime) -> list[Need]:
        found: list[Need] = []
        for need in self._past.needs:
            lines = tuple(line for line in need.lines if line.id not in self._filled)
            if need.submitted_at < at and lines:
                found.append(replace(need, lines=lines))
        return found

    def _as_of(self, offer: Offer, at: datetime) -> Offer:
        is_withdrawn = offer.withdrawn_at is not None and offer.withdrawn_at <= at
        return replace(
            offer,
            held=self._held[offer.id],
            openings=None if offer.openings is None else tuple(self._left(offer)),
            withdrawn_at=offer.withdrawn_at if is_withdrawn else None,
        )

    def _left(self, offer: Offer) -> Iterator[Opening]:
        for each in offer.openings or ():
            yield replace(each, free=each.free - self._held_of[each.session_id])

    def _waited(self, need: Need, line: Line) -> Waited:
        ended = self._filled.get(line.id)
        district = need.site.county or need.site.area
        return Waited(
            district=district.code,
            group=need.beneficiary.value,
            hours=((ended or self._until) - need.submitted_at) / _HOUR,
            is_filled=ended is not None,
        )
