"""Rows of parties; they never leave this package."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter


class PartyRow(Row, table=True):
    """One party."""

    __tablename__ = "party"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    society: str
    public_name: str
    is_person: bool
    scheme: str
    area: str
    vetted_on: date | None = None
    vetting_valid_until: date | None = None
    suspended_on: date | None = None
    suspension_reason: str | None = None
    standing: str = "approved"
    standing_since: date | None = None
    recertify_by: date | None = None
    merged_into: UUID | None = None
