"""When things are due by themselves."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

Id = TypeVar("Id", bound="UUID")


class Timetable(Generic[Id]):
    """Instants, and what is due at each; what is noted twice is due once.

    >>> from datetime import UTC, datetime
    >>> from uuid import UUID
    >>> noon, times = datetime(2026, 3, 2, 12, tzinfo=UTC), Timetable()
    >>> for _ in range(2): times.note(noon, UUID(int=1))
    >>> times.next_due() == noon, times.take_due(noon), times.next_due()
    (True, [UUID('00000000-0000-0000-0000-000000000001')], None)
    """

    def __init__(self) -> None:
        self._times: Final[list[tuple[datetime, Id]]] = []
        self._noted: Final[set[tuple[datetime, Id]]] = set()

    def note(self, when: datetime, what: Id) -> None:
        """Have something due at an instant."""
        if (when, what) not in self._noted:
            self._noted.add((when, what))
            heappush(self._times, (when, what))

    def take_due(self, at: datetime) -> list[Id]:
        """Return, once, what is due until an instant, the earliest first."""
        due: list[Id] = []
        while self._times and self._times[0][0] <= at:
            entry = heappop(self._times)
            self._noted.discard(entry)
            due.append(entry[1])
        return due

    def next_due(self) -> datetime | None:
        """Return when the next is due."""
        return self._times[0][0] if self._times else None
