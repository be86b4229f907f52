"""Stopping before a whole topic is drained into the dead letters.

One bad record is its own affair. A hundred in a row, or a tenth of the last thousand, are ours: a
bad deployment, most likely. Then the partition pauses, and lets one record through from time to
time to see whether things are better.
"""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import Final, Self

MOST_IN_A_ROW: Final = 100
WINDOW: Final = 1_000
MOST_OF_WINDOW: Final = 100
FIRST_PAUSE: Final = 10.0
LONGEST_PAUSE: Final = 600.0


class Breaker:
    """The recent outcomes of one partition.

    Work on a copy (``fork``) within a transaction and keep the copy when it commits.
    """

    def __init__(self, *, first_pause: float = FIRST_PAUSE) -> None:
        self._first_pause: Final = first_pause
        self._window: deque[bool] = deque(maxlen=WINDOW)
        self._bad_in_window = 0
        self._bad_in_a_row = 0
        self._times_open = 0
        self._is_probing = False
        self.is_open = False

    def fork(self) -> Self:
        """Return an independent copy."""
        fork = copy(self)
        fork._window = self._window.copy()  # noqa: SLF001 - of our own class
        return fork

    def note(self, *, is_bad: bool) -> None:
        """Count an outcome; it may open the breaker."""
        if self._is_probing:
            self._note_probe(is_bad=is_bad)
            return
        if len(self._window) == WINDOW:
            self._bad_in_window -= self._window[0]
        self._window.append(is_bad)
        self._bad_in_window += is_bad
        self._bad_in_a_row = self._bad_in_a_row + 1 if is_bad else 0
        is_full = len(self._window) == WINDOW
        if self._bad_in_a_row > MOST_IN_A_ROW or (is_full and self._bad_in_window > MOST_OF_WINDOW):
            self._open()

    @property
    def pause(self) -> float:
        """How many seconds to hold back when it has opened; grows until a probe goes well."""
        return min(LONGEST_PAUSE, self._first_pause * 2.0 ** (min(self._times_open, 20) - 1))

    def half_open(self) -> None:
        """Let one record through: the next outcome decides."""
        self.is_open = False
        self._is_probing = True

    def _note_probe(self, *, is_bad: bool) -> None:
        if is_bad:
            self._open()
            return
        self._is_probing = False
        self._times_open = 0
        self._window.clear()
        self._bad_in_window = 0
        self._bad_in_a_row = 0

    def _open(self) -> None:
        self._times_open += 1
        self.is_open = True
