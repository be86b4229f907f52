"""Which talent stations, plans and talents are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentStationFilter:
    """Which talent stations are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    host: UUID | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentPlanFilter:
    """Which talent plans are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    station: UUID | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentFilter:
    """Which talents are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    plan: UUID | None = None
    party: UUID | None = None
    on: date | None = None
