"""What became of the codes of areas: renamed, given another code, merged, split, closed.

A succession says what one code became on one day. Whoever knows them all can say what a code of
any day is today, or was on any other day; that is how a station keeps its place when the county
around it becomes a district.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from common.vocabulary import AreaScheme, Labelled
from registry.domain.area_list import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from registry.domain.area_list import AreaUnit

_SUCCESSIONS: Final = uuid5(NAMESPACE_URL, "urn:wushe:area-succession")


class ChangeKind(Labelled):
    """What happens to a code."""

    RENAMED = "renamed", "更名", "Renamed"
    RECODED = "recoded", "改码", "Given another code"
    UPGRADED = "upgraded", "撤设（县改区、县改市等）", "Made another kind of area"
    MERGED = "merged", "并入", "Merged into another area"
    SPLIT = "split", "析置", "Split: a new area beside it"
    MOVED = "moved", "划转", "Moved under another area"
    CLOSED = "closed", "撤销", "Closed without successor"
    ESTABLISHED = "established", "新设", "Established"


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """What a code became on a day; without the one it is new, without the other it ended.

    Successions of one ``turn`` of a day happen at once, turns one after the other. Where only the
    year is known, the day is its last: yearly lists are of that day.
    """

    scheme: AreaScheme
    effective_on: date
    kind: ChangeKind
    old: str | None
    old_name: str | None
    new: str | None
    new_name: str | None
    document: str
    turn: int = 0
    is_day_known: bool = True

    @property
    def id(self) -> UUID:
        """Return the id of the succession; told again, it is the same."""
        day = self.effective_on.isoformat()
        what = f"{day}:{self.turn}:{self.old or ''}:{self.new or ''}:{self.new_name or ''}"
        return uuid5(_SUCCESSIONS, f"{self.scheme}:{what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What codes are on another day, and what happened to them on the way.

    ``ended`` are those of which nothing says what they became, or what they had been before.
    """

    codes: frozenset[str]
    ended: frozenset[str]
    passed: tuple[Succession, ...]


def trace(
    codes: Iterable[str], successions: Iterable[Succession], *, since: date, until: date
) -> Traced:
    """Return what codes of one day are on another day, before or after it.

    What takes effect on a day is so on that day. A split leaves the old code where it is and adds
    the new one, both ways of looking; a merger looked at from its end has several beginnings, and
    what others were merged into was there before, unless something says that it was new.
    """
    is_back = until < since
    first, last = min(since, until), max(since, until)
    inside = [each for each in successions if first < each.effective_on <= last]
    inside.sort(key=_moment, reverse=is_back)
    found, ended, passed = frozenset(codes), frozenset[str](), list[Succession]()
    for _, together in groupby(inside, key=_moment):
        edges = [_edge(each, is_back=is_back) for each in together]
        met = [(code, to, each) for code, to, each in edges if code is not None and code in found]
        passed += [each for _, _, each in met]
        left = {code for code, _, each in met if not is_back or each.kind is not ChangeKind.MERGED}
        reached = {to for _, to, _ in met if to is not None}
        ended |= left - {code for code, to, _ in met if to is not None}
        found = (found - left) | reached
    return Traced(codes=found, ended=ended, passed=tuple(passed))


def _moment(each: Succession) -> tuple[date, int]:
    return each.effective_on, each.turn


def _edge(each: Succession, *, is_back: bool) -> tuple[str | None, str | None, Succession]:
    return (each.new, each.old, each) if is_back else (each.old, each.new, each)


def successions_between(
    before: Sequence[AreaUnit],
    after: Sequence[AreaUnit],
    known: Sequence[Succession],
    *,
    scheme: AreaScheme,
    since: date,
    on: date,
) -> Iterator[Succession]:
    """Yield what a later list implies and nobody has told: other names, other codes.

    A code that is gone became the unit with its name, or with its name but for the ending (乡, 镇,
    街道), in what its parent became; of others the list does not tell. A code whose name is
    found under another code beside it went there, and is another unit's now.
    """
    told = {each.old for each in known if since < each.effective_on <= on}
    live = {unit.code: unit for unit in after}
    was = {unit.code: unit for unit in before}
    by_name = _by_place(after, lambda name: name)
    by_stem = _by_place(after, _stem)
    became: dict[str, frozenset[str]] = {}
    for unit in sorted(before, key=lambda unit: LEVELS.index(unit.kind.level)):
        parents = became.get(unit.parent or "", frozenset())
        now = live.get(unit.code)
        if unit.code in told:
            traced = trace([unit.code], known, since=since, until=on).codes
            became[unit.code] = frozenset(traced & live.keys()) or parents
            continue
        if now is not None and now.name == unit.name:
            became[unit.code] = frozenset({unit.code})
            continue
        heir = _heir(unit, parents, was, by_name, by_stem) or now
        became[unit.code] = parents if heir is None else frozenset({heir.code})
        if heir is not None:
            yield Succession(
                scheme=scheme,
                effective_on=on,
                kind=ChangeKind.RENAMED if heir.code == unit.code else ChangeKind.RECODED,
                old=unit.code,
                old_name=unit.name,
                new=heir.code,
                new_name=heir.name,
                document="",
            )


def _heir(
    unit: AreaUnit,
    parents: Collection[str],
    was: Mapping[str, AreaUnit],
    by_name: Mapping[tuple[str, str], AreaUnit],
    by_stem: Mapping[tuple[str, str], AreaUnit],
) -> AreaUnit | None:
    for parent in parents:
        for found in (by_name.get((parent, unit.name)), by_stem.get((parent, _stem(unit.name)))):
            # What had this name before is itself.
            if found is not None and (found.code not in was or was[found.code].name != found.name):
                return found
    return None


def _by_place(
    units: Iterable[AreaUnit], key: Callable[[str], str]
) -> Mapping[tuple[str, str], AreaUnit]:
    """Return the units by parent and key; those that share both are none."""
    found: dict[tuple[str, str], AreaUnit] = {}
    twice: set[tuple[str, str]] = set()
    for unit in units:
        place = (unit.parent or "", key(unit.name))
        if place in found:
            twice.add(place)
        found[place] = unit
    return {place: unit for place, unit in found.items() if place not in twice}


def _stem(name: str) -> str:
    return next((name.removesuffix(each) for each in _ENDINGS if name.endswith(each)), name)


_ENDINGS: Final = ("街道", "镇", "乡", "苏木", "自治县", "县", "区", "市")
