"""A dated list of areas, built from units that name what they are part of.

What a list says is taken as it is: the prefecture rows of municipalities (``市辖区``, ``县``) and
of directly administered counties are prefectures here too, because their codes are in use. Only
where another authority runs a unit, that authority takes the place of the one that the list names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaLevel, AreaScheme, Labelled
from registry.domain.errors.areas import AreaCycle, AreaLevelsOutOfOrder, AreaListedTwice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

POOLS: Final = uuid5(NAMESPACE_URL, "urn:wushe:pool")
LISTS: Final = uuid5(NAMESPACE_URL, "urn:wushe:area-list")

LEVELS: Final = tuple(AreaLevel)


class AreaKind(Labelled):
    """What a unit of a list is; the kinds of one level differ in name and standing."""

    PROVINCE = "province", "省级", "Province"
    PREFECTURE = "prefecture", "地级", "Prefecture"
    COUNTY = "county", "县级", "County"
    SUBDISTRICT = "subdistrict", "街道", "Subdistrict"
    TOWN = "town", "镇", "Town"
    TOWNSHIP = "township", "乡", "Township"
    PSEUDO = "pseudo", "类似乡级单位", "Unit like a township"
    """Zones, farms and prisons, which have a code but no government."""
    VILLAGE = "village", "村（社区）", "Village or community"

    @property
    def level(self) -> AreaLevel:
        """Return how large a unit of this kind is."""
        return _LEVEL_OF_KIND.get(self, AreaLevel.TOWNSHIP)


_LEVEL_OF_KIND: Final = {
    AreaKind.PROVINCE: AreaLevel.PROVINCE,
    AreaKind.PREFECTURE: AreaLevel.PREFECTURE,
    AreaKind.COUNTY: AreaLevel.COUNTY,
    AreaKind.VILLAGE: AreaLevel.VILLAGE,
}
_WITHOUT_GOVERNMENT: Final = frozenset({AreaKind.PSEUDO, AreaKind.VILLAGE})


@dataclass(frozen=True, slots=True)
class AreaUnit:
    """A unit as a list has it; ``parent`` is what the list puts it in, none for a province."""

    code: str
    name: str
    kind: AreaKind
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArea:
    """An area as other services are told of it; ``ancestors`` runs from the province to itself.

    ``parent`` and ``ancestors`` are as administered.
    """

    ref: AreaRef
    name: str
    level: AreaLevel
    is_formal: bool
    parent: str | None
    ancestors: tuple[str, ...]
    pool_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArea(PublishedArea):
    """An area as a list has it; ``located_in`` is the code of what the list puts it in.

    That is the ``parent`` unless another authority runs it.
    """

    kind: AreaKind
    located_in: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which list it is: a scheme as of a day, whole or only what concerns one area.

    ``source`` tells sources of the same day apart.
    """

    scheme: AreaScheme
    day: date
    within: str | None = None
    source: str = ""

    @property
    def list_id(self) -> UUID:
        """Return the id of the list; the same edition always has the same."""
        name = f"{self.scheme}:{self.day.isoformat()}:{self.within or ''}"
        return uuid5(LISTS, f"{name}:{self.source}" if self.source else name)


def areas_of(
    edition: Edition, units: Iterable[AreaUnit], administered: Mapping[str, str] | None = None
) -> tuple[ListedArea, ...]:
    """Return all areas of an edition in the order of their codes.

    A list of one area holds that area, all within it, and what lies above it, so that every parent
    is in the list as well.

    Args:
        edition: Which list it is to be.
        units: What the list has, in any order.
        administered: By the code of a unit, the code of the area whose authority runs it.

    Raises:
        UnknownArea: A unit names a parent that the list does not have, or no unit lies within the
            area that the edition is about.
        AreaListedTwice: Two units have the same code.
        AreaCycle: A unit lies, through others, within itself.
        AreaLevelsOutOfOrder: A unit lies in one that is not above it.
    """
    tree = _Tree(edition.scheme, units, administered or {})
    codes = tree.concerning(edition.within)
    if not codes:
        raise UnknownArea(scheme=edition.scheme, area=edition.within or "")
    return tuple(tree.area(code) for code in sorted(codes))


@cache
def pool_of(code: str) -> UUID:
    """Return the pool of a prefecture, or of a province for what belongs to no prefecture.

    Codes of prefectures are those of GB/T 2260 in both lists, and so a place has one pool
    whichever list somebody uses.
    """
    return uuid5(POOLS, f"{AreaScheme.NBS}:{code}")


def unit_of(area: ListedArea) -> AreaUnit:
    """Return an area as its list has it."""
    return AreaUnit(area.ref.code, area.name, area.kind, area.located_in)


class _Tree:
    """Units with the chains of what they lie in, each found once."""

    def __init__(
        self, scheme: AreaScheme, units: Iterable[AreaUnit], administered: Mapping[str, str]
    ) -> None:
        self._scheme: Final = scheme
        self._units: Final[dict[str, AreaUnit]] = {}
        for unit in units:
            if unit.code in self._units:
                raise AreaListedTwice(scheme=scheme, area=unit.code)
            self._units[unit.code] = unit
        self._run_by: Final = {code: by for code, by in administered.items() if code in self._units}
        self._chains: Final[dict[str, tuple[str, ...]]] = {}

    def concerning(self, within: str | None) -> Collection[str]:
        """Return the codes that a list about an area has, everything for none."""
        chains = {code: self._chain(code) for code in self._units}
        if within is None:
            return chains.keys()
        # What somebody else runs is in the list of the place that it is in as well.
        tops = {within, *(code for code in self._run_by if within in self._chain_of_place(code))}
        parts = {code for code, chain in chains.items() if not tops.isdisjoint(chain)}
        return {code for part in parts for code in (*chains[part], *self._chain_of_place(part))}

    def area(self, code: str) -> ListedArea:
        unit, chain = self._units[code], self._chain(code)
        return ListedArea(
            ref=AreaRef(self._scheme, code),
            name=unit.name,
            level=unit.kind.level,
            is_formal=unit.kind not in _WITHOUT_GOVERNMENT,
            parent=self._parent(unit),
            ancestors=chain,
            pool_id=pool_of(chain[min(1, len(chain) - 1)]),
            kind=unit.kind,
            located_in=unit.parent,
        )

    def _chain_of_place(self, code: str) -> tuple[str, ...]:
        parent = self._units[code].parent
        return () if parent is None else self._chain(parent)

    def _parent(self, unit: AreaUnit) -> str | None:
        return self._run_by.get(unit.code, unit.parent)

    def _chain(self, code: str) -> tuple[str, ...]:
        known = self._chains.get(code)
        if known is None:
            for each in reversed(self._path_up(code)):
                parent = self._parent(self._units[each])
                above = self._chains[parent] if parent is not None else ()
                self._chains[each] = known = (*above, each)
        assert known is not None, "a path begins with the code itself"
        return known

    def _path_up(self, code: str) -> list[str]:
        """Return a code and what lies above it, as far as no chain is known yet."""
        path: list[str] = []
        at: str | None = code
        while at is not None and at not in self._chains:
            if at in path:
                raise AreaCycle(scheme=self._scheme, area=code)
            if at not in self._units:
                raise UnknownArea(scheme=self._scheme, area=at)
            path.append(at)
            at = self._parent(self._units[at])
        for lower, upper in zip(path, [*path[1:], *([at] if at is not None else [])], strict=False):
            self._refuse_disorder(lower, upper)
        return path

    def _refuse_disorder(self, lower: str, upper: str) -> None:
        above = LEVELS.index(self._units[upper].kind.level)
        if above >= LEVELS.index(self._units[lower].kind.level):
            raise AreaLevelsOutOfOrder(scheme=self._scheme, area=lower, parent=upper)


def retired(area: ListedArea, heirs: Iterable[ListedArea]) -> ListedArea | None:
    """Return what a code that is used no longer stands for: a part of what its heirs share.

    So everything that was entered under the old code is found by whoever is in charge of it now.
    It is not formal, and counts nowhere.
    """
    chains = [heir.ancestors for heir in heirs]
    if not chains:
        return None
    shared: list[str] = []
    for codes in zip(*chains, strict=False):
        if len(set(codes)) > 1:
            break
        shared.append(codes[0])
    chain = (*shared, area.ref.code)
    return replace(
        area,
        is_formal=False,
        parent=shared[-1] if shared else None,
        located_in=shared[-1] if shared else None,
        ancestors=chain,
        pool_id=pool_of(chain[min(1, len(chain) - 1)]),
    )
