"""Columns that stay in memory: each thing keeps its row until it goes, and rows are used again.

What is known of one thing lies together. Of a million things a few hundred are wanted at a time,
and to fetch each of them once is what takes the time.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import numpy as np

from matching.domain.columns import LineColumns, OfferColumns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from numpy.typing import NDArray

    from matching.domain.columns import Integers

Columns = TypeVar("Columns", LineColumns, OfferColumns)


class Shelf(Generic[Columns]):
    """Rows of lines, or of offers, found by id or by number.

    Room doubles when it is used up. What a free row still holds is read by nobody.
    """

    def __init__(self, empty: Columns) -> None:
        self._kind: Final[type[Columns]] = type(empty)
        names = [field.name for field in fields(empty) if field.name != "ids"]
        columns = [(name, np.asarray(getattr(empty, name))) for name in names]
        self._table: NDArray[Any] = np.zeros(
            0, np.dtype([(name, column.dtype, column.shape[1:]) for name, column in columns])
        )
        self._ids: NDArray[Any] = np.empty(0, dtype=object)
        self._rows: Final[dict[UUID, int]] = {}
        self._free: Final[list[int]] = []

    def __contains__(self, thing_id: UUID) -> bool:
        return thing_id in self._rows

    def put(self, columns: Columns) -> Integers:
        """Set down things, anew or in place of what was known of them; return their rows."""
        rows = np.fromiter((self._row(each) for each in columns.ids), np.int64, len(columns.ids))
        self._ids[rows] = columns.ids
        told = np.empty(len(rows), self._table.dtype)
        for name in told.dtype.names or ():
            told[name] = getattr(columns, name)
        self._table[rows] = told
        return rows

    def drop(self, thing_ids: Iterable[UUID]) -> None:
        """Give the rows of things back that are gone."""
        for thing_id in thing_ids:
            row = self._rows.pop(thing_id, None)
            if row is not None:
                self._free.append(row)

    def rows_of(self, thing_ids: Collection[UUID]) -> Integers:
        """Return the rows of things, in their order."""
        return np.fromiter((self._rows[each] for each in thing_ids), np.int64, len(thing_ids))

    def take(self, rows: Integers) -> Columns:
        """Return columns of these rows alone."""
        told = self._table.take(rows)
        held = {name: told[name] for name in told.dtype.names or ()}
        taken: Columns = self._kind(ids=self.ids_of(rows), **held)
        return taken

    def ids_of(self, rows: Integers) -> tuple[Any, ...]:
        """Return the ids of rows."""
        return tuple(self._ids[rows].tolist())

    def _row(self, thing_id: UUID) -> int:
        known = self._rows.get(thing_id)
        if known is not None:
            return known
        if not self._free:
            self._grow()
        row = self._rows[thing_id] = self._free.pop()
        return row

    def _grow(self) -> None:
        before = len(self._ids)
        after = max(64, 2 * before)
        self._ids = np.concatenate([self._ids, np.empty(after - before, dtype=object)])
        more = np.zeros(after - before, self._table.dtype)
        self._table = np.concatenate([self._table, more])
        self._free.extend(range(after - 1, before - 1, -1))
