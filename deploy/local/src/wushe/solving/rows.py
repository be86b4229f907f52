"""Lists of objects in JSON as columns, each refusal naming the field and whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Id: TypeAlias = int | str

LARGEST: Final = 2**63 - 1
_ABSENT: Final = object()
_LONGEST_SHOWN: Final = 60


class InstanceRefused(ValueError):
    """The file holds no problem that can be solved; the message says where and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The objects of one list; ``named_by`` are the fields that say which one is meant."""

    kind: str
    named_by: Sequence[str]
    rows: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, document: Mapping[str, Any], kind: str, named_by: Sequence[str]) -> Rows:
        """Return the list of a document; its name is that of its kind with an s.

        Raises:
            InstanceRefused: It is missing, or not a list of objects.
        """
        name = f"{kind}s"
        if name not in document:
            message = f"{name} is missing"
            raise InstanceRefused(message)
        rows = document[name]
        if not isinstance(rows, list):
            message = f"{name} is not a list"
            raise InstanceRefused(message)
        for at, row in enumerate(cast("list[object]", rows)):
            if not isinstance(row, dict):
                message = f"{name}[{at}] is not an object: {shown(row)}"
                raise InstanceRefused(message)
        return cls(kind, named_by, cast("Sequence[Mapping[str, Any]]", rows))

    def ids(self, field: str) -> list[Id]:
        """Return a column of ids: texts or whole numbers."""
        column = self._column(field, _ABSENT)
        if not set(map(type, column)) <= {int, str}:
            at = next(at for at, each in enumerate(column) if type(each) not in {int, str})
            self.refuse(at, f"{field} is no id, neither a text nor a whole number", column[at])
        for at, each in enumerate(column):
            if isinstance(each, str) and not _is_text(each):
                self.refuse(at, f"{field} holds half a character", each)
        return column

    def integers(
        self, field: str, *, least: int | None = None, default: int | None = None
    ) -> NDArray[np.int64]:
        """Return a column of whole numbers that fit into 64 bits."""
        column = self._column(field, _ABSENT if default is None else default)
        if not set(map(type, column)) <= {int}:
            at = next(at for at, each in enumerate(column) if type(each) is not int)
            self.refuse(at, f"{field} is not a whole number", column[at])
        if (column and max(column) > LARGEST) or (column and min(column) < -LARGEST):
            at = next(at for at, each in enumerate(column) if abs(each) > LARGEST)
            self.refuse(at, f"{field} does not fit into 64 bits", column[at])
        numbers = np.array(column, dtype=np.int64)
        if least is not None and (numbers < least).any():
            at = int(np.argmax(numbers < least))
            self.refuse(at, f"{field} is negative", column[at])
        return numbers

    def flags(self, field: str) -> NDArray[np.bool_]:
        """Return a column of true and false, false where nothing is said."""
        column = self._column(field, default=False)
        for at, each in enumerate(column):
            if type(each) is not bool:
                self.refuse(at, f"{field} is neither true nor false", each)
        return np.array(column, dtype=np.bool_)

    def refuse(self, at: int, why: str, given: object = _ABSENT) -> None:
        """Say what is wrong with one row.

        Raises:
            InstanceRefused: Always.
        """
        what = "" if given is _ABSENT else f": {shown(given)}"
        message = f"{self._named(at)}: {why}{what}"
        raise InstanceRefused(message)

    def _column(self, field: str, default: object) -> list[Any]:
        column = [row.get(field, default) for row in self.rows]
        if default is _ABSENT and any(each is _ABSENT for each in column):
            at = next(at for at, each in enumerate(column) if each is _ABSENT)
            self.refuse(at, f"{field} is missing")
        return column

    def _named(self, at: int) -> str:
        row = self.rows[at]
        names = [f"{field} {shown(row[field])}" for field in self.named_by if field in row]
        return f"{self.kind}s[{at}]" + (f" ({', '.join(names)})" if names else "")


def shown(given: object) -> str:
    """Return a value as JSON writes it, on one line and not too long."""
    try:
        text = json.dumps(given, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(given)
    except ValueError:
        text = "a very large number"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_text(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True
