"""Ending what holds for a term before its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEarly:
    """End something early; ``seen`` is the version that the caller decided upon."""

    id: UUID
    ended_on: date
    seen: int | None = None
