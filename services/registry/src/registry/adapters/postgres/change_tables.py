"""Rows of what changed; the database writes them itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter, instant


class ChangeRow(Row, table=True):
    """The latest change of a thing in an area where it stands or stood."""

    __tablename__ = "change"

    topic: str = Field(primary_key=True)
    thing_id: UUID = Field(primary_key=True)
    scheme: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    version: int = counter()
    at: datetime = instant()
    is_over: bool
    has_left: bool = False
    cluster: int = counter()
    txid: int = counter()
    place: int = counter()
