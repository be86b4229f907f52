"""A service that did not happen on its day: who was missing, and which side says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import uuid5

from common.change import Change
from common.vocabulary import Labelled
from matching.domain.errors import NoShowAlreadyRecorded
from matching.domain.identity import MatchId, NeedId, NoShowId, PartyId
from matching.domain.side import Side

if TYPE_CHECKING:
    from matching.domain.match import Match


class Absent(Labelled):
    """Who was missing; or nobody had told one side, so that nobody can be blamed for it."""

    GIVER = "giver", "服务方未到", "The giver did not come"
    RECEIVER = "receiver", "受助方未到", "The receiver was not there"
    NOBODY_TOLD = "nobody_told", "无人通知", "Nobody had told them"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow:
    """What one side says of a day on which nothing happened; it stands as it was said first."""

    id: NoShowId
    match_id: MatchId
    need_id: NeedId
    party_id: PartyId
    missed_on: date
    absent: Absent
    said_by: Side
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoShowWasRecorded:
    """A side has said that nothing happened."""

    no_show: NoShow


NoShowChange = Change[NoShow, NoShowWasRecorded]


def no_show_id(match_id: MatchId, missed_on: date, side: Side) -> NoShowId:
    """Return the id of what a side says of a day, which it cannot say twice."""
    return NoShowId(uuid5(match_id, f"{missed_on.isoformat()} {side.value}"))


def say_absent(
    match: Match,
    known: NoShow | None,
    absent: Absent,
    *,
    missed_on: date,
    side: Side,
    by: str,
    at: datetime,
) -> NoShowChange:
    """Take what a side says of a day; ``known`` is what it has said of it before.

    The same again changes nothing.

    Raises:
        NoShowAlreadyRecorded: It has said something else.
    """
    if known is not None:
        if known.absent is not absent:
            raise NoShowAlreadyRecorded(no_show_id=known.id, absent=known.absent)
        return Change(known, ())
    no_show = NoShow(
        id=no_show_id(match.id, missed_on, side),
        match_id=match.id,
        need_id=match.pairing.need_id,
        party_id=match.pairing.party_id,
        missed_on=missed_on,
        absent=absent,
        said_by=side,
        by=by,
        at=at,
    )
    return Change(no_show, (NoShowWasRecorded(no_show),))
