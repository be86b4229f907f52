"""What the public directory shows: who provides which service where. Nobody's name is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import ServiceCode, Society, StationTier


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """An area, and the names from the province down to it; none when it is no longer listed."""

    area: AreaRef
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A station, or an organisation, community or team of the five societies; never a person."""

    id: UUID
    name: str
    kind: StationTier | Society
    where: Whereabouts
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedService:
    """What a provider does at its place, from its first day to its last, if that has come."""

    id: UUID
    name: str
    provider: Provider
    where: Whereabouts
    opened_on: date
    ended_on: date | None
    codes: tuple[ServiceCode, ...]
    modified_at: datetime
