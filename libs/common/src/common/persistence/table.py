"""The base of stored rows; rows never leave the adapter that owns them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class Row(SQLModel):
    """A stored row; subclasses with ``table=True`` are named ``...Row``."""

    __tablename__: ClassVar[Any]


def instant(*, nullable: bool = False, index: bool = False) -> Any:  # noqa: ANN401 - SQLModel's own type
    """Declare a column that holds an aware instant."""
    return Field(sa_type=DateTime(timezone=True), nullable=nullable, index=index)  # pyright: ignore[reportCallIssue, reportArgumentType]


def document(*, nullable: bool = False) -> Any:  # noqa: ANN401
    """Declare a column that holds a JSON document."""
    return Field(sa_type=JSONB, nullable=nullable)


def counter() -> Any:  # noqa: ANN401
    """Declare a column that holds a 64-bit number."""
    return Field(sa_type=BigInteger)


def octets(*, nullable: bool = False) -> Any:  # noqa: ANN401
    """Declare a column that holds bytes."""
    return Field(sa_type=LargeBinary, nullable=nullable)


__all__ = ["Row", "counter", "datetime", "document", "instant", "octets"]
