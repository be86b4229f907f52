"""What holds decisions together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager


class UnitOfWork(Protocol):
    """Opens one transaction around one decision, or joins the one that is open."""

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """Commit on leaving the outermost block, roll back on an exception."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[object]:
        """Show everything as of one instant, in a transaction of its own that changes nothing."""
        ...
