"""A past period played again under another policy, to see what it would have changed.

Day by day, what was asked for and offered until then is planned exactly. Whoever is chosen is
asked, and says yes unless it is known to have said no to that need, or nothing: silence lasts as
long as the policy waits before it asks others. A yes holds its quantity; what other pools had of
offers, they have. Homes are looked for farther around when the policy says so. Neither run is a
forecast: see ``PLAYED`` for what of a policy is played, and ``not_played`` for what differs and is
not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from common.vocabulary import Labelled
from matching.domain.allotment import Allotment
from matching.domain.fairness import Fairness, Waited, fairness
from matching.domain.identity import LineId, NeedId, OfferId, PartyId, PoolId
from matching.domain.need import Need, SearchArea
from matching.domain.offer import Offer
from matching.domain.party import Party
from matching.domain.policy import Policy
from matching.domain.question import question
from matching.domain.session import Openings
from matching.domain.standing import Refusals, Standing
from matching.domain.stock import Stock
from matching.engine import Problem, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.domain.local_policies import LocalPolicies
    from matching.domain.need import Line

Kernel: TypeAlias = Callable[[Problem], Result]

PLAYED: Final = frozenset(
    {
        "weights",
        "escalation",
        "asking.patience_seconds",
        "asking.wave_seconds",
        "offering.confirm_after_days",
        "offering.confirm_within_days",
    }
)
"""The figures of a policy that make a difference in a play, singly or by section.

How many are asked at once, who has how many asks open, who is reminded, and what workers approve
make none: nobody knows how those would have answered who were not asked, or when a worker would.
"""

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
    silent: Refusals = frozenset()
    """Those refusals that are nobody's words: the party did not answer."""
    allotments: Sequence[Allotment] = ()
    openings: Mapping[OfferId, Openings] = field(default_factory=dict)
    """All sessions of offers with a calendar, each with all of its seats free."""


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
    """The period as the policies in force would have had it, and as the one that was tried.

    ``not_played`` names the figures in which the two differ and that made no difference here.
    """

    base: Figures
    tried: Figures
    not_played: tuple[str, ...] = ()


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
        self,
        past: Past,
        policies: LocalPolicies,
        kernel: Kernel,
        *,
        since: datetime,
        until: datetime,
    ) -> None:
        self._past: Final = past
        self._policies: Final = policies
        self._kernel: Final = kernel
        self._since: Final = since
        self._until: Final = until
        self._parties: Final = past.parties
        self._stock: Final = Stock(past.offers, past.allotments, past.openings)
        self._silent_until: Final[dict[LineId, datetime]] = {}
        self._asks: Final[Counter[PartyId]] = Counter()
        self._refused: Final[set[tuple[NeedId, PartyId]]] = set()
        self._filled: Final[dict[LineId, datetime]] = {}
        self._metres: Final[list[int]] = []

    def play(self, day: int) -> None:
        """Play one day; days are played in their order, from 0."""
        at = min(self._since + (day + 1) * _STEP, self._until)
        standing = self._standing(at)
        asked = question(standing, self._policies.of_pool, at=at)
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
                    if self._ask(need, line, offer, far[line.id, offer.id], at):
                        self._stock.take(offer.id, source, line.quantity, at=at)

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
            if (need.id, party_id) in self._past.silent:
                asking = self._policies.around(need.site).asking
                seconds = min(asking.patience_seconds, asking.wave_seconds)
                self._silent_until[line.id] = at + timedelta(seconds=seconds)
            return False
        self._filled[line.id] = at
        if metres >= 0:
            self._metres.append(metres)
        return True

    def _standing(self, at: datetime) -> Standing:
        return Standing(
            pool_id=self._past.pool_id,
            wanted_sequence=0,
            needs=tuple(self._waiting(at)),
            offers=self._stock.at(at),
            parties=self._parties,
            matches=(),
            refusals=frozenset(self._refused),
            planned={},
        )

    def _waiting(self, at: datetime) -> list[Need]:
        found: list[Need] = []
        for need in self._past.needs:
            lines = tuple(line for line in need.lines if self._is_waiting(line, at))
            if need.submitted_at < at and lines:
                found.append(replace(need, lines=lines, search_area=self._searched(need, at)))
        return found

    def _is_waiting(self, line: Line, at: datetime) -> bool:
        silent_until = self._silent_until.get(line.id)
        return line.id not in self._filled and (silent_until is None or silent_until <= at)

    def _searched(self, need: Need, at: datetime) -> SearchArea:
        """Return how far around a home is looked for somebody by then, if it waits in vain."""
        if need.site.point is not None:
            return need.search_area
        patience = self._policies.around(need.site).escalation
        searched = SearchArea.TOWNSHIP
        while (
            (seconds := patience.until(searched)) is not None
            and need.submitted_at + timedelta(seconds=seconds) <= at
            and searched.next is not None
        ):
            searched = searched.next
        return searched

    def _waited(self, need: Need, line: Line) -> Waited:
        ended = self._filled.get(line.id)
        district = need.site.county or need.site.area
        return Waited(
            district=district.code,
            group=need.beneficiary.value,
            hours=((ended or self._until) - need.submitted_at) / _HOUR,
            is_filled=ended is not None,
        )


def not_played(base: Policy, tried: Policy) -> frozenset[str]:
    """Return the figures in which two policies differ and that make no difference in a play."""
    return frozenset(
        name
        for section in fields(Policy)
        if section.name != "version"
        for name in _otherwise(section.name, base, tried)
        if PLAYED.isdisjoint({section.name, name})
    )


def _otherwise(section: str, base: Policy, tried: Policy) -> Iterator[str]:
    one, other = getattr(base, section), getattr(tried, section)
    for figure in fields(one):
        if getattr(one, figure.name) != getattr(other, figure.name):
            yield f"{section}.{figure.name}"
