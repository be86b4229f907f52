"""Hours of a volunteer on one day for one match: what each side says, and what both agree on.

A record of volunteering (志愿服务记录) holds the name, day, place, recipients, content and length
of a service: 《志愿服务记录办法》 (Ministry of Civil Affairs 2012) and 《志愿服务条例》 article 19.
All but the length follow from the match; the length is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from common.change import Change
from common.clock import CHINA
from common.vocabulary import Labelled, ServiceCode, Society
from matching.domain.errors import (
    HoursAlreadyConfirmed,
    HoursOfVolunteersOnly,
    MatchNotAccepted,
    OneSpeaksForBoth,
    ServiceDayBeforeMatch,
    ServiceDayToCome,
)
from matching.domain.identity import HoursId, MatchId, NeedId, PartyId
from matching.domain.match import HOLDING
from matching.domain.side import Side

if TYPE_CHECKING:
    from matching.domain.match import Match

MOST_MINUTES: Final = 24 * 60


class HoursState(Labelled):
    """How far two sides have come to one figure."""

    STATED = "stated", "待另一方确认", "Stated by one side"
    DISPUTED = "disputed", "双方不一致", "Disputed"
    CONFIRMED = "confirmed", "双方已确认", "Confirmed by both sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """How many minutes one side says, who said so, and when."""

    minutes: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One day of a match, in the words of both sides.

    ``version`` counts the facts told of it: none until both agree, and one for ever after.
    """

    id: HoursId
    match_id: MatchId
    need_id: NeedId
    party_id: PartyId
    service: ServiceCode
    served_on: date
    version: int = 0
    words: Mapping[Side, Word] = field(default_factory=dict)

    @classmethod
    def begin(cls, match: Match, served_on: date) -> Hours:
        """Return the day before anybody has spoken; its id follows from the match and the day."""
        return cls(
            id=hours_id(match.id, served_on),
            match_id=match.id,
            need_id=match.pairing.need_id,
            party_id=match.pairing.party_id,
            service=match.pairing.service,
            served_on=served_on,
        )

    def state_by(self, side: Side, word: Word) -> HoursChange:
        """Take what one side says, in place of what it said before.

        The same again changes nothing. As soon as both say the same it is confirmed, once.

        Raises:
            HoursAlreadyConfirmed: Both have agreed, and on another figure.
            OneSpeaksForBoth: Whoever speaks has spoken for the other side.
        """
        before = self.words.get(side)
        if before is not None and before.minutes == word.minutes:
            return Change(self, ())
        if self.state is HoursState.CONFIRMED:
            raise HoursAlreadyConfirmed(hours_id=self.id, minutes=self.minutes or 0)
        others = self.words.get(side.other)
        if others is not None and others.by == word.by:
            raise OneSpeaksForBoth(hours_id=self.id)
        stated = replace(self, words={**self.words, side: word})
        if stated.state is not HoursState.CONFIRMED:
            return Change(stated, ())
        confirmed = replace(stated, version=self.version + 1)
        return Change(confirmed, (HoursWereConfirmed(confirmed, word.minutes, word.at),))

    @property
    def state(self) -> HoursState:
        """How far the two sides have come."""
        if len(self.words) < len(Side):
            return HoursState.STATED
        is_one = len({word.minutes for word in self.words.values()}) == 1
        return HoursState.CONFIRMED if is_one else HoursState.DISPUTED

    @property
    def minutes(self) -> int | None:
        """What both agreed on, if they did."""
        if self.state is not HoursState.CONFIRMED:
            return None
        return self.words[Side.GIVER].minutes

    @property
    def confirmed_at(self) -> datetime | None:
        """When the later of the two said so."""
        if self.state is not HoursState.CONFIRMED:
            return None
        return max(word.at for word in self.words.values())


@dataclass(frozen=True, slots=True)
class HoursWereConfirmed:
    """Both sides say the same."""

    hours: Hours
    minutes: int
    at: datetime


HoursChange = Change[Hours, HoursWereConfirmed]


def hours_id(match_id: MatchId, served_on: date) -> HoursId:
    """Return the id of a match's day, which two who speak of it cannot give two."""
    return HoursId(uuid5(match_id, served_on.isoformat()))


def refuse_unless_served(match: Match, served_on: date, *, at: datetime) -> None:
    """Let hours be stated only of what may have been given.

    Raises:
        HoursOfVolunteersOnly: The party is of another society.
        MatchNotAccepted: Nobody said yes, or nothing was given before it ended.
        ServiceDayToCome: The day is still to come in China.
        ServiceDayBeforeMatch: Nobody had thought of the match on that day.
    """
    if match.pairing.society is not Society.VOLUNTEER:
        raise HoursOfVolunteersOnly(match_id=match.id)
    if match.state not in HOLDING and not match.delivered:
        raise MatchNotAccepted(match_id=match.id, state=match.state)
    refuse_unless_day_of(match, served_on, at=at)


def refuse_unless_day_of(match: Match, day: date, *, at: datetime) -> None:
    """Let something be told only of days on which the match could be served.

    Raises:
        ServiceDayToCome: The day is still to come in China.
        ServiceDayBeforeMatch: Nobody had thought of the match on that day.
    """
    if day > at.astimezone(CHINA).date():
        raise ServiceDayToCome(day=day)
    proposed_on = match.proposed_at.astimezone(CHINA).date()
    if day < proposed_on:
        raise ServiceDayBeforeMatch(day=day, proposed_on=proposed_on)
