"""What rows have that hold for a term; they never leave this package."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter


class TenureRow(Row):
    """The columns that each of these tables has."""

    id: UUID = Field(primary_key=True)
    version: int = counter()
    scheme: str
    area: str
    begins_on: date
    ends_on: date
    ended_on: date | None = None
