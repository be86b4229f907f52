"""The rows behind explanations: what is lacking, what was decided, what was tried."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Field

from common.persistence.table import counter, document, instant
from matching.adapters.postgres.tables import MatchingRow


class ShortageRow(MatchingRow, table=True):
    """How much of a service is lacking in an area for one reason."""

    __tablename__: ClassVar[Any] = "shortage"

    pool_id: UUID = Field(primary_key=True)
    scheme: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    lines: int = counter()
    quantity: int = counter()
    waiting_since: datetime = instant()
    counted_at: datetime = instant()


class ShortageCountRow(MatchingRow, table=True):
    """Which plan of a pool the ledger was last counted behind."""

    __tablename__: ClassVar[Any] = "shortage_count"

    pool_id: UUID = Field(primary_key=True)
    plan_sequence: int = counter()
    counted_at: datetime = instant()


class WhatIfRow(MatchingRow, table=True):
    """A policy that is tried on a past period, and what came of it."""

    __tablename__: ClassVar[Any] = "what_if"

    id: UUID = Field(primary_key=True)
    scheme: str
    area: str
    policy_version: int = counter()
    since: datetime = instant()
    until: datetime = instant()
    state: str
    done: int = counter()
    steps: int = counter()
    attempts: int = counter()
    compared: dict[str, Any] | None = document(nullable=True)
    asked_by: str
    asked_at: datetime = instant()
    claimed_until: datetime | None = instant(nullable=True)


class DecisionRow(MatchingRow, table=True):
    """What a plan knew when it proposed a match; candidates are triples of id, value and price."""

    __tablename__: ClassVar[Any] = "decision"

    match_id: UUID = Field(primary_key=True)
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    pool_id: UUID
    decided_at: datetime = instant()
    plan_sequence: int = counter()
    plan_value: int = counter()
    plan_bound: int = counter()
    reserved_value: int = counter()
    reserved_bound: int = counter()
    engine_version: str
    policy_version: int = counter()
    candidates: list[list[Any]] = document()
    value: int = counter()
    bound: int = counter()
    problem_id: UUID | None
    replayed_at: datetime | None = instant(nullable=True)
    replayed_by: str | None
    is_same: bool | None


class DecisionProblemRow(MatchingRow, table=True):
    """What competed with some decisions; equal problems are kept once."""

    __tablename__: ClassVar[Any] = "decision_problem"

    id: UUID = Field(primary_key=True)
    problem: dict[str, Any] = document()
