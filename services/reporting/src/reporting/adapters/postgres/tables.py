"""Rows of the journal and of the facts drawn from it; they never leave this package.

The facts about one subject come from several topics, in any order between them, so every column
that another topic fills may be empty. Instants come in pairs with the event that told them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, MetaData
from sqlmodel import Field

from common.persistence.table import Row, counter, document, instant


class ReportRow(Row):
    """A row of this service; its tables may be called like those of others."""

    metadata: ClassVar[MetaData] = MetaData()  # pyright: ignore[reportIncompatibleVariableOverride]


class JournalRow(ReportRow, table=True):
    """An event, word for word; ``position`` is the order in which events were heard.

    ``about`` is the thing whose place decides who may read it; none for what only administrators
    may read.
    """

    __tablename__ = "journal"

    position: int = Field(default=None, primary_key=True, sa_type=BigInteger)
    id: UUID
    source: str
    type: str
    subject: str
    version: int = counter()
    time: datetime = instant()
    topic: str
    log_partition: int | None = None
    log_offset: int | None = counter()
    traceparent: str | None = None
    about: str | None = None
    data: dict[str, Any] = document()
    journalled_at: datetime = instant()


class PlaceRow(ReportRow, table=True):
    """Where a thing is that events are about."""

    __tablename__ = "place"

    about: str = Field(primary_key=True)
    scheme: str
    code: str


class NeedRow(ReportRow, table=True):
    """A need; known to the reports once it has a submission."""

    __tablename__ = "need"

    need_id: UUID = Field(primary_key=True)
    scheme: str | None = None
    area: str | None = None
    beneficiary: str | None = None
    persons: int | None = None
    urgency: int | None = None
    meeting_id: UUID | None = None
    submitted_at: datetime | None = instant(nullable=True)
    submitted_event: UUID | None = None
    proposed_at: datetime | None = instant(nullable=True)
    proposed_event: UUID | None = None
    withdrawn_at: datetime | None = instant(nullable=True)
    withdrawn_event: UUID | None = None
    closed_at: datetime | None = instant(nullable=True)
    closed_event: UUID | None = None
    is_met: bool | None = None


class LineRow(ReportRow, table=True):
    """A line of a need: asked by a person, or derived by the plan."""

    __tablename__ = "need_line"

    line_id: UUID = Field(primary_key=True)
    need_id: UUID
    place: int
    kind: str
    service: str
    quantity: int | None = None
    unit: str | None = None
    derived_from: UUID | None = None
    known_at: datetime = instant()


class MatchRow(ReportRow, table=True):
    """A match of a line with an offer."""

    __tablename__ = "match"

    match_id: UUID = Field(primary_key=True)
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    society: str
    quantity: int
    unit: str
    proposed_at: datetime = instant()
    proposed_event: UUID
    asked_at: datetime | None = instant(nullable=True)
    asked_event: UUID | None = None
    accepted_at: datetime | None = instant(nullable=True)
    accepted_event: UUID | None = None
    declined_at: datetime | None = instant(nullable=True)
    declined_event: UUID | None = None
    dropped_at: datetime | None = instant(nullable=True)
    dropped_event: UUID | None = None
    fulfilled_at: datetime | None = instant(nullable=True)
    fulfilled_event: UUID | None = None


class ServiceRow(ReportRow, table=True):
    """A service that was given; each measure has a column of its own."""

    __tablename__ = "service"

    record_id: UUID = Field(primary_key=True)
    need_id: UUID
    line_id: UUID
    match_id: UUID
    society: str
    path: str
    quantity: int
    unit: str
    persons: int
    person_times: int
    sessions: int
    started_at: datetime = instant()
    ended_at: datetime = instant()
    recorded_at: datetime = instant()
    recorded_event: UUID


class StationRow(ReportRow, table=True):
    """A station, with the days on which it opened and closed."""

    __tablename__ = "station"

    station_id: UUID = Field(primary_key=True)
    tier: str
    scheme: str
    area: str
    opened_on: date | None = None
    opened_event: UUID | None = None
    closed_on: date | None = None
    closed_event: UUID | None = None
