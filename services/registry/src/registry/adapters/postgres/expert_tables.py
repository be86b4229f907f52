"""Rows of experts and engagements; they never leave this package."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from registry.adapters.postgres.tenure_tables import TenureRow


class ExpertRow(TenureRow, table=True):
    """One expert of a pool."""

    __tablename__: ClassVar[str] = "expert"

    party_id: UUID
    knows: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]


class EngagementRow(TenureRow, table=True):
    """One engagement."""

    __tablename__: ClassVar[str] = "engagement"

    expert_id: UUID
    kind: str
    station_id: UUID | None = None
