"""Whatever happens to areas, they stay a tree, and every old code can still be read."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DomainError
from common.places import UnknownArea
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.area_history import ChangeKind, Succession, trace
from registry.domain.area_list import LEVELS, AreaKind, AreaUnit, Edition, areas_of
from registry.domain.area_tree import AreaChange, AreaTree
from registry.domain.errors.areas import (
    AreaCodeTaken,
    AreaCycle,
    AreaHasParts,
    AreaLevelsOutOfOrder,
)

FIRST: Final = date(2026, 1, 1)
NBS: Final = AreaScheme.NBS
UNITS: Final = (
    AreaUnit("37", "山东省", AreaKind.PROVINCE, None),
    AreaUnit("3701", "济南市", AreaKind.PREFECTURE, "37"),
    AreaUnit("3712", "莱芜市", AreaKind.PREFECTURE, "37"),
    AreaUnit("370112", "历城区", AreaKind.COUNTY, "3701"),
    AreaUnit("370125", "济阳县", AreaKind.COUNTY, "3701"),
    AreaUnit("371202", "莱城区", AreaKind.COUNTY, "3712"),
    AreaUnit("370125100", "济阳镇", AreaKind.TOWN, "370125"),
    AreaUnit("370125101", "垛石镇", AreaKind.TOWN, "370125"),
    AreaUnit("371202100", "口镇", AreaKind.TOWN, "371202"),
)
CODES: Final = tuple(unit.code for unit in UNITS)
NEW_CODES: Final = tuple(f"9{number}" for number in range(10, 40))

changes = st.builds(
    AreaChange,
    kind=st.sampled_from(list(ChangeKind)),
    code=st.sampled_from(CODES + NEW_CODES[:6]),
    to=st.sampled_from(CODES + NEW_CODES[:12]),
    name=st.none() | st.sampled_from(["甲", "乙", "丙"]),
    effective_on=st.just(FIRST),
)
histories = st.lists(changes, max_size=40)


@dataclass(slots=True)
class Ground:
    """An oracle: for each code, the ground that it stands for, followed step by step.

    A piece of ground is one of the units of the first day; two ways lead from a split.
    """

    pieces: dict[str, set[str]] = field(default_factory=lambda: {code: {code} for code in CODES})

    def follow(self, change: AreaChange) -> None:
        match change.kind:
            case ChangeKind.RECODED | ChangeKind.UPGRADED | ChangeKind.MERGED:
                moved = self.pieces.pop(change.code)
                self.pieces[change.to or ""] = self.pieces.get(change.to or "", set()) | moved
            case ChangeKind.SPLIT:
                self.pieces[change.to or ""] = set(self.pieces[change.code])
            case ChangeKind.CLOSED:
                del self.pieces[change.code]
            case ChangeKind.ESTABLISHED:
                self.pieces[change.code] = set()
            case ChangeKind.RENAMED | ChangeKind.MOVED:
                pass


@dataclass(slots=True)
class Told:
    """Everything that happened: a tree for each day, and what became of codes."""

    trees: list[AreaTree]
    successions: list[Succession]
    ground: Ground


def played(history: list[AreaChange]) -> Told:
    """Apply what can be applied, one change a day, and leave what is refused."""
    told = Told([AreaTree.of(NBS, UNITS)], [], Ground())
    for change in history:
        day = FIRST + timedelta(days=len(told.trees))
        dated = AreaChange(
            kind=change.kind, code=change.code, to=change.to, name=change.name, effective_on=day
        )
        try:
            tree, successions = told.trees[-1].amend(dated)
        except DomainError:
            continue
        told.trees.append(tree)
        told.successions += successions
        told.ground.follow(dated)
    return told


@given(histories)
def test_after_any_changes_the_areas_are_a_tree(history: list[AreaChange]) -> None:
    for tree in played(history).trees:
        areas = areas_of(Edition(scheme=NBS, day=FIRST), tree.units.values())
        by_code = {area.ref.code: area for area in areas}
        assert by_code.keys() == tree.units.keys()
        for area in areas:
            above = by_code[area.parent].ancestors if area.parent else ()
            assert area.ancestors == (*above, area.ref.code)
            levels = [LEVELS.index(by_code[code].level) for code in area.ancestors]
            assert levels == sorted(set(levels))
            assert by_code[area.ancestors[0]].level is AreaLevel.PROVINCE


@given(histories)
def test_a_code_is_used_once(history: list[AreaChange]) -> None:
    told = played(history)
    lives: defaultdict[str, list[bool]] = defaultdict(list)
    for code in told.trees[-1].used:
        lives[code] = [code in tree.units for tree in told.trees]

    for code, is_there in lives.items():
        ends = sum(was and not now for was, now in itertools.pairwise(is_there))
        begins = sum(now and not was for was, now in itertools.pairwise(is_there))
        assert ends + begins <= (1 if code in CODES else 2)


@given(histories)
def test_every_code_of_the_first_day_is_found_today(history: list[AreaChange]) -> None:
    told = played(history)
    today = FIRST + timedelta(days=len(told.trees))

    for code in CODES:
        found = trace([code], told.successions, since=FIRST, until=today)
        expected = {now for now, ground in told.ground.pieces.items() if code in ground}
        assert found.codes == expected
        assert found.codes <= told.trees[-1].units.keys()


@given(histories)
def test_every_code_of_today_is_found_on_the_first_day(history: list[AreaChange]) -> None:
    told = played(history)
    today = FIRST + timedelta(days=len(told.trees))

    for code, ground in told.ground.pieces.items():
        found = trace([code], told.successions, since=today, until=FIRST)
        assert found.codes == ground


@given(histories, st.integers(0, 40))
def test_a_way_in_two_steps_leads_where_the_whole_way_does(
    history: list[AreaChange], middle: int
) -> None:
    told = played(history)
    today = FIRST + timedelta(days=len(told.trees))
    between = FIRST + timedelta(days=min(middle, len(told.trees)))

    for code in CODES:
        half = trace([code], told.successions, since=FIRST, until=between).codes
        rest = trace(half, told.successions, since=between, until=today).codes
        assert rest == trace([code], told.successions, since=FIRST, until=today).codes


def a_change(kind: ChangeKind, code: str, to: str | None = None) -> AreaChange:
    return AreaChange(kind=kind, code=code, to=to, effective_on=FIRST)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (a_change(ChangeKind.RENAMED, "99"), UnknownArea),
        (a_change(ChangeKind.MERGED, "370125", "99"), UnknownArea),
        (a_change(ChangeKind.RECODED, "370125", "370112"), AreaCodeTaken),
        (a_change(ChangeKind.SPLIT, "370125"), UnknownArea),
        (a_change(ChangeKind.MERGED, "370125", "370125"), AreaCycle),
        (a_change(ChangeKind.MERGED, "3701", "370125"), AreaCycle),
        (a_change(ChangeKind.MOVED, "3701", "370125100"), AreaCycle),
        (a_change(ChangeKind.MOVED, "370125", "370112"), AreaLevelsOutOfOrder),
        (a_change(ChangeKind.MERGED, "3712", "370112"), AreaLevelsOutOfOrder),
        (a_change(ChangeKind.CLOSED, "370125"), AreaHasParts),
        (a_change(ChangeKind.ESTABLISHED, "370112", "3701"), AreaCodeTaken),
    ],
)
def test_what_cannot_be_is_refused(change: AreaChange, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        AreaTree.of(NBS, UNITS).amend(change)


def test_the_code_of_what_once_was_is_not_given_again() -> None:
    tree, _ = AreaTree.of(NBS, UNITS).amend(a_change(ChangeKind.RECODED, "370125", "370115"))

    with pytest.raises(AreaCodeTaken):
        tree.amend(a_change(ChangeKind.RECODED, "370112", "370125"))
