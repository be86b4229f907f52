"""From the lines of a table to rows that mean something, or to what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from common.vocabulary import AreaLevel
from registry.domain.cells import CellFlawed, Flaw, FlawCode, flaw_of, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from common.vocabulary import AreaScheme
    from registry.domain.columns import Column
    from registry.domain.mapping import Line

_BY_NAME: Final = ("area_name", "county_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedArea:
    """An area, its name, and the codes of all it lies within and its own."""

    code: str
    name: str
    level: AreaLevel
    ancestors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRow:
    """A row of which every cell could be read."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The rows of a file, and what is wrong with the others."""

    rows: Sequence[ParsedRow]
    flaws: Sequence[Flaw]

    @property
    def flawed(self) -> int:
        """How many rows have flaws."""
        return len({flaw.row for flaw in self.flaws})


class AreaNames:
    """Finds the code of an area by its name, among the areas that an import is about."""

    def __init__(self, areas: Iterable[NamedArea]) -> None:
        self._by_name: Final[dict[str, list[NamedArea]]] = {}
        self._name_of: Final[dict[str, str]] = {}
        for area in areas:
            self._by_name.setdefault(plain(area.name), []).append(area)
            self._name_of[area.code] = plain(area.name)

    def code_of(self, name: str | None, county: str | None) -> str:
        """Return the code of the area of this name, within the county of that name if one is told.

        Without the area's own name the county is meant.

        Raises:
            CellFlawed: No area has the name, or several have.
        """
        found = self._by_name.get(plain(name or county or ""), [])
        if name and county:
            found = [area for area in found if self._lies_in(area, plain(county))]
        if not name:
            found = [area for area in found if area.level is AreaLevel.COUNTY]
        if not found:
            raise CellFlawed(FlawCode.NO_SUCH_AREA_NAME)
        if len(found) > 1:
            raise CellFlawed(FlawCode.AREA_NAME_AMBIGUOUS)
        return found[0].code

    def _lies_in(self, area: NamedArea, county: str) -> bool:
        return any(self._name_of.get(code) == county for code in area.ancestors)


def are_needed(columns: Iterable[str]) -> bool:
    """Tell whether a table says by name where things are."""
    return not set(_BY_NAME).isdisjoint(columns)


def parsed(
    lines: Sequence[Line],
    columns: Sequence[Column],
    *,
    scheme: AreaScheme,
    names: AreaNames | None,
    only_once: Sequence[Callable[[Mapping[str, Any]], Hashable | None]],
) -> Parsed:
    """Read all lines.

    Args:
        lines: The table.
        columns: What the subject has.
        scheme: Whose codes are meant where a row does not say.
        names: The areas, where they are told by name.
        only_once: What only one row of a file may have; what is none does not count.
    """
    rows: list[ParsedRow] = []
    flaws: list[Flaw] = []
    for line in lines:
        wrong, values = _values(line, columns, scheme, names)
        if wrong:
            flaws += wrong
        else:
            rows.append(ParsedRow(number=line.number, values=values))
    for key in only_once:
        rows, repeated = _without_repetitions(rows, key)
        flaws += repeated
    return Parsed(rows=rows, flaws=sorted(flaws, key=lambda flaw: flaw.row))


def _values(
    line: Line, columns: Sequence[Column], scheme: AreaScheme, names: AreaNames | None
) -> tuple[Sequence[Flaw], Mapping[str, Any]]:
    values: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for column in columns:
        try:
            values[column.code] = column.parse(line.cells.get(column.code))
        except CellFlawed as flawed:
            flaws.append(flawed.at(line.number, column.code))
    flawed_columns = {flaw.column for flaw in flaws}
    if "scheme" in values and values["scheme"] is None:
        values["scheme"] = scheme
    if names is not None and values.get("area") is None and "area" not in flawed_columns:
        flaws += _placed(line.number, values, names)
        flawed_columns = {flaw.column for flaw in flaws}
    flaws += [
        flaw_of(FlawCode.REQUIRED, line.number, column.code)
        for column in columns
        if column.is_required
        and values.get(column.code) is None
        and column.code not in flawed_columns
        and not (column.code == "area" and "area_name" in flawed_columns)
    ]
    return flaws, values


def _placed(number: int, values: dict[str, Any], names: AreaNames) -> Sequence[Flaw]:
    name, county = (values.get(code) for code in _BY_NAME)
    if name is None and county is None:
        return []
    try:
        values["area"] = names.code_of(name, county)
    except CellFlawed as flawed:
        return [flawed.at(number, "area_name")]
    return []


def _without_repetitions(
    rows: Sequence[ParsedRow], key: Callable[[Mapping[str, Any]], Hashable | None]
) -> tuple[list[ParsedRow], list[Flaw]]:
    first: dict[Hashable, int] = {}
    kept: list[ParsedRow] = []
    flaws: list[Flaw] = []
    for row in rows:
        told = key(row.values)
        if told is not None and told in first:
            flaws.append(flaw_of(FlawCode.TWICE, row.number, None, {"row": first[told]}))
            continue
        if told is not None:
            first[told] = row.number
        kept.append(row)
    return kept, flaws
