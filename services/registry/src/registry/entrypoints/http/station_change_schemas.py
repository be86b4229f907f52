"""What callers send to change a station, to merge and to split."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.http.places import Code
from common.http.schemas import Body
from common.http.words import ChosenId, Day, Flag, Name, example
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.edit_station import EditStation
from registry.app.join_stations import MergeStation, PartWanted, SplitStation
from registry.domain.station import StationId
from registry.domain.station_edits import (
    AssignParent,
    Edit,
    Furnish,
    KeepHours,
    Operate,
    Rename,
    RunProjects,
)
from registry.domain.station_profile import Whereabouts
from registry.entrypoints.http.hours_schemas import HoursBody
from registry.entrypoints.http.position_schemas import Address, PositionBody
from registry.entrypoints.http.station_profile_schemas import (
    OperatingBody,
    PremisesBody,
    ProjectBody,
)


class BuildingToBegin(Body):
    """The day on which the premises began to be made ready."""

    model_config = example(building_on="2024-04-01")

    building_on: Day


class AreaBody(Body):
    """An area by its code in a list."""

    model_config = example(scheme="nbs", area="210213009")

    scheme: AreaScheme
    area: Code

    def ref(self) -> AreaRef:
        """Return the area that is meant."""
        return AreaRef(self.scheme, self.area)


class StationToChange(Body):
    """What is otherwise from a day on; what is not sent stays.

    `parent_id` and `operating` may be null: then nobody stands above, and nothing is known of how
    it is run.
    """

    model_config = example(
        since="2025-03-01",
        name="先进街道社会工作站",
        operating={"mode": "added_posts"},
    )

    since: Day
    name: Name | None = None
    area: AreaBody | None = None
    parent_id: UUID | None = None
    operating: OperatingBody | None = None

    def command(self, station_id: UUID, seen: int | None) -> EditStation:
        """Return what is to be done."""
        return EditStation(
            station_id=StationId(station_id),
            since=self.since,
            edits=tuple(self._edits()),
            area=self.area.ref() if self.area else None,
            seen=seen,
        )

    def _edits(self) -> Iterator[Edit]:
        if self.name is not None:
            yield Rename(self.name)
        if "parent_id" in self.model_fields_set:
            yield AssignParent(None if self.parent_id is None else StationId(self.parent_id))
        if "operating" in self.model_fields_set:
            yield Operate(self.operating.operating() if self.operating else None)


class WhereaboutsBody(Body):
    """The door of a station; without a position nobody measures a distance to it."""

    model_config = example(
        address="先进街道向应路1号",
        position={"longitude": 121.7243, "latitude": 39.0631, "datum": "gcj02"},
    )

    address: Address | None = None
    position: PositionBody | None = None

    def whereabouts(self) -> Whereabouts:
        """Return what is meant."""
        return Whereabouts(
            address=self.address, stated=self.position.stated() if self.position else None
        )


class ProfileToKeep(Body):
    """What a station houses and runs, from a day on; each part that is sent replaces what was."""

    model_config = example(
        since="2025-03-01",
        premises={"floor_area_m2": 90, "rooms": [{"kind": "office", "floor_area_m2": 20}]},
        projects=[{"kind": "feature", "title": "益护家园", "began_on": "2023-05-01"}],
    )

    since: Day
    whereabouts: WhereaboutsBody | None = None
    premises: PremisesBody | None = None
    hours: HoursBody | None = None
    projects: Annotated[list[ProjectBody] | None, Field(max_length=100)] = None

    def command(self, station_id: UUID, seen: int | None) -> EditStation:
        """Return what is to be done."""
        return EditStation(
            station_id=StationId(station_id),
            since=self.since,
            edits=tuple(self._edits()),
            whereabouts=self.whereabouts.whereabouts() if self.whereabouts else None,
            seen=seen,
        )

    def _edits(self) -> Iterator[Edit]:
        if self.premises is not None:
            yield Furnish(self.premises.premises())
        if self.hours is not None:
            yield KeepHours(self.hours.hours())
        if self.projects is not None:
            yield RunProjects(tuple(project.project() for project in self.projects))


class StationToMerge(Body):
    """The station that takes over, and the day on which it does."""

    model_config = example(into="0192d3c4-5b6a-7890-8abc-def012345679", merged_on="2025-12-31")

    into: UUID
    merged_on: Day

    def command(self, station_id: UUID, seen: int | None) -> MergeStation:
        """Return what is to be done."""
        return MergeStation(
            station_id=StationId(station_id),
            into=StationId(self.into),
            merged_on=self.merged_on,
            seen=seen,
        )


class PartBody(Body):
    """A station that comes out of another one; `takes` are stations below that go with it."""

    model_config = example(name="先进街道北站", scheme="nbs", area="210213008", takes=[])

    id: ChosenId = None
    name: Name
    scheme: AreaScheme
    area: Code
    takes: Annotated[list[UUID], Field(max_length=500)] = Field(default_factory=list)

    def wanted(self) -> PartWanted:
        """Return what is meant."""
        return PartWanted(
            id=self.id,
            name=self.name,
            area=AreaRef(self.scheme, self.area),
            takes=tuple(map(StationId, self.takes)),
        )


class StationToSplit(Body):
    """The parts that become stations of their own; `goes_on` tells whether the whole stays too."""

    model_config = example(
        split_on="2025-12-31",
        goes_on=True,
        parts=[{"name": "先进街道北站", "scheme": "nbs", "area": "210213008", "takes": []}],
    )

    split_on: Day
    goes_on: Flag
    parts: Annotated[list[PartBody], Field(min_length=1, max_length=20)]

    def command(self, station_id: UUID, seen: int | None) -> SplitStation:
        """Return what is to be done."""
        return SplitStation(
            station_id=StationId(station_id),
            parts=tuple(part.wanted() for part in self.parts),
            split_on=self.split_on,
            goes_on=self.goes_on,
            seen=seen,
        )
