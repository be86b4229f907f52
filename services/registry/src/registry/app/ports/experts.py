"""Which experts and engagements are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.engagement import EngagementKind
from registry.domain.expert import ExpertField


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFilter:
    """Which experts are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    party: UUID | None = None
    field: ExpertField | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementFilter:
    """Which engagements are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    expert: UUID | None = None
    kind: EngagementKind | None = None
    station: UUID | None = None
    on: date | None = None
