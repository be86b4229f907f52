"""Pages without a transport: a window on an ordered list, and the slice that was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KeyPart: TypeAlias = str | int | UUID | datetime
Key: TypeAlias = tuple[KeyPart, ...]
"""The place of an item in the order of its list; unique, and never null."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most ``limit`` items, beginning right after the item with this key."""

    limit: int
    after: Key | None = None

    @property
    def probe(self) -> int:
        """How many rows to read, so that the last one tells whether there is more."""
        return self.limit + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[T]):
    """The items of a window, and where the next window begins, if there is one."""

    items: tuple[T, ...]
    next: Key | None = None


def cut(rows: Sequence[T], window: Window, key: Callable[[T], Key]) -> Slice[T]:
    """Make a slice of the rows that were read with ``window.probe`` as their limit."""
    items = tuple(rows[: window.limit])
    is_more = len(rows) > window.limit
    return Slice(items=items, next=key(items[-1]) if is_more and items else None)
