"""Rows of contacts and of what was done with what is sealed in them; they never leave here."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from common.persistence.table import Row, counter, instant, octets


class ContactRow(Row, table=True):
    """One contact: every field sealed by the person's key, beside keyed digests of some."""

    __tablename__: ClassVar[str] = "contact"

    id: UUID = Field(primary_key=True)
    version: int = counter()
    party_id: UUID
    role: str
    erased_at: datetime | None = instant(nullable=True)
    name: bytes | None = octets(nullable=True)
    phone: bytes | None = octets(nullable=True)
    id_number: bytes | None = octets(nullable=True)
    address: bytes | None = octets(nullable=True)
    email: bytes | None = octets(nullable=True)
    certificate_number: bytes | None = octets(nullable=True)
    note: bytes | None = octets(nullable=True)
    name_index: bytes | None = octets(nullable=True)
    phone_index: bytes | None = octets(nullable=True)
    id_number_index: bytes | None = octets(nullable=True)
    id_tail_index: bytes | None = octets(nullable=True)
    certificate_number_index: bytes | None = octets(nullable=True)


class ReadingRow(Row, table=True):
    """One look at who somebody is."""

    __tablename__: ClassVar[str] = "identity_reading"

    id: UUID = Field(primary_key=True)
    contact_id: UUID
    party_id: UUID
    reader: str
    purpose: str
    fields: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    read_at: datetime = instant()


class ErasureRow(Row, table=True):
    """One person who was forgotten."""

    __tablename__: ClassVar[str] = "erasure"

    person_id: UUID = Field(primary_key=True)
    party_id: UUID
    reason: str
    erased_by: str
    erased_at: datetime = instant()
