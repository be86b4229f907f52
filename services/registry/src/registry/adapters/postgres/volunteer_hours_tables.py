"""Rows of hours and certificates; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter, datetime, document, instant


class VolunteerHoursRow(Row, table=True):
    """One confirmation by both sides."""

    __tablename__: ClassVar[Any] = "volunteer_hours"

    id: UUID = Field(primary_key=True)
    party_id: UUID
    match_id: UUID
    service: str
    served_on: date
    minutes: int = counter()
    confirmed_at: datetime = instant()


class CertificateRow(Row, table=True):
    """One certificate, as it was issued."""

    __tablename__: ClassVar[Any] = "certificate"

    id: UUID = Field(primary_key=True)
    number: str = Field(unique=True)
    party_id: UUID
    volunteer_number: str
    issuer_id: UUID
    issuer_name: str
    first_on: date
    last_on: date
    times: list[dict[str, Any]] = document()
    issued_at: datetime = instant()
    issued_by: str
    digest: str
    revocation_reason: str | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = instant(nullable=True)
