"""The rows of what both sides say of a match; they never leave this package."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import counter, instant
from matching.adapters.postgres.tables import MatchingRow


class ServiceHoursRow(MatchingRow, table=True):
    """A day of a match: the minutes that each side says."""

    __tablename__: ClassVar[Any] = "service_hours"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    match_id: UUID
    need_id: UUID
    party_id: UUID
    service: str
    served_on: date
    given_minutes: int | None
    given_by: str | None
    given_at: datetime | None = instant(nullable=True)
    received_minutes: int | None
    received_by: str | None
    received_at: datetime | None = instant(nullable=True)


class NoShowRow(MatchingRow, table=True):
    """What one side says of a day on which nothing happened."""

    __tablename__: ClassVar[Any] = "no_show"

    id: UUID = Field(primary_key=True)
    match_id: UUID
    need_id: UUID
    party_id: UUID
    missed_on: date
    absent: str
    said_by: str
    by: str
    at: datetime = instant()


class FeedbackRow(MatchingRow, table=True):
    """What one side thinks of a match."""

    __tablename__: ClassVar[Any] = "feedback"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    match_id: UUID
    need_id: UUID
    party_id: UUID
    side: str
    rating: int
    reasons: str
    note: str | None
    by: str
    at: datetime = instant()


class PastRefusalRow(MatchingRow, table=True):
    """A party's no to a need, before the time or place of the need changed."""

    __tablename__: ClassVar[Any] = "past_refusal"

    id: UUID = Field(primary_key=True)
    need_id: UUID
    party_id: UUID
    lifted_at: datetime = instant()
    reason: str
    said_on: date
    recorded_at: datetime = instant()


class UndecidedToldRow(MatchingRow, table=True):
    """Who was told last that a need's proposals wait for a worker, since an instant."""

    __tablename__: ClassVar[Any] = "undecided_told"

    need_id: UUID = Field(primary_key=True)
    since: datetime = instant()
    addressee: str
    told_at: datetime = instant()
