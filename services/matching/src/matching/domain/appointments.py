"""Which session of an offer each line gets: the one that was named before, else the earliest.

Sessions of one offer are worth the same to a line, so a plan may exchange them freely. It does so
only to keep what was told to people, and to give the earliest to whoever has none yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from matching.domain.identity import LineId, SessionId
    from matching.domain.session import Opening
    from matching.domain.two_plans import TwoPlans


class Appointments:
    """The sessions of one giver, and who has what of them; clashes are among these only.

    ``load`` is what each line takes, and ``named`` the session that it was told.
    """

    def __init__(
        self,
        plan: TwoPlans,
        offers: Sequence[Sequence[Opening]],
        load: Mapping[LineId, int],
        named: Mapping[LineId, SessionId],
    ) -> None:
        self._plan: Final = plan
        self._load: Final = load
        self._named: Final = named
        self._in_time: Final[dict[LineId, Sequence[UUID]]] = {}
        self._had: Final[dict[LineId, UUID]] = {}
        self._room: Final[dict[UUID, int]] = {}
        for openings in offers:
            self._take_in(openings)

    def settled(self) -> Mapping[LineId, UUID]:
        """Return the session of each line."""
        for line in sorted(self._had):
            named = self._named.get(line)
            if named is not None and named in self._in_time[line]:
                self._claim(line, named)
        for line in sorted(self._had):
            if self._named.get(line) != self._had[line]:
                self._move_earlier(line)
        return self._had

    def _take_in(self, openings: Sequence[Opening]) -> None:
        in_time = [
            each.session_id
            for each in sorted(openings, key=lambda each: (each.starts_at, each.session_id))
        ]
        for source in in_time:
            self._room[source] = self._plan.room(source)
            for line in self._plan.lines_served_from(source):
                self._had[line] = source
                self._in_time[line] = in_time

    def _claim(self, line: LineId, named: UUID) -> None:
        """Let a line have what it was told, if there is room or others may have something else."""
        had = self._had[line]
        if had == named or not self._plan.suits(line, named):
            return
        before = dict(self._had), dict(self._room)
        for other in self._in_the_way(line, named):
            others = (each for each in self._in_time[other] if self._is_elsewhere(each, named))
            if not any(
                self._plan.suits(other, each) and self._move(other, each) for each in others
            ):
                break
        if not self._move(line, named):
            self._had.update(before[0])
            self._room.update(before[1])
            self._exchange(line, named)

    def _in_the_way(self, line: LineId, named: UUID) -> Sequence[LineId]:
        """Return the lines that have what clashes with a session, and were not told so."""
        clashing = self._plan.clashes_of(named)
        return [
            other
            for other, had in sorted(self._had.items())
            if other != line and had in clashing and self._named.get(other) != had
        ]

    def _is_elsewhere(self, source: UUID, named: UUID) -> bool:
        return source != named and source not in self._plan.clashes_of(named)

    def _exchange(self, line: LineId, named: UUID) -> None:
        had = self._had[line]
        for other in sorted(self._had):
            if (
                self._had[other] == named
                and self._named.get(other) != named
                and self._load[other] == self._load[line]
                and self._plan.suits(other, had)
            ):
                self._had[line], self._had[other] = named, had
                return

    def _move_earlier(self, line: LineId) -> None:
        for source in self._in_time[line]:
            if source == self._had[line]:
                return
            if self._plan.suits(line, source) and self._move(line, source):
                return

    def _move(self, line: LineId, source: UUID) -> bool:
        load, before = self._load[line], self._had[line]
        if self._room.get(source, 0) < load:
            return False
        others = {had for other, had in self._had.items() if other != line}
        if not others.isdisjoint(self._plan.clashes_of(source)):
            return False
        self._had[line] = source
        self._room[source] -= load
        self._room[before] += load
        return True
