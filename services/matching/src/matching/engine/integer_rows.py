"""The rows of an integer program, gathered kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.engine.integer_program import IntegerProgram

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matching.engine.problem import Integers


class IntegerRows:
    """Rows that are added one kind after another; each kind counts its own from zero."""

    def __init__(self) -> None:
        self._rows = 0
        self._entries: list[tuple[Integers, Integers, Integers]] = []
        self._limits: list[tuple[Integers, Integers]] = []

    def limit(self, *, lower: ArrayLike, upper: ArrayLike) -> int:
        """Begin a kind of rows with these limits, one of each shape ``(rows,)``."""
        limits = np.broadcast_arrays(_integers(lower), _integers(upper))
        self._limits.append((limits[0], limits[1]))
        begin = self._rows
        self._rows += len(limits[0])
        return begin

    def enter(self, row: ArrayLike, column: ArrayLike, coefficient: ArrayLike) -> None:
        """Enter coefficients; what is one number stands for all."""
        entries = np.broadcast_arrays(_integers(row), _integers(column), _integers(coefficient))
        self._entries.append((entries[0], entries[1], entries[2]))

    def program(self, *, value: Integers, most: Integers, start: Integers) -> IntegerProgram:
        """Return the program with all rows."""
        row, column, coefficient = (
            np.concatenate([each[at].ravel() for each in self._entries]) for at in range(3)
        )
        lower, upper = (np.concatenate([each[at] for each in self._limits]) for at in range(2))
        return IntegerProgram(
            value=value,
            most=most,
            row=row,
            column=column,
            coefficient=coefficient,
            lower=lower,
            upper=upper,
            start=start,
        )


def _integers(values: ArrayLike) -> Integers:
    return np.asarray(values, dtype=np.int64)
