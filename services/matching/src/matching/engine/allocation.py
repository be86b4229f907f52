"""Units of needs and capacity of offers: what may go where, what it is worth, what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matching.engine.problem import Integers
from matching.engine.result import Status

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Flags = NDArray[np.bool_]

LARGEST_SUM: Final = 2**61
"""No sum that a solver forms may exceed this; a 64-bit number holds four times as much."""


class SumsTooLarge(ValueError):
    """The numbers are so large that their sums do not fit into 64 bits."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AllocationProblem:
    """A validated instance; needs and offers are known by their index.

    ``units`` and ``whole`` have the shape ``(needs,)``, ``capacity`` ``(offers,)``. The pairs are
    arrays of one length, sorted by need and offer: ``value`` is what one unit of the pair is
    worth, ``load`` what it takes of the offer's capacity. A ``whole`` need wants all its units or
    none.
    """

    units: Integers
    whole: Flags
    capacity: Integers
    need: Integers
    offer: Integers
    value: Integers
    load: Integers

    @classmethod
    def of(
        cls,
        *,
        units: ArrayLike,
        whole: ArrayLike,
        capacity: ArrayLike,
        need: ArrayLike,
        offer: ArrayLike,
        value: ArrayLike,
        load: ArrayLike,
    ) -> AllocationProblem:
        """Build an instance from arrays; pairs may come in any order.

        Raises:
            ValueError: The arrays do not fit together, a pair occurs twice, or units, capacity
                or load are negative.
            SumsTooLarge: Worth or load of everything together is beyond ``LARGEST_SUM``.
        """
        given = cls(
            units=_integers(units),
            whole=np.asarray(whole, dtype=np.bool_),
            capacity=_integers(capacity),
            need=_integers(need),
            offer=_integers(offer),
            value=_integers(value),
            load=_integers(load),
        )
        _validate(given)
        return given.only(np.arange(given.pairs))

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self.value)

    @property
    def most(self) -> Integers:
        """How many units each pair can have at most, were it alone."""
        fits = self.capacity[self.offer] // np.maximum(self.load, 1)
        by_capacity = np.where(self.load > 0, fits, self.units[self.need])
        return np.asarray(np.minimum(self.units[self.need], by_capacity), dtype=np.int64)

    def only(self, pairs: Flags | Integers) -> AllocationProblem:
        """Return the instance with these pairs alone, in their order."""
        need, offer = self.need[pairs], self.offer[pairs]
        order = np.lexsort((offer, need))
        return AllocationProblem(
            units=self.units,
            whole=self.whole,
            capacity=self.capacity,
            need=need[order],
            offer=offer[order],
            value=self.value[pairs][order],
            load=self.load[pairs][order],
        )

    def served(self, given: Integers) -> Integers:
        """Return how many units each need has when the pairs have these."""
        return _added(self.need, given, len(self.units))

    def used(self, given: Integers) -> Integers:
        """Return how much of each offer is used when the pairs have these units."""
        return _added(self.offer, given * self.load, len(self.capacity))

    def in_pieces(self, given: Integers) -> Flags:
        """Tell which whole needs have some of their units but not all."""
        served = self.served(given)
        return np.asarray(self.whole & (served > 0) & (served < self.units), dtype=np.bool_)

    def allows(self, given: Integers) -> bool:
        """Tell whether the pairs may have these units, in whole numbers."""
        served = self.served(given)
        fits = (served <= self.units).all() and (self.used(given) <= self.capacity).all()
        return bool(fits and (given >= 0).all() and not self.in_pieces(given).any())

    def worth(self, given: Integers) -> int:
        """Return what these units are worth."""
        return int((self.value * given).sum())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Allocation:
    """Units for each pair, what they are worth, and what no allocation can exceed."""

    units: Integers
    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How much better an allocation could at most be; zero proves the optimum."""
        return self.bound - self.value

    @property
    def status(self) -> Status:
        """Whether the optimum is proved."""
        return Status.OPTIMAL if self.gap == 0 else Status.FEASIBLE


def _integers(values: ArrayLike) -> Integers:
    return np.asarray(values, dtype=np.int64)


def _added(where: Integers, what: Integers, size: int) -> Integers:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, where, what)
    return total


def _validate(given: AllocationProblem) -> None:
    pairs = (given.need, given.offer, given.value, given.load)
    if len({each.shape for each in pairs}) > 1 or given.units.shape != given.whole.shape:
        message = "arrays that belong together differ in shape"
        raise ValueError(message)
    for name, least in (("units", given.units), ("capacity", given.capacity), ("load", given.load)):
        if (least < 0).any():
            message = f"{name} is negative"
            raise ValueError(message)
    if given.pairs and not _are_known(given):
        message = "a pair names a need or an offer that is not there"
        raise ValueError(message)
    keys = given.need * max(1, len(given.capacity)) + given.offer
    if len(np.unique(keys)) < given.pairs:
        message = "a pair occurs twice"
        raise ValueError(message)
    _refuse_overflow(given)


def _are_known(given: AllocationProblem) -> bool:
    least = min(given.need.min(), given.offer.min())
    return bool(
        least >= 0
        and given.need.max() < len(given.units)
        and given.offer.max() < len(given.capacity)
    )


def _refuse_overflow(given: AllocationProblem) -> None:
    # In floating point, because the sums themselves are what may not fit.
    most = given.most.astype(np.float64)
    worth = float((np.abs(given.value.astype(np.float64)) * most).sum())
    taken = float((given.load * most).sum())
    wanted = float(given.units.astype(np.float64).sum()) + float(most.sum())
    for name, total in (("values", worth), ("loads", taken), ("units", wanted)):
        if total > LARGEST_SUM:
            message = f"{name} are too large: together they are beyond 64 bits"
            raise SumsTooLarge(message)
