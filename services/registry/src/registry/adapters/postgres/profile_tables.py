"""Rows of profiles and postings; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from common.persistence.table import Row, counter, document


class SocialWorkerRow(Row, table=True):
    """What is said about a social worker."""

    __tablename__: ClassVar[str] = "social_worker"

    party_id: UUID = Field(primary_key=True)
    version: int = counter()
    engagement: str
    level: str | None = None
    registered_until: date | None = None
    employer_id: UUID | None = None
    education_hours: dict[str, int] = document()
    trained_hours: dict[str, int] = document()


class VolunteerRow(Row, table=True):
    """What is said about a volunteer."""

    __tablename__: ClassVar[str] = "volunteer"

    party_id: UUID = Field(primary_key=True)
    version: int = counter()
    number: str
    skills: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    languages: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    available: list[dict[str, Any]] = document()
    organisation_id: UUID | None = None
    confirmed_minutes: int = counter()


class OrganisationRow(Row, table=True):
    """What is said about a party that is no person."""

    __tablename__: ClassVar[str] = "organisation"

    party_id: UUID = Field(primary_key=True)
    version: int = counter()
    kind: str
    credit_code: str | None = None
    incubated_by: UUID | None = None
    permit_number: str | None = None
    permit_valid_from: date | None = None
    permit_valid_until: date | None = None


class PostingRow(Row, table=True):
    """One posting."""

    __tablename__: ClassVar[str] = "posting"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    worker_id: UUID
    station_id: UUID
    is_full_time: bool
    starts_on: date
    ends_on: date | None = None
