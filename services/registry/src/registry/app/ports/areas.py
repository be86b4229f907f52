"""What use cases ask of the lists of areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.area_list import ListedArea

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from common.paging import Slice, Window
    from common.places import Area, AreaRef, Position
    from registry.domain.administration import Administration
    from registry.domain.area_history import Succession
    from registry.domain.area_list import AreaUnit, PublishedArea
    from registry.domain.coverage_base import Tally


class Areas(Protocol):
    """The lists of areas in force."""

    async def find(self, ref: AreaRef, /) -> Area:
        """Return an area, or raise ``UnknownArea`` or ``AreasNotReady``."""
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
    """Which areas are wanted; what is none does not matter.

    ``q`` is what somebody types who looks for a name: Chinese characters in it, or the beginning
    of its pinyin or of the initials of that.
    """

    scheme: AreaScheme
    within: str | None = None
    level: AreaLevel | None = None
    is_formal: bool | None = None
    name: str | None = None
    q: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedArea:
    """An area, how its name is read, and from when until when all of this is so."""

    area: ListedArea
    pinyin: str
    initials: str
    valid_from: date
    valid_until: date | None


class AreaLists(Protocol):
    """The lists of areas, and the areas of those in force, as of the current transaction."""

    async def find(self, list_id: UUID, /) -> AreaList | None:
        """Return a list, if it was ever published."""
        ...

    async def in_force(self, scheme: AreaScheme, /) -> AreaList | None:
        """Return the list whose areas are those of the scheme now."""
        ...

    async def lock(self) -> None:
        """Wait until nobody else is publishing a list, and keep others waiting."""
        ...

    async def publish(self, published: AreaList, areas: Sequence[PublishedArea], /) -> None:
        """Put a list in force: replace all areas of its scheme, and stage the announcement."""
        ...

    async def page(self, window: Window, /) -> Slice[AreaList]:
        """Return the lists, in the order of their ids."""
        ...

    async def lines(
        self, of: AreaList, *, after: str | None, limit: int
    ) -> Sequence[PublishedArea]:
        """Return the next areas of a list after a code; none when it is no longer in force."""
        ...


class AreaRecords(Protocol):
    """Areas as they were on any day since the first list, as of the current transaction."""

    async def keep(self, scheme: AreaScheme, day: date, areas: Sequence[ListedArea], /) -> None:
        """Take areas for those of a scheme from a day on; what is as before goes on."""
        ...

    async def units(self, scheme: AreaScheme, /) -> Sequence[AreaUnit]:
        """Return everything that there is now, as lists have it."""
        ...

    async def retired(self, scheme: AreaScheme, /) -> Sequence[RecordedArea]:
        """Return what there was once and is no longer, by code, as it was last."""
        ...

    async def latest(self, scheme: AreaScheme, /) -> date | None:
        """Return the last day on which anything changed."""
        ...

    async def area(self, ref: AreaRef, as_of: date | None, /) -> RecordedArea | None:
        """Return an area as it was on a day, or as it is."""
        ...

    async def many(
        self, scheme: AreaScheme, codes: Collection[str], as_of: date | None, /
    ) -> Mapping[str, RecordedArea]:
        """Return those areas of these codes that there were on a day, or are."""
        ...

    async def areas(self, wanted: AreaFilter, window: Window, /) -> Slice[RecordedArea]:
        """Return areas as they were on a day, or as they are, in the order of their codes."""
        ...

    async def tally(self, ref: AreaRef, as_of: date | None, /) -> Tally:
        """Return how many units of the township level have to do with an area."""
        ...

    async def edition(self, scheme: AreaScheme, as_of: date | None, /) -> date | None:
        """Return the day of the list that was, or is, the newest; none before the first."""
        ...

    async def earliest(self, scheme: AreaScheme, /) -> date | None:
        """Return the day of the first list."""
        ...


class Administrations(Protocol):
    """Who runs what lies elsewhere, as of the current transaction."""

    async def note(self, administrations: Iterable[Administration], /) -> None:
        """Keep administrations; one that began before, on the same day, is replaced."""
        ...

    async def seed(self, administrations: Iterable[Administration], /) -> None:
        """Keep administrations unless something about the same area and day is kept already."""
        ...

    async def of_scheme(self, scheme: AreaScheme, /) -> Sequence[Administration]:
        """Return all of a scheme, in the order of codes and days."""
        ...


class Successions(Protocol):
    """What became of codes, as of the current transaction."""

    async def add(self, successions: Iterable[Succession], /) -> None:
        """Keep successions; those that are known already stay."""
        ...

    async def of_scheme(self, scheme: AreaScheme, /) -> Sequence[Succession]:
        """Return all of a scheme, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounding:
    """The area whose border surrounds a position; its code is of the day of the borders."""

    code: str
    name: str
    drawn_on: date
    is_near_border: bool


class Borders(Protocol):
    """Where areas end, as far as that is known."""

    async def around(self, position: Position, /) -> Surrounding | None:
        """Return the smallest area around a position, if the borders of one are known."""
        ...


class AreaSource(Protocol):
    """A list of areas that can be put in force."""

    @property
    def scheme(self) -> AreaScheme:
        """Return whose codes they are."""
        ...

    @property
    def day(self) -> date:
        """Return the day as of which they hold."""
        ...

    @property
    def name(self) -> str:
        """Return what tells it from other lists of the same day."""
        ...

    def units(self) -> Iterable[AreaUnit]:
        """Return everything in the list.

        Raises:
            AreaRowUnreadable: It has a row that says nothing.
        """
        ...


class AreaSources(Protocol):
    """Where lists of areas come from."""

    def packaged(self, scheme: AreaScheme, /) -> AreaSource:
        """Return the list that comes with this service."""
        ...

    def file(self, path: Path, *, scheme: AreaScheme, day: date) -> AreaSource:
        """Return the list in somebody's file."""
        ...

    def administrations(self, scheme: AreaScheme, /) -> Iterable[Administration]:
        """Return what comes with this service about who runs what."""
        ...

    def successions(self, scheme: AreaScheme, /) -> Iterable[Succession]:
        """Return what comes with this service about what became of codes."""
        ...


class Digest(Protocol):
    """What readers of a list will compute over the bytes they fetched."""

    def __call__(self, areas: Iterable[PublishedArea], /) -> str:
        """Return the digest, in hexadecimal."""
        ...
