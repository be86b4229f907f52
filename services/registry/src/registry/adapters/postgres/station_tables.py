"""Rows of stations and of what is recorded about them; they never leave this package."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from common.persistence.table import Row, counter, document, instant


class StationRow(Row, table=True):
    """One station; positions are in WGS-84, and beside it as they were stated."""

    __tablename__ = "station"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    tier: str
    name: str
    scheme: str
    area: str
    planned_on: date
    opened_on: date | None = None
    closed_on: date | None = None
    closure_reason: str | None = None
    kind: str
    is_sole: bool
    parent_id: UUID | None = None
    split_from: UUID | None = None
    merged_into: UUID | None = None
    building_on: date | None = None
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    stated_longitude: float | None = None
    stated_latitude: float | None = None
    datum: str | None = None
    floor_area: Decimal | None = Field(default=None, max_digits=9, decimal_places=2)
    rooms: list[Any] | None = document(nullable=True)
    shared_with: list[Any] | None = document(nullable=True)
    operating_mode: str | None = None
    operator_id: UUID | None = None
    county_hired: int | None = None
    own_hired: int | None = None
    hours: dict[str, Any] | None = document(nullable=True)
    projects: list[Any] | None = document(nullable=True)


class StationStepRow(Row, table=True):
    """One thing that happened to a station, as others were told."""

    __tablename__ = "station_step"

    station_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    type: str
    at: datetime = instant()
    data: dict[str, Any] = document()


class StationFundingRow(Row, table=True):
    """One sum of money that a station received, in fen."""

    __tablename__ = "station_funding"

    id: UUID = Field(primary_key=True)
    station_id: UUID
    kind: str
    source: str
    amount_fen: int = counter()
    received_on: date
    document: str | None = None
    cancelled_on: date | None = None
    cancellation_reason: str | None = None


class StationHeadcountRow(Row, table=True):
    """How many people a station has, as of a day."""

    __tablename__ = "station_headcount"

    station_id: UUID = Field(primary_key=True)
    counted_on: date = Field(primary_key=True)
    full_time: int
    part_time: int
    certified: int


class StaffingRuleRow(Row, table=True):
    """How many people the stations of a tier in an area should have."""

    __tablename__ = "staffing_rule"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    tier: str
    scheme: str
    area: str
    min_full_time: int
    min_certified: int
    valid_from: date
    valid_until: date | None = None
