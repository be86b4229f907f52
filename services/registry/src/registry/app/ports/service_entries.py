"""What use cases ask of the keeping of the service list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from common.service_list import Audience, CostKind
from common.vocabulary import ServiceCode
from registry.domain.service_entry import EntryStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.service_entry import EntryId, ServiceEntry, ServiceEntryFact


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted, as of a day; what is none does not matter."""

    on: date
    status: EntryStatus | None = None
    within: AreaRef | None = None
    station: UUID | None = None
    party: UUID | None = None
    service: ServiceCode | None = None
    audience: Audience | None = None
    cost: CostKind | None = None


class ServiceEntries(Protocol):
    """The service list, as of the current transaction."""

    async def get(self, entry_id: EntryId, /) -> ServiceEntry:
        """Return an entry, or raise ``ServiceEntryNotFound``."""
        ...

    async def find(self, entry_id: EntryId, /) -> ServiceEntry | None:
        """Return an entry, if there is one."""
        ...

    async def among(
        self, *, ids: Collection[UUID], providers: Collection[UUID]
    ) -> Sequence[ServiceEntry]:
        """Return the entries with one of the ids, and all of stations or parties."""
        ...

    async def of_station(self, station_id: UUID, /) -> Sequence[ServiceEntry]:
        """Return the entries of a station that are not withdrawn."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, ServiceEntry]:
        """Return those of the entries that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[ServiceEntry, ServiceEntryFact]], /) -> None:
        """Store new entries and stage their facts; all, or none and ``ServiceEntryIdTaken``."""
        ...

    async def add(self, change: Change[ServiceEntry, ServiceEntryFact], /) -> None:
        """Store a new entry and stage its facts, or raise ``ServiceEntryIdTaken``."""
        ...

    async def save(self, change: Change[ServiceEntry, ServiceEntryFact], /) -> None:
        """Store an entry and stage its facts, or raise ``ServiceEntryChangedMeanwhile``."""
        ...

    async def page(
        self, wanted: EntryFilter, scope: Scope, window: Window, /
    ) -> Slice[ServiceEntry]:
        """Return the entries of providers within the scope, in the order of their ids."""
        ...

    async def page_for_everybody(
        self, wanted: EntryFilter, window: Window, /
    ) -> Slice[ServiceEntry]:
        """Return entries that count, of providers that serve, in the order of their ids."""
        ...

    async def find_for_everybody(self, entry_id: EntryId, /, *, on: date) -> ServiceEntry | None:
        """Return an entry if it counts on the day and its provider serves."""
        ...
