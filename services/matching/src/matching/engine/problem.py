"""What is to be decided: lines that want a quantity, offers that have some, pairs that may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

Integers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Problem:
    """A validated instance in its canonical order: by id, whatever order it came in.

    ``quantity`` has the shape ``(lines,)`` and ``capacity`` ``(offers,)``. The pairs are three
    arrays of one length: ``line`` and ``offer`` index into the ids, ``value`` is what the pair is
    worth. Each pair occurs once, is worth more than nothing, and wants no more than the offer has.
    Of two offers that are one of ``clashes``, indices too, one may be used at most.
    """

    line_ids: tuple[UUID, ...]
    offer_ids: tuple[UUID, ...]
    quantity: Integers
    capacity: Integers
    line: Integers
    offer: Integers
    value: Integers
    clashes: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(
        cls,
        *,
        line_ids: Sequence[UUID],
        quantity: ArrayLike,
        offer_ids: Sequence[UUID],
        capacity: ArrayLike,
        line: ArrayLike,
        offer: ArrayLike,
        value: ArrayLike,
        clashes: Sequence[tuple[int, int]] = (),
    ) -> Problem:
        """Build an instance from arrays in any order.

        A pair that is worth nothing or less, or wants more than its offer has, is left out: no
        optimal assignment needs it.

        Raises:
            ValueError: The arrays do not fit together, an id or a pair occurs twice, a quantity
                is not positive or a capacity is negative.
        """
        lines, offers = _ranks(line_ids), _ranks(offer_ids)
        problem = cls(
            line_ids=tuple(sorted(line_ids)),
            offer_ids=tuple(sorted(offer_ids)),
            quantity=_by_rank(quantity, lines),
            capacity=_by_rank(capacity, offers),
            line=lines[_integers(line)],
            offer=offers[_integers(offer)],
            value=_integers(value),
            clashes=tuple(sorted((int(offers[one]), int(offers[other])) for one, other in clashes)),
        )
        _validate(problem)
        return problem.only(_useful(problem))

    @property
    def pairs(self) -> int:
        """How many pairs may be."""
        return len(self.value)

    def only(self, pairs: NDArray[np.bool_] | Integers) -> Problem:
        """Return the instance with these pairs alone, in canonical order."""
        line, offer, value = self.line[pairs], self.offer[pairs], self.value[pairs]
        order = np.lexsort((offer, line))
        return Problem(
            line_ids=self.line_ids,
            offer_ids=self.offer_ids,
            quantity=self.quantity,
            capacity=self.capacity,
            line=line[order],
            offer=offer[order],
            value=value[order],
            clashes=self.clashes,
        )


def _integers(values: ArrayLike) -> Integers:
    return np.asarray(values, dtype=np.int64)


def _ranks(ids: Sequence[UUID]) -> Integers:
    """Return the place that each id takes among the sorted ids."""
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks


def _by_rank(values: ArrayLike, ranks: Integers) -> Integers:
    given = _integers(values)
    if given.shape != ranks.shape:
        message = f"{given.shape} values for {len(ranks)} ids"
        raise ValueError(message)
    ordered = np.empty_like(given)
    ordered[ranks] = given
    return ordered


def _validate(problem: Problem) -> None:
    if not problem.line.shape == problem.offer.shape == problem.value.shape:
        message = "the three arrays of pairs differ in shape"
        raise ValueError(message)
    if len(set(problem.line_ids)) < len(problem.line_ids):
        message = "a line occurs twice"
        raise ValueError(message)
    if len(set(problem.offer_ids)) < len(problem.offer_ids):
        message = "an offer occurs twice"
        raise ValueError(message)
    if (problem.quantity <= 0).any() or (problem.capacity < 0).any():
        message = "a quantity is not positive, or a capacity is negative"
        raise ValueError(message)
    keys = problem.line * max(1, len(problem.offer_ids)) + problem.offer
    if len(np.unique(keys)) < len(keys):
        message = "a pair occurs twice"
        raise ValueError(message)


def _useful(problem: Problem) -> NDArray[np.bool_]:
    fits: NDArray[np.bool_] = problem.quantity[problem.line] <= problem.capacity[problem.offer]
    return (problem.value > 0) & fits
