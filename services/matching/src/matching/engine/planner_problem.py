"""What the planner decides: what a flow cannot express."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from matching.engine.allocation import LARGEST_SUM, Flags, SumsTooLarge
from matching.engine.problem import Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

ALONE: Final = -1
"""The label of a line that is in no bundle, or in no group."""


class Objective(StrEnum):
    """What is to be greatest."""

    TOTAL = "total"
    LEAST_FIRST = "least_first"
    """What the worst-off group has, and then the total."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PlannerProblem:
    """A validated instance in its canonical order: by id, whatever order it came in.

    Lines, each an array of shape ``(lines,)``:

    - ``wanted``: how many offers it needs, all or none; of each it takes the whole load,
    - ``bundle``: lines of one number are served all or not at all; every line has one,
    - ``group``: whose lines are added up for ``Objective.LEAST_FIRST``, or ``ALONE``.

    Offers, of shape ``(offers,)``: ``capacity``, and ``price``, what one unit of capacity is worth
    to the flow that plans beside. Pairs, sorted by line and offer, arrays of one length: ``line``
    and ``offer`` index into the ids, ``value`` is what the pair is worth, ``load`` what it takes of
    the capacity, ``is_kept`` whether the plan before has it, which is where the search begins.

    Of each of ``offer_clashes``, which are indices of offers, one offer may be used at most,
    however many places it has: sessions of one party that overlap. Of each of ``pair_clashes``,
    indices of pairs, one may be chosen at most: sessions that one person cannot attend both.
    """

    line_ids: tuple[UUID, ...]
    offer_ids: tuple[UUID, ...]
    wanted: Integers
    bundle: Integers
    group: Integers
    capacity: Integers
    price: Integers
    line: Integers
    offer: Integers
    value: Integers
    load: Integers
    is_kept: Flags
    offer_clashes: tuple[Integers, ...]
    pair_clashes: tuple[Integers, ...]
    objective: Objective

    @classmethod
    def of(  # noqa: PLR0913  # One array for each column, all by name.
        cls,
        *,
        line_ids: Sequence[UUID],
        offer_ids: Sequence[UUID],
        capacity: ArrayLike,
        line: ArrayLike,
        offer: ArrayLike,
        value: ArrayLike,
        load: ArrayLike,
        wanted: ArrayLike | None = None,
        bundle: ArrayLike | None = None,
        group: ArrayLike | None = None,
        price: ArrayLike | None = None,
        is_kept: ArrayLike | None = None,
        offer_clashes: Sequence[ArrayLike] = (),
        pair_clashes: Sequence[ArrayLike] = (),
        objective: Objective = Objective.TOTAL,
    ) -> PlannerProblem:
        """Build an instance from arrays in any order; clashes index into what is given here.

        Args:
            line_ids: One for each line.
            offer_ids: One for each offer.
            capacity: Of each offer.
            line: Of each pair.
            offer: Of each pair.
            value: Of each pair.
            load: Of each pair.
            wanted: Of each line; one offer if not said.
            bundle: Of each line, any numbers; equal ones are a bundle, ``ALONE`` is none.
            group: Of each line, any numbers; ``ALONE`` is none.
            price: Of each offer; nothing if not said.
            is_kept: Of each pair; none if not said.
            offer_clashes: Sets of offers.
            pair_clashes: Sets of pairs.
            objective: What is to be greatest.

        Raises:
            ValueError: The arrays do not fit together, an id or a pair occurs twice, or a number
                is negative that may not be.
            SumsTooLarge: Values, loads or prices together are beyond ``LARGEST_SUM``.
        """
        lines, offers = _ranks(line_ids), _ranks(offer_ids)
        count = len(lines)
        alone = np.full(count, ALONE, dtype=np.int64)
        the_line, the_offer = _index(line, lines, "line"), _index(offer, offers, "offer")
        order = np.lexsort((the_offer, the_line))
        places = np.argsort(order)
        pairs = len(order)
        given = cls(
            line_ids=tuple(sorted(line_ids)),
            offer_ids=tuple(sorted(offer_ids)),
            wanted=_by_rank(np.ones(count) if wanted is None else wanted, lines),
            bundle=_bundles(_by_rank(alone if bundle is None else bundle, lines)),
            group=_by_rank(alone if group is None else group, lines),
            capacity=_by_rank(capacity, offers),
            price=_by_rank(np.zeros(len(offers)) if price is None else price, offers),
            line=the_line[order],
            offer=the_offer[order],
            value=_by_order(value, order),
            load=_by_order(load, order),
            is_kept=_by_order(np.zeros(pairs) if is_kept is None else is_kept, order) > 0,
            offer_clashes=_sets(offer_clashes, offers),
            pair_clashes=_sets(pair_clashes, places),
            objective=Objective(objective),
        )
        _validate(given)
        return given

    @property
    def pairs(self) -> int:
        """How many pairs may be."""
        return len(self.value)

    @property
    def reduced(self) -> Integers:
        """What each pair is worth beyond what its capacity is worth to others."""
        return self.value - self.price[self.offer] * self.load

    @property
    def is_composite(self) -> Flags:
        """Of each line, whether it wants several offers or is one of several in its bundle."""
        members = np.bincount(self.bundle, minlength=len(self.line_ids))
        return np.asarray((members[self.bundle] > 1) | (self.wanted > 1), dtype=np.bool_)

    def allows(self, chosen: Integers) -> bool:
        """Tell whether pairs, 0 or 1 each, may be chosen together."""
        served = np.zeros(len(self.line_ids), dtype=np.int64)
        np.add.at(served, self.line, chosen)
        used = np.zeros(len(self.offer_ids), dtype=np.int64)
        np.add.at(used, self.offer, chosen * self.load)
        is_used = np.zeros(len(self.offer_ids), dtype=np.bool_)
        is_used[self.offer[chosen > 0]] = True
        short = np.zeros(len(self.line_ids), dtype=np.bool_)
        short[self.bundle[served < self.wanted]] = True
        return bool(
            np.isin(chosen, (0, 1)).all()
            and ((served == 0) | (served == self.wanted)).all()
            and not (short[self.bundle] & (served > 0)).any()
            and (used <= self.capacity).all()
            and all(is_used[each].sum() <= 1 for each in self.offer_clashes)
            and all(chosen[each].sum() <= 1 for each in self.pair_clashes)
        )

    def only(self, pairs: Integers) -> PlannerProblem:
        """Return the instance with these pairs alone, given as indices in order."""
        place = np.full(self.pairs, -1, dtype=np.int64)
        place[pairs] = np.arange(len(pairs))
        is_left = np.zeros(len(self.offer_ids), dtype=np.bool_)
        is_left[self.offer[pairs]] = True
        offer_clashes = (each[is_left[each]] for each in self.offer_clashes)
        pair_clashes = (place[each][place[each] >= 0] for each in self.pair_clashes)
        return PlannerProblem(
            line_ids=self.line_ids,
            offer_ids=self.offer_ids,
            wanted=self.wanted,
            bundle=self.bundle,
            group=self.group,
            capacity=self.capacity,
            price=self.price,
            line=self.line[pairs],
            offer=self.offer[pairs],
            value=self.value[pairs],
            load=self.load[pairs],
            is_kept=self.is_kept[pairs],
            offer_clashes=tuple(each for each in offer_clashes if len(each) > 1),
            pair_clashes=tuple(each for each in pair_clashes if len(each) > 1),
            objective=self.objective,
        )


def _integers(values: ArrayLike) -> Integers:
    return np.asarray(values).astype(np.int64, casting="unsafe")


def _ranks(ids: Sequence[UUID]) -> Integers:
    """Return the place that each id takes among the sorted ids."""
    if len(set(ids)) < len(ids):
        message = "a line or an offer occurs twice"
        raise ValueError(message)
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks


def _index(given: ArrayLike, ranks: Integers, what: str) -> Integers:
    index = _integers(given)
    if len(index) and (index.min() < 0 or index.max() >= len(ranks)):
        message = f"a pair names a {what} that is not there"
        raise ValueError(message)
    return ranks[index]


def _by_rank(values: ArrayLike, ranks: Integers) -> Integers:
    return _by_order(values, np.argsort(ranks))


def _by_order(values: ArrayLike, order: Integers) -> Integers:
    given = _integers(values)
    if given.shape != order.shape:
        message = f"{given.shape} values where {order.shape} are due"
        raise ValueError(message)
    return given[order]


def _bundles(labels: Integers) -> Integers:
    """Number bundles by their first line; a line alone is one of its own."""
    own = np.where(labels == ALONE, labels.max(initial=0) + 1 + np.arange(len(labels)), labels)
    _, first, member = np.unique(own, return_index=True, return_inverse=True)
    return np.asarray(first, dtype=np.int64)[member]


def _sets(sets: Sequence[ArrayLike], places: Integers) -> tuple[Integers, ...]:
    found = {tuple(np.unique(_index(each, places, "clash")).tolist()) for each in sets}
    return tuple(np.array(each, dtype=np.int64) for each in sorted(found) if len(each) > 1)


def _validate(given: PlannerProblem) -> None:
    pairs = (given.line, given.offer, given.value, given.load, given.is_kept)
    if len({len(each) for each in pairs}) > 1:
        message = "the arrays of pairs differ in length"
        raise ValueError(message)
    for name, number, least in (
        ("wanted", given.wanted, 1),
        ("capacity", given.capacity, 0),
        ("price", given.price, 0),
        ("load", given.load, 0),
    ):
        if (number < least).any():
            message = f"{name} is less than {least}"
            raise ValueError(message)
    keys = given.line * max(1, len(given.offer_ids)) + given.offer
    if len(np.unique(keys)) < given.pairs:
        message = "a pair occurs twice"
        raise ValueError(message)
    loads = given.load.astype(np.float64)
    worth = np.abs(given.value).astype(np.float64) + given.price[given.offer] * loads
    if max(float(worth.sum()), float(loads.sum())) > LARGEST_SUM:
        message = "values, prices or loads together are beyond 64 bits"
        raise SumsTooLarge(message)
