"""Rows about who may come in; they never leave this package."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import Row, counter, datetime, document, instant


class EntitlementsRow(Row, table=True):
    """Why one account holds its grants, and which are to come.

    ``version`` is that of the account when this was written: an account with another version was
    changed by somebody who knows only the grants.
    """

    __tablename__: ClassVar[Any] = "account_entitlements"

    account_id: UUID = Field(primary_key=True)
    sub: str = Field(unique=True)
    version: int = counter()
    entitlements: list[dict[str, Any]] = document()
    next_change_at: datetime | None = instant(nullable=True)


class PostingLinkRow(Row, table=True):
    """A login and the posting of a worker that it belongs to."""

    __tablename__: ClassVar[Any] = "posting_link"

    posting_id: UUID = Field(primary_key=True)
    sub: str
    linked_at: datetime = instant()


class InvitationRow(Row, table=True):
    """One invitation; ``scheme`` and ``area`` say where its grant reaches."""

    __tablename__: ClassVar[Any] = "invitation"

    id: UUID = Field(primary_key=True)
    role: str
    scheme: str | None = None
    area: str | None = None
    org: UUID | None = None
    first_on: date | None = None
    last_on: date | None = None
    posting_id: UUID | None = None
    secret_sha256: str = Field(unique=True)
    made_by: str
    made_at: datetime = instant()
    expires_at: datetime = instant()
    used_by: str | None = None
    used_at: datetime | None = instant(nullable=True)
    withdrawn_at: datetime | None = instant(nullable=True)
