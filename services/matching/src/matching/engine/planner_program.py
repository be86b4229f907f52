"""One component of the planner as an integer program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.allocation import LARGEST_SUM
from matching.engine.integer_rows import IntegerRows
from matching.engine.planner_problem import ALONE

if TYPE_CHECKING:
    from matching.engine.integer_program import IntegerProgram
    from matching.engine.planner_problem import PlannerProblem
    from matching.engine.problem import Integers


class PlannerProgram:
    r"""The numbers and rows of a component.

    The numbers are :math:`x_p`, whether a pair is chosen; :math:`y_b`, whether a bundle of several
    lines or offers is served; :math:`z_o`, whether an offer that clashes is used; and
    :math:`t`, what the worst-off group has, where that is what is to be greatest. With :math:`k`
    offers wanted by a line:

    .. math:: \sum_{p \ni l} x_p \le 1 \text{ or } = k_l y_b, \quad
        \sum_{p \ni o} w_p x_p \le c_o, \quad x_p \le z_o, \quad
        \sum_{o \in C} z_o \le 1, \quad \sum_{p \in C} x_p \le 1, \quad
        t \le \sum_{p \in g} v_p x_p
    """

    def __init__(self, part: PlannerProblem) -> None:
        self._part = part
        self._bundles = np.unique(part.bundle[part.line[part.is_composite[part.line]]])
        self._used = np.unique(np.concatenate([np.zeros(0, np.int64), *part.offer_clashes]))
        self._group = part.group[part.line]
        # A group that no pair is of use to would make everybody's least nothing.
        self._groups = np.unique(self._group[(self._group != ALONE) & (part.value > 0)])
        self._grouped = np.isin(self._group, self._groups)

    @property
    def has_groups(self) -> bool:
        """Whether there is a group for which anything can be done."""
        return len(self._groups) > 0

    def of_total(self, start: Integers, *, least: int | None = None) -> IntegerProgram:
        """Return the program of the greatest total; no group may have less than what is said."""
        rows = self._rows()
        if least is not None:
            begin = rows.limit(lower=np.full(len(self._groups), least), upper=LARGEST_SUM)
            self._enter_groups(rows, begin)
        chosen = self._with_bundles_and_offers(start)
        value = np.zeros(len(chosen), dtype=np.int64)
        value[: len(start)] = self._part.reduced
        return rows.program(value=value, most=np.ones_like(chosen), start=chosen)

    def of_least(self, start: Integers) -> IntegerProgram:
        """Return the program of the most that the worst-off group can have."""
        chosen = np.append(self._with_bundles_and_offers(start), self.least_of(start))
        rows = self._rows()
        begin = rows.limit(lower=np.zeros(len(self._groups)), upper=LARGEST_SUM)
        self._enter_groups(rows, begin)
        rows.enter(begin + np.arange(len(self._groups)), len(chosen) - 1, -1)
        value, most = np.zeros_like(chosen), np.ones_like(chosen)
        value[-1], most[-1] = 1, self._most_of_worst_off()
        return rows.program(value=value, most=most, start=chosen)

    def least_of(self, chosen: Integers) -> int:
        """Return what the worst-off group has."""
        return int(self._of_groups(self._part.value * chosen).min())

    def _most_of_worst_off(self) -> int:
        return int(self._of_groups(np.maximum(self._part.value, 0)).min())

    def _of_groups(self, worth: Integers) -> Integers:
        total = np.zeros(len(self._groups), dtype=np.int64)
        np.add.at(
            total, np.searchsorted(self._groups, self._group[self._grouped]), worth[self._grouped]
        )
        return total

    def _with_bundles_and_offers(self, chosen: Integers) -> Integers:
        part = self._part
        served = np.isin(self._bundles, part.bundle[part.line[chosen > 0]])
        used = np.isin(self._used, part.offer[chosen > 0])
        return np.concatenate([chosen, served, used]).astype(np.int64)

    def _rows(self) -> IntegerRows:
        rows = IntegerRows()
        self._add_lines(rows)
        self._add_offers(rows)
        self._add_clashes(rows)
        return rows

    def _add_lines(self, rows: IntegerRows) -> None:
        part = self._part
        lines, line = np.unique(part.line, return_inverse=True)
        composite = np.flatnonzero(part.is_composite[lines])
        upper = np.ones(len(lines), dtype=np.int64)
        upper[composite] = 0
        begin = rows.limit(lower=np.zeros(len(lines)), upper=upper)
        rows.enter(begin + line, np.arange(part.pairs), 1)
        bundle = np.searchsorted(self._bundles, part.bundle[lines[composite]])
        rows.enter(begin + composite, part.pairs + bundle, -part.wanted[lines[composite]])

    def _add_offers(self, rows: IntegerRows) -> None:
        part = self._part
        offers, offer = np.unique(part.offer, return_inverse=True)
        begin = rows.limit(lower=np.zeros(len(offers)), upper=part.capacity[offers])
        rows.enter(begin + offer, np.arange(part.pairs), part.load)

    def _add_clashes(self, rows: IntegerRows) -> None:
        part, first_used = self._part, self._part.pairs + len(self._bundles)
        clashing = np.flatnonzero(np.isin(part.offer, self._used))
        begin = rows.limit(lower=np.full(len(clashing), -1), upper=0)
        rows.enter(begin + np.arange(len(clashing)), clashing, 1)
        used = first_used + np.searchsorted(self._used, part.offer[clashing])
        rows.enter(begin + np.arange(len(clashing)), used, -1)
        for offers in part.offer_clashes:
            row = rows.limit(lower=np.zeros(1), upper=1)
            rows.enter(row, first_used + np.searchsorted(self._used, offers), 1)
        for pairs in part.pair_clashes:
            row = rows.limit(lower=np.zeros(1), upper=1)
            rows.enter(row, pairs, 1)

    def _enter_groups(self, rows: IntegerRows, begin: int) -> None:
        pairs = np.flatnonzero(self._grouped)
        group = np.searchsorted(self._groups, self._group[pairs])
        rows.enter(begin + group, pairs, self._part.value[pairs])
