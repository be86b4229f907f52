"""Who was asked when, as far as a pool knows, and which needs are to be looked at again for it."""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from common.vocabulary import MatchState
from matching.domain.waves import AskLoad

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from matching.domain.identity import NeedId, PartyId
    from matching.domain.match import Match


class AskBook:
    """The open asks of each party and its last one, and when waves are due.

    Asks in other pools are counted as they were when the pool was read.
    """

    def __init__(self) -> None:
        self._last: Final[dict[PartyId, datetime]] = {}
        self._open: Final[Counter[PartyId]] = Counter()
        self._elsewhere: Final[dict[PartyId, int]] = {}
        self._due: Final[list[tuple[datetime, NeedId]]] = []
        self._awaited: Final[dict[NeedId, datetime]] = {}
        self._held_back: Final[set[NeedId]] = set()

    def hear(self, loads: Mapping[PartyId, AskLoad]) -> None:
        """Know when parties were asked last anywhere, and what is open in other pools."""
        for party_id, load in loads.items():
            self._elsewhere[party_id] = load.open
            if load.last is not None:
                self._note(party_id, load.last)

    def know(self, before: Match | None, after: Match | None) -> None:
        """Know that a match is otherwise than it was, or gone."""
        for match, step in ((before, -1), (after, 1)):
            if match is not None and match.state is MatchState.ASKED:
                self._open[match.pairing.party_id] += step
        if after is not None and after.asked_at is not None:
            self._note(after.pairing.party_id, after.asked_at)

    def loads(self, party_ids: Iterable[PartyId]) -> Mapping[PartyId, AskLoad]:
        """Return what each of these parties has to answer, and when it was asked last."""
        return {
            party_id: AskLoad(
                open=self._open[party_id] + self._elsewhere.get(party_id, 0),
                last=self._last.get(party_id),
            )
            for party_id in party_ids
        }

    def look_again(self, need_id: NeedId, when: datetime) -> None:
        """Let a need be looked at again when the next wave of one of its lines is due."""
        if self._awaited.get(need_id) != when:
            self._awaited[need_id] = when
            heappush(self._due, (when, need_id))

    def hold_back(self, need_ids: Collection[NeedId]) -> None:
        """Let needs be looked at whenever something happens: whom they would ask has enough."""
        self._held_back.update(need_ids)

    def take_due(self, *, at: datetime) -> set[NeedId]:
        """Return, once, the needs that are to be looked at again."""
        due = set(self._held_back)
        self._held_back.clear()
        while self._due and self._due[0][0] <= at:
            _, need_id = heappop(self._due)
            self._awaited.pop(need_id, None)
            due.add(need_id)
        return due

    def next_due(self) -> datetime | None:
        """Return when the next wave is due."""
        return self._due[0][0] if self._due else None

    def _note(self, party_id: PartyId, at: datetime) -> None:
        self._last[party_id] = max(at, self._last.get(party_id, at))
