"""A transport problem: what is wanted, what there is, and what a unit of each pair is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from matching.engine.standing.state import Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Transport:
    r"""A validated instance in its canonical order: by id, whatever order it came in.

    .. math:: \max_{x \in \mathbb{Z}^P_{\ge 0}} \sum_p (v_p + t_{n(p)} + t_{o(p)}) x_p
        - \sum_o \sum_{k \le \sum_{p \ni o} x_p} s_{ok} \quad \text{s.t.} \quad
        \sum_{p \ni n} x_p \le u_n, \quad \sum_{p \ni o} x_p \le c_o, \quad x_p \ge f_p

    Needs have ``units`` and an additive term, offers a ``capacity``, a term and ``steps``: what the
    first, second, ... unit costs; the last step goes on, no steps cost nothing. The pairs are four
    arrays of one length: ``need`` and ``offer`` index into the ids, ``value`` is what a unit is
    worth, ``pinned`` how many units stay. A pinned unit stays even above the capacity.
    """

    need_ids: tuple[UUID, ...]
    units: Integers
    need_term: Integers
    offer_ids: tuple[UUID, ...]
    capacity: Integers
    offer_term: Integers
    steps: tuple[Integers, ...]
    need: Integers
    offer: Integers
    value: Integers
    pinned: Integers

    @classmethod
    def of(  # noqa: PLR0913  # One array a column.
        cls,
        *,
        need_ids: Sequence[UUID],
        units: ArrayLike,
        offer_ids: Sequence[UUID],
        capacity: ArrayLike,
        need: ArrayLike,
        offer: ArrayLike,
        value: ArrayLike,
        need_term: ArrayLike = 0,
        offer_term: ArrayLike = 0,
        steps: Sequence[Sequence[int]] = (),
        pinned: ArrayLike = 0,
    ) -> Transport:
        """Build an instance from arrays in any order.

        Args:
            need_ids: The needs; ``units`` and ``need_term`` follow their order.
            units: How many units each need wants; at least 1.
            offer_ids: The offers; ``capacity``, ``offer_term`` and ``steps`` follow their order.
            capacity: How many units each offer has; at least 0.
            need: The need of each pair, an index into ``need_ids``.
            offer: The offer of each pair, an index into ``offer_ids``.
            value: What a unit of each pair is worth, without terms and steps.
            need_term: Added to all pairs of a need.
            offer_term: Added to all pairs of an offer.
            steps: What the units of each offer cost, never falling; none for all, or one a row.
            pinned: How many units of each pair stay whatever else is better.

        Raises:
            ValueError: The arrays do not fit together, an id or a pair occurs twice, or a number
                is out of its range.
        """
        needs, offers = _ranks(need_ids), _ranks(offer_ids)
        rows, columns = needs[_integers(need)], offers[_integers(offer)]
        problem = cls(
            need_ids=tuple(sorted(need_ids, key=_NUMBER)),
            units=_by_rank(units, needs),
            need_term=_by_rank(need_term, needs),
            offer_ids=tuple(sorted(offer_ids, key=_NUMBER)),
            capacity=_by_rank(capacity, offers),
            offer_term=_by_rank(offer_term, offers),
            steps=_steps_by_rank(steps, offers),
            need=rows,
            offer=columns,
            value=_broadcast(value, rows.shape),
            pinned=_broadcast(pinned, rows.shape),
        )
        _validate(problem)
        keys = rows * max(1, len(problem.offer_ids)) + columns
        if not _is_rising(keys):
            order = np.argsort(keys)
            problem, keys = problem.in_order(order), keys[order]
        if not _is_rising(keys):
            message = "a pair occurs twice"
            raise ValueError(message)
        return problem

    def in_order(self, order: Integers) -> Transport:
        """Return the instance with its pairs in an order."""
        return replace(
            self,
            need=self.need[order],
            offer=self.offer[order],
            value=self.value[order],
            pinned=self.pinned[order],
        )


_NUMBER = attrgetter("int")


def validated_steps(steps: Sequence[int] | Integers) -> Integers:
    """Return what units cost, as an array.

    Raises:
        ValueError: A unit costs less than nothing, or less than the one before.
    """
    costs = _integers(steps)
    if (np.diff(costs, prepend=0) < 0).any():
        message = "a step falls, or is below zero"
        raise ValueError(message)
    return costs


def _is_rising(keys: Integers) -> bool:
    return bool((keys[1:] > keys[:-1]).all())


def _integers(values: ArrayLike) -> Integers:
    return np.asarray(values, dtype=np.int64)


def _broadcast(values: ArrayLike, shape: tuple[int, ...]) -> Integers:
    return np.broadcast_to(_integers(values), shape)


def _ranks(ids: Sequence[UUID]) -> Integers:
    """Return the place that each id takes among the sorted ids."""
    ranks = np.empty(len(ids), dtype=np.int64)
    numbers = [each.int for each in ids]
    ranks[sorted(range(len(ids)), key=numbers.__getitem__)] = np.arange(len(ids))
    return ranks


def _by_rank(values: ArrayLike, ranks: Integers) -> Integers:
    given = _broadcast(values, ranks.shape)
    ordered = np.empty_like(given)
    ordered[ranks] = given
    return ordered


def _steps_by_rank(steps: Sequence[Sequence[int]], ranks: Integers) -> tuple[Integers, ...]:
    given = [validated_steps(each) for each in steps] or [validated_steps(())] * len(ranks)
    if len(given) != len(ranks):
        message = f"steps of {len(given)} offers, and {len(ranks)} offers"
        raise ValueError(message)
    return tuple(given[k] for k in np.argsort(ranks).tolist())


def _validate(problem: Transport) -> None:
    if not problem.need.shape == problem.offer.shape == problem.value.shape:
        message = "the arrays of pairs differ in shape"
        raise ValueError(message)
    if len(set(problem.need_ids)) < len(problem.need_ids):
        message = "a need occurs twice"
        raise ValueError(message)
    if len(set(problem.offer_ids)) < len(problem.offer_ids):
        message = "an offer occurs twice"
        raise ValueError(message)
    if (problem.units <= 0).any() or (problem.capacity < 0).any() or (problem.pinned < 0).any():
        message = "units are not positive, or a capacity or a pin is negative"
        raise ValueError(message)
    if (np.bincount(problem.need, problem.pinned, len(problem.units)) > problem.units).any():
        message = "more units of a need are pinned than it wants"
        raise ValueError(message)
