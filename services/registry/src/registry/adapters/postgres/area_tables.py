"""Rows of areas in time; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from common.persistence.table import Row, counter


class AreaRecordRow(Row, table=True):
    """An area from one day until another, the first on which it is no longer so."""

    __tablename__: ClassVar[str] = "area_record"

    scheme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_until: date | None = None
    name: str
    kind: str
    level: str
    is_formal: bool
    located_in: str | None
    parent: str | None
    ancestors: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    pool_id: UUID
    pinyin: str
    initials: str
    grams: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]


class AreaSuccessionRow(Row, table=True):
    """What a code became on a day; changes of one turn of a day happen at once."""

    __tablename__: ClassVar[str] = "area_succession"

    id: UUID = Field(primary_key=True)
    scheme: str
    effective_on: date
    is_day_known: bool
    turn: int = counter()
    kind: str
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None
    document: str


class AreaAdministrationRow(Row, table=True):
    """Another authority runs an area from a day on."""

    __tablename__: ClassVar[str] = "area_administration"

    scheme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    since_on: date = Field(primary_key=True)
    until_on: date | None = None
    administered_by: str
    authority: str
    document: str
