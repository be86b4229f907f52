"""When a part that fails is tried again, and when it is given up."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_FIRST_WAIT_SECONDS: Final = 0.2
_LONGEST_WAIT_SECONDS: Final = 5.0


@dataclass
class RestartPolicy:
    """Wait longer after each failure; give up after too many in too short a time.

    Failures are forgotten after ``window_seconds``, so a part that fails once a day is always
    restarted at once.
    """

    limit: int = 5
    window_seconds: float = 60.0
    _failures: deque[float] = field(default_factory=deque[float])

    def wait_after_failure(self, *, at: float) -> float | None:
        """Return how many seconds to wait before the next try, or ``None`` to give up.

        Args:
            at: Seconds on a clock that does not jump.
        """
        self._failures.append(at)
        while self._failures[0] <= at - self.window_seconds:
            self._failures.popleft()
        if len(self._failures) > self.limit:
            return None
        wait: float = _FIRST_WAIT_SECONDS * 2 ** (len(self._failures) - 1)
        return min(wait, _LONGEST_WAIT_SECONDS)
