"""Rows of supervisions; they never leave this package."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter


class SupervisionRow(Row, table=True):
    """One supervision."""

    __tablename__ = "supervision"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    supervisor_id: UUID
    worker_id: UUID
    station_id: UUID
    scheme: str
    area: str
    began_on: date
    ended_on: date | None = None
