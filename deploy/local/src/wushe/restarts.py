"""When a part that ended is started again, and when there is no hope."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_FIRST_WAIT_SECONDS: Final = 0.2
_LONGEST_WAIT_SECONDS: Final = 5.0
_IN_ORDER: Final = 0


@dataclass
class RestartPolicy:
    """Wait longer after each failure; too many in too short a time are hopeless.

    Failures are forgotten after ``window_seconds``, so a part that fails once a day is always
    restarted at once. A part that ends in order was told to: that is no failure.
    """

    limit: int = 5
    window_seconds: float = 60.0
    _failures: deque[float] = field(default_factory=deque[float])

    @property
    def is_hopeless(self) -> bool:
        """Whether it failed so often that it will hardly ever start."""
        return len(self._failures) > self.limit

    def wait_after(self, exit_code: int | None, *, at: float) -> float:
        """Return how many seconds to wait before the next try.

        Args:
            exit_code: How the program ended; ``None`` when it did not even begin.
            at: Seconds on a clock that does not jump.
        """
        while self._failures and self._failures[0] <= at - self.window_seconds:
            self._failures.popleft()
        if exit_code == _IN_ORDER:
            return _FIRST_WAIT_SECONDS
        self._failures.append(at)
        wait: float = _FIRST_WAIT_SECONDS * 2 ** min(len(self._failures) - 1, self.limit)
        return min(wait, _LONGEST_WAIT_SECONDS)
