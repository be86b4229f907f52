"""What use cases ask of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaLevel, AreaScheme, Society, StationTier
from registry.domain.station import StationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractAsyncContextManager

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from common.places import Area
    from registry.domain.account import Account, AccountFact
    from registry.domain.area_list import ListedArea, TownshipRow
    from registry.domain.party import Party, PartyFact, PartyId
    from registry.domain.station import Station, StationFact, StationId


class UnitOfWork(Protocol):
    """Opens one transaction around one decision, or joins the one that is open."""

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """Commit on leaving the outermost block, roll back on an exception."""
        ...


class Areas(Protocol):
    """The lists of areas in force."""

    async def find(self, ref: AreaRef, /) -> Area:
        """Return an area, or raise ``UnknownArea`` or ``AreasNotReady``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFilter:
    """Which stations are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    tier: StationTier | None = None
    status: StationStatus | None = None


class Stations(Protocol):
    """The stations, as of the current transaction."""

    async def get(self, station_id: StationId, /) -> Station:
        """Return a station, or raise ``StationNotFound``."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[Station, StationFact]], /) -> None:
        """Store new stations, all or none.

        Raises:
            StationIdTaken: There is a station with one of the ids.
            AreaAlreadyServed: The area of one has an open station of the tier.
        """
        ...

    async def save(self, change: Change[Station, StationFact], /) -> None:
        """Store a station's new state and stage its facts.

        Raises:
            StationChangedMeanwhile: Somebody else was faster.
            AreaAlreadyServed: The area has an open station of the tier.
        """
        ...

    async def page(self, wanted: StationFilter, scope: Scope, window: Window, /) -> Slice[Station]:
        """Return the stations within the scope, in the order of their ids."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFilter:
    """Which parties are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    society: Society | None = None


class Parties(Protocol):
    """The parties, as of the current transaction."""

    async def get(self, party_id: PartyId, /) -> Party:
        """Return a party, or raise ``PartyNotFound``."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Party]:
        """Return those of the parties that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[Party, PartyFact]], /) -> None:
        """Store new parties, all or none, or raise ``PartyIdTaken``."""
        ...

    async def save(self, change: Change[Party, PartyFact], /) -> None:
        """Store a party's new state and stage its facts, or raise ``PartyChangedMeanwhile``."""
        ...

    async def page(self, wanted: PartyFilter, scope: Scope, window: Window, /) -> Slice[Party]:
        """Return the parties within the scope, in the order of their ids."""
        ...


class Accounts(Protocol):
    """The accounts, as of the current transaction."""

    async def find(self, sub: str, /) -> Account | None:
        """Return the account of a login, if anybody has granted it anything."""
        ...

    async def save(self, change: Change[Account, AccountFact], /) -> None:
        """Store an account and stage its facts, or raise ``AccountChangedMeanwhile``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaList:
    """A list as it was published; ``is_in_force`` until a newer one of its scheme replaced it."""

    list_id: UUID
    scheme: AreaScheme
    edition: date
    count: int
    sha256: str
    path: str
    published_at: datetime
    is_in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFilter:
    """Which areas are wanted; what is none does not matter."""

    scheme: AreaScheme
    within: str | None = None
    level: AreaLevel | None = None
    name: str | None = None


class AreaLists(Protocol):
    """The lists of areas, and the areas of those in force, as of the current transaction."""

    async def find(self, list_id: UUID, /) -> AreaList | None:
        """Return a list, if it was ever published."""
        ...

    async def in_force(self, scheme: AreaScheme, /) -> AreaList | None:
        """Return the list whose areas are those of the scheme now."""
        ...

    async def codes(self, scheme: AreaScheme, /) -> AbstractSet[str]:
        """Return the codes of all areas of a scheme."""
        ...

    async def lock(self) -> None:
        """Wait until nobody else is publishing a list, and keep others waiting."""
        ...

    async def publish(self, published: AreaList, areas: Sequence[ListedArea], /) -> None:
        """Put a list in force: replace all areas of its scheme, and stage the announcement."""
        ...

    async def page(self, window: Window, /) -> Slice[AreaList]:
        """Return the lists, in the order of their ids."""
        ...

    async def area(self, ref: AreaRef, /) -> ListedArea | None:
        """Return one area of the list in force."""
        ...

    async def areas(self, wanted: AreaFilter, window: Window, /) -> Slice[ListedArea]:
        """Return areas of the list in force, in the order of their codes."""
        ...

    async def lines(self, of: AreaList, *, after: str | None, limit: int) -> Sequence[ListedArea]:
        """Return the next areas of a list after a code; none when it is no longer in force."""
        ...


class Townships(Protocol):
    """The source of a list of areas."""

    @property
    def scheme(self) -> AreaScheme:
        """Return whose codes they are."""
        ...

    @property
    def day(self) -> date:
        """Return the day as of which they hold."""
        ...

    def rows(self) -> Iterable[TownshipRow]:
        """Return one row for each township."""
        ...


class Digest(Protocol):
    """What readers of a list will compute over the bytes they fetched."""

    def __call__(self, areas: Iterable[ListedArea], /) -> str:
        """Return the digest, in hexadecimal."""
        ...
