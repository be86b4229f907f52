"""What use cases ask of the lists of areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.vocabulary import AreaLevel, AreaScheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from common.paging import Slice, Window
    from common.places import Area, AreaRef
    from registry.domain.area_list import ListedArea, TownshipRow


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
