"""Which row each id has: rows are given in order, and the rows of the gone again."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from matching.engine.standing.state import Integers


class Roll:
    """The ids of a plan's needs, or of its offers."""

    def __init__(self, ids: Sequence[UUID] = ()) -> None:
        self._row_of = {each: row for row, each in enumerate(ids)}
        self._id_of: list[UUID | None] = list(ids)
        self._free: list[int] = []

    def __contains__(self, an_id: UUID) -> bool:
        """Whether an id has a row."""
        return an_id in self._row_of

    def __len__(self) -> int:
        """How many rows there have ever been at once."""
        return len(self._id_of)

    def count(self) -> int:
        """Return how many ids have a row."""
        return len(self._row_of)

    def add(self, an_id: UUID) -> int:
        """Return the row that an id has from now on.

        Raises:
            ValueError: It has one already.
        """
        if an_id in self._row_of:
            message = f"{an_id} is in the plan already"
            raise ValueError(message)
        row = self._free.pop() if self._free else len(self._id_of)
        if row == len(self._id_of):
            self._id_of.append(an_id)
        self._row_of[an_id], self._id_of[row] = row, an_id
        return row

    def remove(self, an_id: UUID) -> int:
        """Return the row that an id had until now.

        Raises:
            KeyError: It has none.
        """
        row = self._row_of.pop(an_id)
        self._id_of[row] = None
        self._free.append(row)
        return row

    def row_of(self, an_id: UUID) -> int:
        """Return the row of an id.

        Raises:
            KeyError: It has none.
        """
        return self._row_of[an_id]

    def id_of(self, row: int) -> UUID:
        """Return whose row it is.

        Raises:
            KeyError: It is nobody's.
        """
        an_id = self._id_of[row] if 0 <= row < len(self._id_of) else None
        if an_id is None:
            raise KeyError(row)
        return an_id

    def has(self, rows: Integers) -> bool:
        """Tell whether all these rows are somebody's, each given once."""
        given: set[int] = set(rows.tolist())
        known = range(len(self._id_of))
        # A few dozen pairs of one need or offer, and ids are in a list of Python's.
        return len(given) == len(rows) and all(
            row in known and self._id_of[row] is not None for row in given
        )

    def rows(self) -> Integers:
        """Return the rows in use in the order of their ids."""
        ids = sorted(self._row_of, key=attrgetter("int"))
        return np.array([self._row_of[each] for each in ids], dtype=np.int64)
