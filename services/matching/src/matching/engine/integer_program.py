"""An integer program: what every model of the planner is in the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.problem import Integers


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class IntegerProgram:
    r"""Choose whole numbers :math:`0 \le x \le most` with :math:`lower \le Ax \le upper`.

    Of those the one for which :math:`value \cdot x` is greatest. The matrix is given by its
    entries: ``row``, ``column``, ``coefficient``. ``start`` is a choice that is known to be
    allowed.
    """

    value: Integers
    most: Integers
    row: Integers
    column: Integers
    coefficient: Integers
    lower: Integers
    upper: Integers
    start: Integers

    @property
    def columns(self) -> int:
        """How many numbers are to be chosen."""
        return len(self.value)

    @property
    def ceiling(self) -> int:
        """What no choice can be worth more than, whatever the rows say."""
        return int((np.maximum(self.value, 0) * self.most).sum())

    def worth(self, chosen: Integers) -> int:
        """Return what a choice is worth."""
        return int((self.value * chosen).sum())

    def allows(self, chosen: Integers) -> bool:
        """Tell whether a choice is allowed, in whole numbers."""
        total = np.zeros(len(self.lower), dtype=np.int64)
        np.add.at(total, self.row, self.coefficient * chosen[self.column])
        within = (chosen >= 0).all() and (chosen <= self.most).all()
        return bool(within and (total >= self.lower).all() and (total <= self.upper).all())


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The best choice that is known, what it is worth, and what none can exceed."""

    chosen: Integers
    value: int
    bound: int

    @property
    def is_proved(self) -> bool:
        """Whether no choice can be worth more."""
        return self.bound <= self.value
