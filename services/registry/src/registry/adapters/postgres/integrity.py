"""Which rule of the database a write has broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.exc import IntegrityError


def broken_rule(error: IntegrityError) -> str | None:
    """Return the name of the constraint or unique index, as PostgreSQL reports it."""
    cause = error.orig.__cause__ if error.orig is not None else None
    return getattr(cause, "constraint_name", None)
