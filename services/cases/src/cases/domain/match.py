"""What cases knows of a match (对接): enough to record the services that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NewType
from uuid import UUID

from cases.domain.errors import MatchAlreadyFulfilled, MatchNotFound
from cases.domain.line import LineId
from cases.domain.need import NeedId
from common.vocabulary import MatchState, Society, Unit

MatchId = NewType("MatchId", UUID)

SERVING: Final = frozenset({MatchState.ACCEPTED, MatchState.IN_SERVICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line of a need with one party's offer, as matching last told it.

    Matching decides about it; nothing here ever changes it but matching's own events.
    """

    id: MatchId
    need_id: NeedId
    line_id: LineId
    society: Society
    unit: Unit
    state: MatchState

    def refuse_unless_serving(self) -> None:
        """Let a service be recorded only while the match is being served.

        Raises:
            MatchNotFound: Nobody has accepted it; a proposal is matching's own business.
            MatchAlreadyFulfilled: There is nothing left to be served.
        """
        if self.state is MatchState.FULFILLED:
            raise MatchAlreadyFulfilled(match_id=self.id)
        if self.state not in SERVING:
            raise MatchNotFound(match_id=self.id)
