"""Rows of the service list; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from common.persistence.table import Row, counter, document


class ServiceEntryRow(Row, table=True):
    """One service of one provider; what is confidential about it is in another row."""

    __tablename__ = "service_entry"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    station_id: UUID | None = None
    party_id: UUID | None = None
    scheme: str
    area: str
    service: str
    title_zh: str
    title_en: str | None = None
    capacity: int = counter()
    unit: str
    period: str
    audiences: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    is_for_residents: bool
    cost: str
    cost_fen: int | None = None
    given: str
    is_confidential: bool
    reach_metres: int | None = None
    hours: dict[str, Any] = document()
    offered_from: date
    offered_until: date | None = None
    verified_on: date
    verified_by: str
    lapses_on: date
    withdrawn_on: date | None = None


class ServiceSiteRow(Row, table=True):
    """Where a service is given, in a row of its own: of a confidential one few may see it."""

    __tablename__ = "service_site"

    id: UUID = Field(primary_key=True)
    service_entry_id: UUID
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    stated_longitude: float | None = None
    stated_latitude: float | None = None
    datum: str | None = None
