"""What both sides tell of a match, as callers send and receive it."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import example, label
from matching.app.tell_outcome import Outcome
from matching.domain.feedback import BEST, WORST, Feedback, FeedbackReason, Opinion
from matching.domain.no_show import Absent, NoShow
from matching.domain.reliability import LOOKING_BACK, Reliability
from matching.domain.side import Side

_NO_SHOW = {
    "id": "0192d3c4-5b6a-5890-8abc-def012345671",
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "missed_on": "2026-03-07",
    "absent": "giver",
    "absent_label": "服务方未到",
    "said_by": "receiver",
    "said_by_label": "受助方",
    "at": "2026-03-07T09:30:00Z",
}
_FEEDBACK = {
    "id": "0192d3c4-5b6a-5890-8abc-def012345672",
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "side": "receiver",
    "side_label": "受助方",
    "rating": 5,
    "reasons": ["kind", "punctual"],
    "reason_labels": ["态度好", "守时"],
    "note": "聊得很好",
    "at": "2026-03-08T01:00:00Z",
}


class NoShowToTell(Body):
    """Who was missing."""

    model_config = example(absent="giver")

    absent: Absent


class NoShowView(View):
    """What one side says of a day on which nothing happened."""

    model_config = example(**_NO_SHOW)

    id: UUID
    match_id: UUID
    missed_on: date
    absent: Absent
    absent_label: str
    said_by: Side
    said_by_label: str
    at: datetime

    @classmethod
    def of(cls, no_show: NoShow, language: Language) -> Self:
        """Show a no-show."""
        return cls(
            id=no_show.id,
            match_id=no_show.match_id,
            missed_on=no_show.missed_on,
            absent=no_show.absent,
            absent_label=label(no_show.absent, language),
            said_by=no_show.said_by,
            said_by_label=label(no_show.said_by, language),
            at=no_show.at,
        )


class FeedbackToGive(Body):
    """From 1, the worst, to 5, and why."""

    model_config = example(rating=5, reasons=["punctual", "kind"])

    rating: Annotated[int, Field(strict=True, ge=WORST, le=BEST)]
    reasons: frozenset[FeedbackReason] = frozenset()
    note: Annotated[
        str | None,
        StringConstraints(max_length=500),
        Field(description="Read by workers only; nothing that names a person belongs here."),
    ] = None

    def opinion(self) -> Opinion:
        """Return what is meant."""
        return Opinion(rating=self.rating, reasons=self.reasons, note=self.note)


class FeedbackView(View):
    """What one side thinks of a match."""

    model_config = example(**_FEEDBACK)

    id: UUID
    match_id: UUID
    side: Side
    side_label: str
    rating: int
    reasons: list[FeedbackReason]
    reason_labels: list[str]
    note: str | None = None
    at: datetime

    @classmethod
    def of(cls, feedback: Feedback, language: Language) -> Self:
        """Show feedback."""
        opinion = feedback.opinion
        reasons = sorted(opinion.reasons)
        return cls(
            id=feedback.id,
            match_id=feedback.match_id,
            side=feedback.side,
            side_label=label(feedback.side, language),
            rating=opinion.rating,
            reasons=reasons,
            reason_labels=[label(reason, language) for reason in reasons],
            note=opinion.note,
            at=feedback.at,
        )


class OutcomeView(View):
    """What both sides told of a match."""

    model_config = example(no_shows=[_NO_SHOW], feedback=[_FEEDBACK])

    no_shows: list[NoShowView]
    feedback: list[FeedbackView]

    @classmethod
    def of(cls, outcome: Outcome, language: Language) -> Self:
        """Show what was told."""
        return cls(
            no_shows=[NoShowView.of(each, language) for each in outcome.no_shows],
            feedback=[FeedbackView.of(each, language) for each in outcome.feedback],
        )


class ReliabilityView(View):
    """How a party has kept its word within so many days."""

    model_config = example(
        party_id="0192d3c4-0000-7000-8000-00000000aaaa",
        days=180,
        completed=12,
        no_shows=1,
        drop_outs=0,
    )

    party_id: UUID
    days: int
    completed: int
    no_shows: int
    drop_outs: int

    @classmethod
    def of(cls, party_id: UUID, found: Reliability) -> Self:
        """Show the counts of a party."""
        return cls(
            party_id=party_id,
            days=LOOKING_BACK.days,
            completed=found.completed,
            no_shows=found.no_shows,
            drop_outs=found.drop_outs,
        )
