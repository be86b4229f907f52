"""What the public directory shows: who provides which service where. Nobody's name is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from common.places import AreaRef, Position
from common.service_list import Audience, ServicePlace
from common.vocabulary import ServiceCode, Society, StationTier
from registry.domain.hours import OpeningHours
from registry.domain.service_entry import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """An area, and the names from the province down to it; none when it is no longer listed."""

    area: AreaRef
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where people go: the address as it is written, and the position in WGS-84."""

    address: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A station, or an organisation, community or team of the five societies; never a person."""

    id: UUID
    name: str
    kind: StationTier | Society
    where: Whereabouts
    modified_at: datetime
    door: Door = field(default_factory=Door)
    hours: OpeningHours = field(default_factory=OpeningHours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the service list says of a service, beyond its title, provider and days.

    ``door`` is the service's own, where it has another than its provider; ``verified_on`` is when
    somebody last made sure of all this.
    """

    code: ServiceCode
    title_en: str | None
    given: ServicePlace
    audiences: tuple[Audience, ...]
    is_for_residents: bool
    cost: Cost
    door: Door
    hours: OpeningHours
    verified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedService:
    """What a provider does, from its first day to its last, if that has come.

    Without an ``entry`` of the service list it is what a station is there for.
    """

    id: UUID
    name: str
    provider: Provider
    where: Whereabouts
    opened_on: date
    ended_on: date | None
    modified_at: datetime
    entry: Entry | None = None
