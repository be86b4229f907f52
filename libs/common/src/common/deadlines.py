"""Until when a request must be answered.

What a request waits for may not fail but fall silent: a database that is frozen, a link that
swallows what is sent. Its caller is told in time to come again, whatever the request waits for.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_current: Final[ContextVar[Deadline | None]] = ContextVar("deadline", default=None)


class Deadline:
    """The end of a request's time; shared with the tasks that the request starts."""

    def __init__(self, seconds: float) -> None:
        self._ends_at: float | None = asyncio.get_running_loop().time() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is over and was not lifted before."""
        return self._ends_at is not None and self._ends_at <= asyncio.get_running_loop().time()

    def lift(self) -> None:
        """Let the rest take as long as it takes: the answer has begun."""
        self._ends_at = None

    def at_its_end(self, act: Callable[[], None]) -> asyncio.TimerHandle | None:
        """Do something when the time is over, unless it is lifted before."""
        if self._ends_at is None:
            return None

        def act_if_over() -> None:
            if self._ends_at is not None:
                act()

        return asyncio.get_running_loop().call_at(self._ends_at, act_if_over)


@contextmanager
def deadline_in(seconds: float) -> Generator[Deadline]:
    """Give what happens inside so much time."""
    deadline = Deadline(seconds)
    token = _current.set(deadline)
    try:
        yield deadline
    finally:
        deadline.lift()
        _current.reset(token)


def current_deadline() -> Deadline | None:
    """Return the deadline of the request that is being served, if one is."""
    return _current.get()
