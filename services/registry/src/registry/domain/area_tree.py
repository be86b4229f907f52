"""A list of areas that changes one dated document at a time.

Units are renamed, get other codes, are merged, split, moved, closed and established. A code is
used once: what it once meant stays what it meant, so old papers can still be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from common.places import UnknownArea
from common.vocabulary import AreaScheme
from registry.domain.area_history import ChangeKind, Succession
from registry.domain.area_list import LEVELS, AreaUnit
from registry.domain.errors.areas import (
    AreaCodeTaken,
    AreaCycle,
    AreaHasParts,
    AreaLevelsOutOfOrder,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """One line of a document about areas.

    ``to`` is the other code that it names: the new one (recoded, upgraded, split), the one that
    takes it in (merged), or the parent (moved, established). ``name`` is the new name, where there
    is one; what gets none keeps its own.
    """

    kind: ChangeKind
    code: str
    effective_on: date
    to: str | None = None
    name: str | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class AreaTree:
    """The units that there are by code, and every code that was ever used."""

    scheme: AreaScheme
    units: Mapping[str, AreaUnit]
    used: frozenset[str]

    @classmethod
    def of(
        cls, scheme: AreaScheme, units: Iterable[AreaUnit], used: Iterable[str] = ()
    ) -> AreaTree:
        """Return the tree of some units; ``used`` are codes of others that once were."""
        by_code = {unit.code: unit for unit in units}
        return cls(scheme, by_code, frozenset((*by_code, *used)))

    def amend(self, change: AreaChange, *, turn: int = 0) -> tuple[AreaTree, list[Succession]]:
        """Return the tree after a change, and what it made of codes.

        Raises:
            UnknownArea: There is no unit with a code that should have one.
            AreaCodeTaken: The new code is, or was, another unit's.
            AreaCycle: A unit would lie within itself, or be merged into itself.
            AreaLevelsOutOfOrder: A unit would lie in one that is not above it.
            AreaHasParts: What is to be closed has parts, and nobody says what becomes of them.
        """
        steps = {
            ChangeKind.RENAMED: self._renamed,
            ChangeKind.RECODED: self._recoded,
            ChangeKind.UPGRADED: self._recoded,
            ChangeKind.MERGED: self._merged,
            ChangeKind.SPLIT: self._split,
            ChangeKind.MOVED: self._moved,
            ChangeKind.CLOSED: self._closed,
            ChangeKind.ESTABLISHED: self._established,
        }
        units, pairs = steps[change.kind](change)
        amended = AreaTree(self.scheme, units, self.used | units.keys())
        return amended, [self._succession(change, pair, units, turn) for pair in pairs]

    def refuse_unknown(self, code: str) -> None:
        """Make sure that there is a unit with a code.

        Raises:
            UnknownArea: There is none.
        """
        self._unit(code)

    def _renamed(self, change: AreaChange) -> _Step:
        unit = self._unit(change.code)
        renamed = replace(unit, name=change.name or unit.name)
        return {**self.units, unit.code: renamed}, [(unit.code, unit.code)]

    def _recoded(self, change: AreaChange) -> _Step:
        unit, code = self._unit(change.code), self._free(change)
        units = {each.code: each for each in self._adopted(unit.code, code)}
        del units[unit.code]
        units[code] = replace(unit, code=code, name=change.name or unit.name)
        return units, [(unit.code, code)]

    def _merged(self, change: AreaChange) -> _Step:
        unit, into = self._unit(change.code), self._unit(change.to)
        self._refuse_cycle(unit.code, into.code)
        if into.kind.level is not unit.kind.level and self._has_parts(unit.code):
            raise AreaLevelsOutOfOrder(scheme=self.scheme, area=unit.code, parent=into.code)
        units = {each.code: each for each in self._adopted(unit.code, into.code)}
        del units[unit.code]
        return units, [(unit.code, into.code)]

    def _split(self, change: AreaChange) -> _Step:
        unit, code = self._unit(change.code), self._free(change)
        new = replace(unit, code=code, name=change.name or unit.name)
        return {**self.units, code: new}, [(unit.code, unit.code), (unit.code, code)]

    def _moved(self, change: AreaChange) -> _Step:
        unit, parent = self._unit(change.code), self._unit(change.to)
        self._refuse_cycle(unit.code, parent.code)
        self._refuse_disorder(unit, parent)
        return {**self.units, unit.code: replace(unit, parent=parent.code)}, []

    def _closed(self, change: AreaChange) -> _Step:
        unit = self._unit(change.code)
        if self._has_parts(unit.code):
            raise AreaHasParts(scheme=self.scheme, area=unit.code)
        units = {code: each for code, each in self.units.items() if code != unit.code}
        return units, [(unit.code, None)]

    def _established(self, change: AreaChange) -> _Step:
        parent, sibling = self._unit(change.to), None
        sibling = next((each for each in self.units.values() if each.parent == parent.code), None)
        if sibling is None:
            raise UnknownArea(scheme=self.scheme, area=change.code)
        if change.code in self.used:
            raise AreaCodeTaken(scheme=self.scheme, area=change.code)
        new = replace(sibling, code=change.code, name=change.name or change.code)
        return {**self.units, change.code: new}, [(None, change.code)]

    def _unit(self, code: str | None) -> AreaUnit:
        if code is None or code not in self.units:
            raise UnknownArea(scheme=self.scheme, area=code or "")
        return self.units[code]

    def _free(self, change: AreaChange) -> str:
        if change.to is None:
            raise UnknownArea(scheme=self.scheme, area="")
        if change.to in self.used:
            raise AreaCodeTaken(scheme=self.scheme, area=change.to)
        return change.to

    def _adopted(self, code: str, by: str) -> Iterable[AreaUnit]:
        for each in self.units.values():
            yield replace(each, parent=by) if each.parent == code else each

    def _has_parts(self, code: str) -> bool:
        return any(each.parent == code for each in self.units.values())

    def _refuse_cycle(self, code: str, other: str) -> None:
        at: str | None = other
        while at is not None:
            if at == code:
                raise AreaCycle(scheme=self.scheme, area=code)
            at = self.units[at].parent

    def _refuse_disorder(self, unit: AreaUnit, parent: AreaUnit) -> None:
        if LEVELS.index(parent.kind.level) >= LEVELS.index(unit.kind.level):
            raise AreaLevelsOutOfOrder(scheme=self.scheme, area=unit.code, parent=parent.code)

    def _succession(
        self,
        change: AreaChange,
        pair: tuple[str | None, str | None],
        after: Mapping[str, AreaUnit],
        turn: int,
    ) -> Succession:
        old, new = pair
        return Succession(
            scheme=self.scheme,
            effective_on=change.effective_on,
            kind=change.kind,
            old=old,
            old_name=self.units[old].name if old else None,
            new=new,
            new_name=after[new].name if new else None,
            document=change.document,
            turn=turn,
        )


_Step = tuple[dict[str, AreaUnit], list[tuple[str | None, str | None]]]
