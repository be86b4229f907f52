r"""Would be allowed if …, would be chosen if …: both proved by asking again.

The first collects the least change to every rule that fails. The second raises the worth of a
pair by just so much that every best plan has it. Let :math:`V` be what the best plan is worth
without the pair, :math:`V_{-l}` without its line, and :math:`V_{-l,-q}` when the quantity that it
takes is gone from its offer too. Then

.. math:: \text{surplus} = V - V_{-l}, \quad \text{price} = V_{-l} - V_{-l,-q}, \quad
    \text{raise} = \max(0,\ \text{surplus} + \text{price} - v + 1)

where the price is what it costs all others that the offer serves this line. In a plan of unit lines
it equals the dual price of the offer; here it is exact for whole quantities too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from matching.domain.amendments import Amended, Amendment, applied
from matching.domain.columns import Pairs, board, every_pair
from matching.domain.levers import levers
from matching.domain.match import HOLDING
from matching.domain.need import NeedState
from matching.domain.question import question
from matching.domain.rules import RULES
from matching.domain.saying import Saying
from matching.engine import Problem, Result, component_of_node

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from numpy.typing import NDArray

    from common.vocabulary import ServiceCode
    from matching.domain.case import Case
    from matching.domain.identity import LineId
    from matching.domain.need import Need
    from matching.domain.offering import Offering
    from matching.domain.policy import Policy
    from matching.domain.standing import Standing

Kernel: TypeAlias = Callable[[Problem], Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedIf:
    """The smallest set of changes by which every rule would hold."""

    amendments: tuple[Amendment, ...]
    says: Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenIf:
    """By how many points a pair must be worth more to be in every best plan.

    Where a rule forbids the pair, the amendments come first and the points are counted after them.
    Each of ``instead`` alone, after the amendments, would do as well as the points.
    """

    amendments: tuple[Amendment, ...]
    points: int
    says: Saying
    instead: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What a pair is worth, what its offer would cost all others, what its line has without it."""

    value: int
    price: int
    surplus: int

    @property
    def raise_by(self) -> int:
        """How much more the pair must be worth to be chosen for certain; nothing if it is."""
        return max(0, self.surplus + self.price - self.value + 1)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is at stake for a pair, and what would make every best plan have it.

    There are no stakes where no plan decides the pair any more, its line being filled or its need
    over, and where the kernel could not prove what its plans are worth.
    """

    stakes: Stakes | None
    chosen_if: ChosenIf | None


def amendments_of(case: Case, offering: Offering) -> tuple[Amendment, ...]:
    """Return the least change to every rule that forbids a pair; none for an allowed one."""
    pair = _alone(case, offering)
    failing = [rule for rule in RULES if not rule.holds(pair).item()]
    return tuple(amendment for rule in failing for amendment in rule.amends(case))


def is_allowed(case: Case, offering: Offering) -> bool:
    """Ask every rule about one pair."""
    pair = _alone(case, offering)
    return all(rule.holds(pair).item() for rule in RULES)


def allowed_if(amendments: tuple[Amendment, ...]) -> AllowedIf | None:
    """Return what would have to be otherwise; none where nothing has to."""
    if not amendments:
        return None
    return AllowedIf(amendments=amendments, says=_says_allowed(amendments))


class Market:
    """A pool as it stands, of which can be asked what would change its plan."""

    def __init__(self, standing: Standing, policy: Policy, kernel: Kernel, *, at: datetime) -> None:
        self._standing: Final = standing
        self._policy: Final = policy
        self._kernel: Final = kernel
        self._at: Final = at
        self._as_it_is: Final = self._problem(standing)
        self._filled: Final = frozenset(
            match.pairing.line_id for match in standing.matches if match.state in HOLDING
        )

    def price(self, case: Case, *, concretely: bool = False) -> Priced:
        """Say what is at stake for a pair, and what would make every best plan have it.

        Concretely means to try also what else than points would do, which takes longer.
        """
        if case.line.id in self._filled or case.need.state is NeedState.ENDED:
            return Priced(None, None)
        amendments = amendments_of(case, self._policy.offering)
        amended = applied(amendments, case)
        problem = self._amended(amended) if amendments else self._as_it_is
        stakes = self._stakes(problem, amended)
        if stakes is None or not (amendments or stakes.raise_by):
            return Priced(stakes, None)
        instead = self._instead(amended, stakes) if concretely and stakes.raise_by else ()
        says = _says_chosen(amendments, stakes, instead)
        return Priced(
            stakes,
            ChosenIf(amendments=amendments, points=stakes.raise_by, says=says, instead=instead),
        )

    def _instead(self, case: Case, stakes: Stakes) -> tuple[Amendment, ...]:
        found: dict[Amended, Amendment] = {}
        for lever in levers(case, self._policy, stakes.raise_by):
            if lever.what not in found and self._is_chosen(lever.on(case)):
                found[lever.what] = lever
        return tuple(found.values())

    def _is_chosen(self, case: Case) -> bool:
        stakes = self._stakes(self._amended(case), case)
        return stakes is not None and not stakes.raise_by

    def _stakes(self, problem: Problem, case: Case) -> Stakes | None:
        sources = case.offer.sources(at=self._at)
        return stakes_of(problem, case.line.id, sources, self._kernel)

    def _amended(self, case: Case) -> Problem:
        # Pairs are of one service, so nothing else competes.
        return self._problem(staged(_of_service(self._standing, case.line.service), case))

    def _problem(self, standing: Standing) -> Problem:
        return question(standing, self._policy, at=self._at).problem


def stakes_of(
    problem: Problem, line_id: LineId, sources: Collection[UUID], kernel: Kernel
) -> Stakes | None:
    """Return what is at stake for a pair of a problem; none if it has no such pair, or no proof.

    ``sources`` are what the line may have of the offer: itself, or its sessions, of which the one
    counts that costs others least. Only what competes with them is solved, directly or through
    others.
    """
    pairs = _pairs(problem, line_id, sources)
    if not len(pairs):
        return None
    line = int(problem.line[pairs[0]])
    near = problem.only(_around(problem, line))
    is_pair = (near.line == line) & np.isin(near.offer, problem.offer[pairs])
    of_others = near.only(near.line != line)
    without, others = kernel(near.only(~is_pair)), kernel(of_others)
    if without.gap or others.gap:
        return None
    surplus = without.value - others.value
    best: Stakes | None = None
    worth = zip(problem.value[pairs].tolist(), problem.offer[pairs].tolist(), strict=True)
    for value, offer in sorted(worth, key=lambda each: -each[0]):
        if best is not None and value <= best.value - best.price:
            break
        less = kernel(_with_less(of_others, offer, int(problem.quantity[line])))
        if less.gap:
            return None
        price = others.value - less.value
        if best is None or value - price > best.value - best.price:
            best = Stakes(value=value, price=price, surplus=surplus)
    return best


def staged(standing: Standing, case: Case) -> Standing:
    """Return a pool in which the things of a case are as the case has them."""
    need = _need_of(case)
    key = (need.id, case.party.id)
    refusals = standing.refusals - {key} if case.refusal is None else standing.refusals | {key}
    return replace(
        standing,
        needs=(*(each for each in standing.needs if each.id != need.id), need),
        offers=(*(each for each in standing.offers if each.id != case.offer.id), case.offer),
        parties={**standing.parties, case.party.id: case.party},
        refusals=refusals,
    )


def _alone(case: Case, offering: Offering) -> Pairs:
    refused = frozenset() if case.refusal is None else frozenset({(case.need.id, case.party.id)})
    return every_pair(
        board(
            [(case.need, case.line)],
            [case.offer],
            parties={case.party.id: case.party},
            refusals=refused,
            matches=(),
            offering=offering,
            at=case.at,
        )
    )


def _need_of(case: Case) -> Need:
    lines = tuple(case.line if line.id == case.line.id else line for line in case.need.lines)
    return replace(case.need, lines=lines)


def _of_service(standing: Standing, service: ServiceCode) -> Standing:
    return replace(
        standing,
        needs=tuple(
            need for need in standing.needs if any(line.service is service for line in need.lines)
        ),
        offers=tuple(each for each in standing.offers if each.supply.service is service),
    )


def _pairs(problem: Problem, line_id: LineId, sources: Collection[UUID]) -> NDArray[np.int64]:
    """Return the pairs of a line with any of the sources of an offer."""
    if line_id not in problem.line_ids:
        return np.empty(0, dtype=np.int64)
    line = problem.line_ids.index(line_id)
    offers = [place for place, each in enumerate(problem.offer_ids) if each in sources]
    return np.flatnonzero((problem.line == line) & np.isin(problem.offer, offers))


def _around(problem: Problem, line: int) -> NDArray[np.bool_]:
    """Tell which pairs compete or clash with those of a line, directly or through others."""
    lines, offers = len(problem.line_ids), len(problem.offer_ids)
    one, other = np.array(problem.clashes, dtype=np.int64).reshape(-1, 2).T + lines
    begin = np.concatenate([problem.line, one])
    end = np.concatenate([problem.offer + lines, other])
    component = component_of_node(begin, end, nodes=lines + offers)
    near: NDArray[np.bool_] = component[problem.line] == component[line]
    return near


def _with_less(problem: Problem, offer: int, quantity: int) -> Problem:
    capacity = problem.capacity.copy()
    capacity[offer] -= quantity
    less = replace(problem, capacity=capacity)
    clashing = [sum(each) - offer for each in problem.clashes if offer in each]
    is_left = problem.quantity[problem.line] <= capacity[problem.offer]
    return less.only(is_left & ~np.isin(problem.offer, clashing))


_IF_ZH: Final = "且"
_IF_EN: Final = " and "


def _says_allowed(amendments: tuple[Amendment, ...]) -> Saying:
    clauses = [amendment.says for amendment in amendments]
    return Saying(
        zh=f"若{_IF_ZH.join(clause.zh for clause in clauses)}，则可以对接。",
        en=f"It would be allowed if {_IF_EN.join(clause.en for clause in clauses)}.",
    )


def _says_chosen(
    amendments: tuple[Amendment, ...], stakes: Stakes, instead: tuple[Amendment, ...]
) -> Saying:
    clauses = [amendment.says for amendment in amendments]
    points = stakes.raise_by
    if points:
        clauses.append(
            Saying(
                f"价值高出 {points} 分（现值 {stakes.value} 分；选用它会使其他需求损失"
                f" {stakes.price} 分，本需求项现有安排计 {stakes.surplus} 分）",
                f"it were worth {points} points more (it is worth {stakes.value}; taking it costs"
                f" others {stakes.price}, and the line has {stakes.surplus} as things are)",
            )
        )
    if instead:
        ways = [each.says for each in instead]
        clauses[-1] = Saying(
            "或".join([*(way.zh for way in ways), clauses[-1].zh]),
            " or ".join([*(way.en for way in ways), clauses[-1].en]),
        )
    return Saying(
        zh=f"若{_IF_ZH.join(clause.zh for clause in clauses)}，则会被选用。",
        en=f"It would be chosen if {_IF_EN.join(clause.en for clause in clauses)}.",
    )
