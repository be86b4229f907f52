"""Which contracts are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFilter:
    """Which contracts are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    agency: UUID | None = None
    station: UUID | None = None
    on: date | None = None
