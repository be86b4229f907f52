"""Whatever is planned, opened, moved, merged, split and closed, the stations stay a tree.

The machine keeps a second book of what must be: an oracle of sets and plain dictionaries, which
says of each attempt beforehand whether it may succeed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from common.errors import DomainError
from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, StationTier
from registry.domain.errors.station_tree import ParentCycle
from registry.domain.station import (
    NOBODY,
    ClosureReason,
    Dependants,
    Station,
    StationFact,
    StationId,
    StationStatus,
)
from registry.domain.station_edits import AssignParent, Rename, edit_station
from registry.domain.station_plan import plan_station
from registry.domain.station_tree import Part, Split, merge_stations, refuse_parent, split_station

if TYPE_CHECKING:
    from common.change import Change

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
DAY = date(2026, 2, 1)
PEOPLE = st.sampled_from([NOBODY, NOBODY, NOBODY, Dependants(staff=2), Dependants(postings=1)])
ENDED = {StationStatus.MERGED, StationStatus.CLOSED}
ORDER = [
    StationTier.ROOM,
    StationTier.STATION,
    StationTier.GENERAL_STATION,
    StationTier.CITY_CENTRE,
]
# A city, two counties, four streets: rooms lie in streets, whose villages no list has.
CODES = {
    StationTier.CITY_CENTRE: ["2102"],
    StationTier.GENERAL_STATION: ["210213", "210204"],
    StationTier.STATION: ["210213008", "210213009", "210204008", "210204009"],
    StationTier.ROOM: ["210213008", "210213009", "210204008", "210204009"],
}
LEVELS = {4: AreaLevel.PREFECTURE, 6: AreaLevel.COUNTY, 9: AreaLevel.TOWNSHIP}


def area_of(code: str) -> Area:
    around = {code[:end] for end in (2, 4, 6, 9) if end <= len(code)}
    return Area(
        ref=AreaRef(AreaScheme.NBS, code),
        name=code,
        level=LEVELS[len(code)],
        is_formal=True,
        pool_id=UUID(int=7),
        ancestors=frozenset(around),
    )


def test_a_room_that_came_to_a_station_elsewhere_can_be_split_where_it_is() -> None:
    def planned(number: int, tier: StationTier, code: str, parent: Station | None) -> Station:
        return plan_station(
            StationId(UUID(int=number)),
            tier=tier,
            name="站",
            area=area_of(code),
            planned_on=DAY,
            opened_on=DAY,
            parent=parent,
            at=NOW,
        ).state

    old = planned(1, StationTier.STATION, "210213009", None)
    successor = planned(2, StationTier.STATION, "210213008", None)
    room = planned(3, StationTier.ROOM, "210213009", old)
    _, handed = merge_stations(
        old, successor, children=[room], people=NOBODY, merged_on=DAY, at=NOW
    )
    part = Part(id=StationId(UUID(int=4)), name="分室", area=area_of("210213009"), takes=())

    _, made = split_station(
        handed.state,
        Split(parts=(part,), split_on=DAY, goes_on=True),
        parent=successor,
        children=[],
        people=NOBODY,
        at=NOW,
    )

    assert (made.state.parent, made.state.split_from) == (successor.id, room.id)


class StationTree(RuleBasedStateMachine):
    """Does to a handful of stations whatever comes to mind."""

    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.stations: dict[StationId, Station] = {}
        self.facts: dict[StationId, list[StationFact]] = {}
        self.parents: dict[StationId, StationId | None] = {}
        self.ended: set[StationId] = set()
        self.successor: dict[StationId, StationId] = {}
        self.names: dict[StationId, list[str]] = {}

    # The seven that the machine begins with, so that there is something to hang on.
    @initialize(target=known)
    def there_is_a_small_tree(self) -> object:
        city = self._planned(StationTier.CITY_CENTRE, "2102", None)
        county = self._planned(StationTier.GENERAL_STATION, "210213", city)
        streets = [
            self._planned(StationTier.STATION, code, county) for code in ("210213008", "210213009")
        ]
        rooms = [self._planned(StationTier.ROOM, "210213009", streets[1]) for _ in range(3)]
        return multiple(city, county, *streets, *rooms)

    @rule(
        target=known, tier=st.sampled_from(ORDER), data=st.data(), parent=known, opens=st.booleans()
    )
    def somebody_plans_one(
        self,
        tier: StationTier,
        data: st.DataObject,
        parent: StationId,
        opens: bool,  # noqa: FBT001 - drawn
    ) -> object:
        code = data.draw(st.sampled_from(CODES[tier]))
        above = self.stations[parent]
        may = self._may_stand_under(tier, code, above)
        try:
            refuse_parent(self._lineage(parent), child=None, tier=tier, area=area_of(code))
        except DomainError:
            assert not may
            return multiple()
        assert may
        return self._planned(tier, code, parent, opens=opens)

    @rule(station=known, parent=known)
    def somebody_assigns_a_parent(self, station: StationId, parent: StationId) -> None:
        child = self.stations[station]
        above = self.stations[parent]
        is_cycle = station in self._above(parent)
        may = (
            not is_cycle
            and station not in self.ended
            and self._may_stand_under(child.tier, child.area.code, above)
        )
        try:
            area = area_of(child.area.code)
            refuse_parent(self._lineage(parent), child=station, tier=child.tier, area=area)
            change = edit_station(child, [AssignParent(parent)], since=DAY, at=NOW)
        except DomainError as refusal:
            assert (may, type(refusal) is ParentCycle) == (False, is_cycle)  # noqa: PT017 - both ways
            return
        assert may
        self.parents[station] = parent
        self._take(change)

    @rule(station=known, name=st.sampled_from(["甲站", "乙站"]))
    def somebody_renames_one(self, station: StationId, name: str) -> None:
        try:
            change = edit_station(self.stations[station], [Rename(name)], since=DAY, at=NOW)
        except DomainError:
            assert station in self.ended
            return
        assert station not in self.ended
        if self.names[station][-1] != name:
            self.names[station].append(name)
        self._take(change)

    @rule(station=known, people=PEOPLE)
    def somebody_closes_one(self, station: StationId, people: Dependants) -> None:
        one = self.stations[station]
        below = self._below(station)
        may = one.status is StationStatus.OPEN and not below and people == NOBODY
        try:
            change = one.close(
                closed_on=DAY,
                reason=ClosureReason.OTHER,
                leaves=replace(people, stations=len(below)),
                at=NOW,
            )
        except DomainError:
            assert not may
            return
        assert may
        self.ended.add(station)
        self._take(change)

    @rule(station=known, into=known, people=PEOPLE)
    def somebody_merges_one(self, station: StationId, into: StationId, people: Dependants) -> None:
        one, other = self.stations[station], self.stations[into]
        may = (
            station != into
            and one.tier is other.tier
            and one.status is other.status is StationStatus.OPEN
            and people == NOBODY
        )
        below = self._below(station)
        try:
            changes = merge_stations(
                one,
                other,
                children=[self.stations[child] for child in below],
                people=people,
                merged_on=DAY,
                at=NOW,
            )
        except DomainError:
            assert not may
            return
        assert may
        self.ended.add(station)
        self.successor[station] = into
        self.parents.update(dict.fromkeys(below, into))
        for change in changes:
            self._take(change)

    @rule(target=known, station=known, data=st.data(), goes_on=st.booleans())
    def somebody_splits_one(
        self,
        station: StationId,
        data: st.DataObject,
        goes_on: bool,  # noqa: FBT001 - drawn
    ) -> object:
        one = self.stations[station]
        below = sorted(self._below(station))
        takes = data.draw(st.lists(st.sampled_from(below), unique=True)) if below else []
        part = Part(id=self._new_id(), name="分站", area=area_of(one.area.code), takes=tuple(takes))
        may = one.status is StationStatus.OPEN and (goes_on or len(takes) == len(below))
        parent = self.parents[station]
        try:
            changes = split_station(
                one,
                Split(parts=(part,), split_on=DAY, goes_on=goes_on),
                parent=None if parent is None else self.stations[parent],
                children=[self.stations[child] for child in below],
                people=NOBODY,
                at=NOW,
            )
        except DomainError:
            assert not may
            return multiple()
        assert may
        if not goes_on:
            self.ended.add(station)
        self.parents[part.id] = parent
        self.names[part.id] = [part.name]
        self.parents.update(dict.fromkeys(takes, part.id))
        for change in changes:
            self._take(change)
        assert self.stations[part.id].split_from == station
        return part.id

    @invariant()
    def the_book_and_the_stations_agree(self) -> None:
        for station_id, station in self.stations.items():
            assert station.parent == self.parents[station_id]
            assert (station.status in ENDED) == (station_id in self.ended)
            assert (station.status is StationStatus.MERGED) == (station_id in self.successor)
            assert station.name == self.names[station_id][-1]

    @invariant()
    def who_has_not_ended_stands_under_one_of_the_next_tier_that_has_not_either(self) -> None:
        for station in self.stations.values():
            if station.parent is None or station.status in ENDED:
                continue
            above = self.stations[station.parent]
            assert above.status not in ENDED
            assert ORDER.index(above.tier) == ORDER.index(station.tier) + 1

    @invariant()
    def nobody_stands_above_itself(self) -> None:
        for station_id in self.stations:
            assert len(self._above(station_id)) <= len(ORDER)

    @invariant()
    def a_trail_of_successors_ends(self) -> None:
        for station_id in self.successor:
            seen = [station_id]
            while (after := self.successor.get(seen[-1])) is not None:
                assert after not in seen
                seen.append(after)
            closure = self.stations[station_id].operation
            assert closure is not None
            assert closure.closure is not None
            assert closure.closure.merged_into == self.successor[station_id]

    @invariant()
    def versions_count_the_facts_of_each(self) -> None:
        for station_id, facts in self.facts.items():
            assert [fact.station.version for fact in facts] == list(range(1, len(facts) + 1))
            assert self.stations[station_id].version == len(facts)

    def _planned(
        self, tier: StationTier, code: str, parent: StationId | None, *, opens: bool = True
    ) -> StationId:
        station_id = self._new_id()
        change = plan_station(
            station_id,
            tier=tier,
            name="站",
            area=area_of(code),
            planned_on=DAY - timedelta(days=30),
            opened_on=DAY - timedelta(days=20) if opens else None,
            parent=None if parent is None else self.stations[parent],
            at=NOW,
        )
        self.parents[station_id] = parent
        self.names[station_id] = ["站"]
        self._take(change)
        return station_id

    def _may_stand_under(self, tier: StationTier, code: str, above: Station) -> bool:
        return (
            ORDER.index(above.tier) == ORDER.index(tier) + 1
            and code.startswith(above.area.code)
            and above.id not in self.ended
        )

    def _new_id(self) -> StationId:
        return StationId(UUID(int=len(self.stations) + 1))

    def _below(self, station: StationId) -> list[StationId]:
        return [
            child
            for child, parent in self.parents.items()
            if parent == station and child not in self.ended
        ]

    def _above(self, station: StationId) -> list[StationId]:
        trail = [station]
        while (above := self.parents[trail[-1]]) is not None and len(trail) < 9:
            trail.append(above)
        return trail

    def _lineage(self, station: StationId) -> list[Station]:
        return [self.stations[each] for each in self._above(station)]

    def _take(self, change: Change[Station, StationFact]) -> None:
        self.stations[change.state.id] = change.state
        self.facts.setdefault(change.state.id, []).extend(change.facts)


StationTree.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestStationTree = StationTree.TestCase
