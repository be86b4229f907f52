"""Rows of imports; they never leave this package."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field

from common.persistence.table import Row, counter, document, instant, octets


class ImportRow(Row, table=True):
    """One import, and who works on it until when."""

    __tablename__ = "import_job"

    id: UUID = Field(primary_key=True)
    revision: int = counter()
    subject: str
    form: str
    scheme: str
    area: str | None = None
    parts: int = counter()
    made_by: str
    grants: list[dict[str, Any]] = document()
    state: str
    mapping: dict[str, Any] | None = document(nullable=True)
    proposal: dict[str, Any] | None = document(nullable=True)
    accept: str | None = None
    rows: int = counter()
    done: int = counter()
    seen: int = counter()
    counts: dict[str, int] = document()
    flaws: int = counter()
    problem: str | None = None
    epoch: int = counter()
    attempts: int = counter()
    claimed_until: datetime | None = instant(nullable=True)
    created_at: datetime = instant()


class PartRow(Row, table=True):
    """A part of a file."""

    __tablename__ = "import_part"

    import_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    content: bytes = octets()


class FlawRow(Row, table=True):
    """What is wrong with a row of a file."""

    __tablename__ = "import_flaw"

    import_id: UUID = Field(primary_key=True)
    place: int | None = Field(
        default=None,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": True},
    )
    number: int = counter()
    field: str | None = None
    code: str
    zh: str
    en: str
    facts: dict[str, Any] = document()


class MappingRow(Row, table=True):
    """A mapping that an area keeps."""

    __tablename__ = "import_mapping"

    id: UUID = Field(primary_key=True)
    subject: str
    scheme: str
    area: str | None = None
    name: str
    document: dict[str, Any] = document()
