"""Rows of talent stations, plans and talents; they never leave this package."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from registry.adapters.postgres.tenure_tables import TenureRow


class TalentStationRow(TenureRow, table=True):
    """One talent station."""

    __tablename__: ClassVar[str] = "talent_station"

    name: str
    host_id: UUID


class TalentPlanRow(TenureRow, table=True):
    """One plan."""

    __tablename__: ClassVar[str] = "talent_plan"

    name: str
    talent_station_id: UUID


class TalentRow(TenureRow, table=True):
    """One person in a plan."""

    __tablename__: ClassVar[str] = "talent"

    talent_plan_id: UUID
    party_id: UUID
