"""Rows of service contracts; they never leave this package."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from common.persistence.table import Row, counter


class ContractRow(Row, table=True):
    """One contract."""

    __tablename__ = "service_contract"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    buyer: str
    agency_id: UUID
    scheme: str
    area: str
    station_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))  # pyright: ignore[reportCallIssue, reportArgumentType]
    amount_fen: int = counter()
    begins_on: date
    ends_on: date
    renews: UUID | None = None
    terminated_on: date | None = None
    termination_reason: str | None = None


class ContractStationRow(Row, table=True):
    """A station under a contract, from its first day to its last; no two of one may meet."""

    __tablename__ = "service_contract_station"

    contract_id: UUID = Field(primary_key=True)
    station_id: UUID = Field(primary_key=True)
    begins_on: date
    last_on: date
