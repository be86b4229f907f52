"""What use cases ask about services given: hours, no-shows, feedback, reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from matching.domain.feedback import Feedback, FeedbackChange
    from matching.domain.hours import Hours, HoursChange
    from matching.domain.identity import MatchId, PartyId
    from matching.domain.no_show import NoShow, NoShowChange
    from matching.domain.reliability import Reliability
    from matching.domain.side import Side


class HoursBook(Protocol):
    """The hours of volunteers as of the current transaction; whoever writes holds their match."""

    async def find(self, match_id: MatchId, served_on: date) -> Hours | None:
        """Return a day's hours, if anybody has spoken of it."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[Hours]:
        """Return every day of a match that somebody has spoken of, in order."""
        ...

    async def save(self, change: HoursChange) -> None:
        """Persist what was said and stage what both agree on."""
        ...


class NoShows(Protocol):
    """The no-shows as of the current transaction; whoever writes holds their match."""

    async def find(self, match_id: MatchId, missed_on: date, side: Side) -> NoShow | None:
        """Return what a side has said of a day, if it has."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[NoShow]:
        """Return what was said of every day of a match, in order."""
        ...

    async def save(self, change: NoShowChange) -> None:
        """Persist what was said and stage that it was."""
        ...


class FeedbackBook(Protocol):
    """The feedback as of the current transaction; whoever writes holds the match."""

    async def find(self, match_id: MatchId, side: Side) -> Feedback | None:
        """Return what a side thinks of a match, if it has said so."""
        ...

    async def of_match(self, match_id: MatchId) -> Sequence[Feedback]:
        """Return what each side thinks of a match."""
        ...

    async def save(self, change: FeedbackChange) -> None:
        """Persist an opinion and stage that it was given."""
        ...


class Reliabilities(Protocol):
    """How parties have kept their word."""

    async def of_parties(
        self, party_ids: Collection[PartyId], *, since: datetime
    ) -> Mapping[PartyId, Reliability]:
        """Return the counts of each of these parties."""
        ...
