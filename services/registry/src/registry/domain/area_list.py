"""A dated list of areas, built from rows that name a township and everything above it.

The source has one row per township; provinces, prefectures and counties exist only as columns.
What they say is taken as it is: the prefecture rows of municipalities (``市辖区``, ``县``) and of
directly administered counties are prefectures here too, because their codes are in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaLevel, AreaScheme

if TYPE_CHECKING:
    from collections.abc import Iterable

POOLS: Final = uuid5(NAMESPACE_URL, "urn:wushe:pool")
LISTS: Final = uuid5(NAMESPACE_URL, "urn:wushe:area-list")

LEVELS: Final = (AreaLevel.PROVINCE, AreaLevel.PREFECTURE, AreaLevel.COUNTY, AreaLevel.TOWNSHIP)

PSEUDO: Final = "pseudo"
"""The source's kind of zones, farms and prisons, which have a code but no government."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipRow:
    """One row of the source."""

    code: str
    name: str
    kind: str
    county_code: str
    county: str
    prefecture_code: str
    prefecture: str
    province_code: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArea:
    """An area as a list has it; ``ancestors`` runs from the province to the area itself."""

    ref: AreaRef
    name: str
    level: AreaLevel
    is_formal: bool
    parent: str | None
    ancestors: tuple[str, ...]
    pool_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which list it is: a scheme as of a day, whole or only what concerns one area."""

    scheme: AreaScheme
    day: date
    within: str | None = None

    @property
    def list_id(self) -> UUID:
        """Return the id of the list; the same edition always has the same."""
        return uuid5(LISTS, f"{self.scheme}:{self.day.isoformat()}:{self.within or ''}")


def areas_of(edition: Edition, rows: Iterable[TownshipRow]) -> tuple[ListedArea, ...]:
    """Return all areas of an edition in the order of their codes.

    A list of one area holds that area, all within it, and what lies above it, so that every parent
    is in the list as well.

    Raises:
        UnknownArea: No row lies within the area that the edition is about.
    """
    areas: dict[str, ListedArea] = {}
    for row in rows:
        codes = _codes_of(row)
        if edition.within is None or edition.within in codes:
            for depth, code in enumerate(codes):
                if code not in areas:
                    areas[code] = _area_at(depth, row, edition.scheme)
    if not areas:
        raise UnknownArea(scheme=edition.scheme, area=edition.within or "")
    return tuple(areas[code] for code in sorted(areas))


def pool_of(scheme: AreaScheme, code: str) -> UUID:
    """Return the pool of a prefecture, or of a province for what belongs to no prefecture."""
    return uuid5(POOLS, f"{scheme}:{code}")


def _codes_of(row: TownshipRow) -> tuple[str, str, str, str]:
    return (row.province_code, row.prefecture_code, row.county_code, row.code)


def _area_at(depth: int, row: TownshipRow, scheme: AreaScheme) -> ListedArea:
    codes = _codes_of(row)
    names = (row.province, row.prefecture, row.county, row.name)
    level = LEVELS[depth]
    return ListedArea(
        ref=AreaRef(scheme, codes[depth]),
        name=names[depth],
        level=level,
        is_formal=level is not AreaLevel.TOWNSHIP or row.kind != PSEUDO,
        parent=codes[depth - 1] if depth else None,
        ancestors=codes[: depth + 1],
        pool_id=pool_of(scheme, codes[min(depth, 1)]),
    )
