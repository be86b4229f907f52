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


class SubstitutionRow(Row, table=True):
    """One substitution; ``scheme`` and ``area`` say where its grant reaches."""

    __tablename__: ClassVar[Any] = "substitution"

    id: UUID = Field(primary_key=True)
    absent: str
    substitute: str
    role: str
    scheme: str | None = None
    area: str | None = None
    org: UUID | None = None
    first_on: date
    last_on: date
    made_by: str
    made_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)


class PartnerApplicationRow(Row, table=True):
    """One application, and what was decided."""

    __tablename__: ClassVar[Any] = "partner_application"

    id: UUID = Field(primary_key=True)
    society: str
    public_name: str
    scheme: str
    area: str
    secret_sha256: str = Field(unique=True)
    applied_at: datetime = instant()
    state: str
    party_id: UUID | None = None
    refusal_reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = instant(nullable=True)


class OneTimeLinkRow(Row, table=True):
    """One link, and the answer that came by it."""

    __tablename__: ClassVar[Any] = "one_time_link"

    id: UUID = Field(primary_key=True)
    match_id: UUID
    party_id: UUID
    scheme: str
    area: str
    secret_sha256: str = Field(unique=True)
    made_by: str
    made_at: datetime = instant()
    expires_at: datetime = instant()
    answer: str | None = None
    answered_at: datetime | None = instant(nullable=True)
    replaced_at: datetime | None = instant(nullable=True)
