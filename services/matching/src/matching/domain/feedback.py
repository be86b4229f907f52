"""What each side thinks of a service: one to five, and for which listed reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from common.change import Change
from common.vocabulary import Labelled
from matching.domain.identity import FeedbackId, MatchId, NeedId, PartyId
from matching.domain.side import Side

if TYPE_CHECKING:
    from matching.domain.match import Match

WORST: Final = 1
BEST: Final = 5


class FeedbackReason(Labelled):
    """Why, as a list: other services are told the reasons and never the words."""

    PUNCTUAL = "punctual", "守时", "On time"
    SKILLED = "skilled", "专业熟练", "Skilled"
    KIND = "kind", "态度好", "Kind"
    AS_AGREED = "as_agreed", "与约定一致", "As agreed"
    WELL_PREPARED = "well_prepared", "准备充分", "Well prepared"
    LATE = "late", "迟到", "Late"
    UNSKILLED = "unskilled", "不熟练", "Lacked skill"
    UNKIND = "unkind", "态度差", "Unkind"
    NOT_AS_AGREED = "not_as_agreed", "与约定不符", "Not as agreed"
    UNPREPARED = "unprepared", "准备不足", "Not prepared"
    UNSAFE = "unsafe", "存在安全隐患", "Not safe"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A rating from 1, the worst, to 5; the note stays where it was written."""

    rating: int
    reasons: frozenset[FeedbackReason] = frozenset()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What one side says of a match; it may think better of it, and then it is told again."""

    id: FeedbackId
    version: int
    match_id: MatchId
    need_id: NeedId
    party_id: PartyId
    side: Side
    opinion: Opinion
    by: str
    at: datetime

    def restate(self, opinion: Opinion, *, by: str, at: datetime) -> FeedbackChange:
        """Take another opinion in place of this one; the same again changes nothing."""
        if opinion == self.opinion:
            return Change(self, ())
        restated = replace(self, version=self.version + 1, opinion=opinion, by=by, at=at)
        return Change(restated, (FeedbackWasGiven(restated),))


@dataclass(frozen=True, slots=True)
class FeedbackWasGiven:
    """A side has said what it thinks."""

    feedback: Feedback


FeedbackChange = Change[Feedback, FeedbackWasGiven]


def feedback_id(match_id: MatchId, side: Side) -> FeedbackId:
    """Return the id of what a side thinks of a match."""
    return FeedbackId(uuid5(match_id, f"feedback {side.value}"))


def give_feedback(
    match: Match,
    known: Feedback | None,
    opinion: Opinion,
    *,
    side: Side,
    by: str,
    at: datetime,
) -> FeedbackChange:
    """Take what a side thinks; ``known`` is what it has said before."""
    if known is not None:
        return known.restate(opinion, by=by, at=at)
    feedback = Feedback(
        id=feedback_id(match.id, side),
        version=1,
        match_id=match.id,
        need_id=match.pairing.need_id,
        party_id=match.pairing.party_id,
        side=side,
        opinion=opinion,
        by=by,
        at=at,
    )
    return Change(feedback, (FeedbackWasGiven(feedback),))
