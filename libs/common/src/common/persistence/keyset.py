"""Reading on from a place in an ordered list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, literal, true, tuple_

if TYPE_CHECKING:
    from common.paging import Window


def after(window: Window, *columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any kind of column
    """Return the condition that a row comes after the window's start, columns ascending."""
    if window.after is None:
        return true()
    return tuple_(*columns) > tuple_(*map(literal, window.after))


def before(window: Window, *columns: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that a row comes after the window's start, columns descending."""
    if window.after is None:
        return true()
    return tuple_(*columns) < tuple_(*map(literal, window.after))
