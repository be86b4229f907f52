"""Rows of trainings and examinations; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from common.persistence.table import Row, counter


def number() -> Any:  # noqa: ANN401 - SQLModel's own type
    """Declare a column that holds a number once it is known."""
    return Field(default=None, sa_type=BigInteger, nullable=True)  # pyright: ignore[reportCallIssue, reportArgumentType]


class TrainingRow(Row, table=True):
    """One training; ``came`` and ``completed`` once it is completed."""

    __tablename__: ClassVar[str] = "training"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    title: str
    cohort: str | None = None
    kind: str
    organiser_id: UUID
    scheme: str
    area: str
    hours: int = counter()
    required_hours: int = counter()
    begins_on: date
    ends_on: date
    enrolled: int = counter()
    state: str
    came: int | None = number()
    completed: int | None = number()


class AttendanceRow(Row, table=True):
    """One of a cohort; ``counts_on`` if they completed it, the day on which their hours count."""

    __tablename__: ClassVar[str] = "training_attendance"

    training_id: UUID = Field(primary_key=True)
    worker_id: UUID = Field(primary_key=True)
    hours: int | None = number()
    counts_on: date | None = None


class ExaminationRow(Row, table=True):
    """One examination; ``entered`` and ``passed`` once the results are stated."""

    __tablename__: ClassVar[str] = "examination"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    session: str
    level: str
    scheme: str
    area: str
    held_on: date
    candidates: int = counter()
    state: str
    entered: int | None = number()
    passed: int | None = number()


class CandidacyRow(Row, table=True):
    """A candidate of an examination."""

    __tablename__: ClassVar[str] = "examination_candidate"

    examination_id: UUID = Field(primary_key=True)
    candidate_id: UUID = Field(primary_key=True)
    has_passed: bool | None = None
