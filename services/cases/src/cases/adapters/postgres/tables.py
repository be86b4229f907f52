"""The rows of this service's tables; they never leave this package."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from common.persistence.table import Row, document, instant


class MeetingRow(Row, table=True):
    """A community meeting."""

    __tablename__: ClassVar[Any] = "meeting"
    __table_args__ = (
        Index("meeting_by_time", "recorded_at", "id"),
        Index("meeting_by_area", "scheme", "area"),
    )

    id: UUID = Field(primary_key=True)
    version: int
    pool_id: UUID
    scheme: str
    area: str
    held_on: date
    topic: str
    participants: list[dict[str, Any]] = document()
    resolution: str
    recorded_at: datetime = instant()


class NeedRow(Row, table=True):
    """A need without its lines; an open one has none of the last three values."""

    __tablename__: ClassVar[Any] = "need"
    __table_args__ = (
        Index("need_by_time", "submitted_at", "id"),
        Index("need_by_area", "scheme", "area"),
    )

    id: UUID = Field(primary_key=True)
    version: int
    pool_id: UUID
    scheme: str
    area: str
    beneficiary: str
    persons: int
    urgency: int
    title: str
    longitude: float | None
    latitude: float | None
    meeting_id: UUID | None = Field(foreign_key="meeting.id")
    client_ref: UUID | None
    submitted_at: datetime = instant()
    changed_at: datetime | None = instant(nullable=True)
    state: str
    ended_at: datetime | None = instant(nullable=True)
    is_met: bool | None
    note: str | None


class NeedLineRow(Row, table=True):
    """One line of a need; ``weekdays`` are codes in the order of the week, divided by spaces."""

    __tablename__: ClassVar[Any] = "need_line"
    __table_args__ = (Index("need_line_by_need", "need_id", "position", unique=True),)

    id: UUID = Field(primary_key=True)
    need_id: UUID = Field(foreign_key="need.id")
    position: int
    service: str
    quantity: int
    unit: str
    weekdays: str
    within_metres: int | None
    needs_vetting: bool
    all_or_nothing: bool = False
    not_before: datetime | None = instant(nullable=True)
    not_after: datetime | None = instant(nullable=True)


class DerivedLineRow(Row, table=True):
    """A line that the linkage plan added to a need."""

    __tablename__: ClassVar[Any] = "derived_line"
    __table_args__ = (Index("derived_line_by_need", "need_id"),)

    id: UUID = Field(primary_key=True)
    need_id: UUID
    derived_from: UUID
    kind: str
    service: str


class MatchRow(Row, table=True):
    """What is known of a match."""

    __tablename__: ClassVar[Any] = "match"
    __table_args__ = (Index("match_by_need", "need_id"),)

    id: UUID = Field(primary_key=True)
    need_id: UUID
    line_id: UUID
    society: str
    unit: str
    state: str


class ServiceRecordRow(Row, table=True):
    """A service that was given."""

    __tablename__: ClassVar[Any] = "service_record"
    __table_args__ = (Index("service_record_by_need", "need_id", "recorded_at", "id"),)

    id: UUID = Field(primary_key=True)
    version: int
    need_id: UUID = Field(foreign_key="need.id")
    pool_id: UUID
    scheme: str
    area: str
    society: str
    match_id: UUID
    line_id: UUID
    path: str
    quantity: int
    unit: str
    persons: int
    person_times: int
    sessions: int
    started_at: datetime = instant()
    ended_at: datetime = instant()
    recorded_at: datetime = instant()
