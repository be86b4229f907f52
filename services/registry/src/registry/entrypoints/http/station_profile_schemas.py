"""What a station houses and runs, as callers send and receive it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import Field, PlainSerializer

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import Day, Name, example, label
from common.stations import CentreKind, OperatingMode, ProjectKind, RoomKind
from registry.domain.station_profile import (
    Operating,
    Premises,
    Project,
    Room,
    SharedCentre,
)

SquareMetres: TypeAlias = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]
ShownSquareMetres: TypeAlias = Annotated[
    Decimal, PlainSerializer(float, return_type=float, when_used="json")
]
Posts: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=1000)]


class RoomBody(Body):
    """A room by what it is for."""

    model_config = example(kind="case_room", floor_area_m2=15.5, name="个案工作室")

    kind: RoomKind
    floor_area_m2: SquareMetres | None = None
    name: Name | None = None


class SharedCentreBody(Body):
    """Another centre under the same roof (一站双中心)."""

    model_config = example(kind="party_service", name="丹东街道党群服务中心")

    kind: CentreKind
    name: Name


class PremisesBody(Body):
    """Floor area, rooms, and who shares them; together they replace what was said."""

    model_config = example(
        floor_area_m2=90,
        rooms=[{"kind": "office", "floor_area_m2": 20}, {"kind": "case_room"}],
        shared_with=[{"kind": "party_service", "name": "丹东街道党群服务中心"}],
    )

    floor_area_m2: SquareMetres | None = None
    rooms: Annotated[list[RoomBody], Field(max_length=50)] = Field(default_factory=list)
    shared_with: Annotated[list[SharedCentreBody], Field(max_length=20)] = Field(
        default_factory=list
    )

    def premises(self) -> Premises:
        """Return what is meant."""
        return Premises(
            floor_area=self.floor_area_m2,
            rooms=tuple(
                Room(kind=room.kind, floor_area=room.floor_area_m2, name=room.name)
                for room in self.rooms
            ),
            shared_with=tuple(
                SharedCentre(kind=centre.kind, name=centre.name) for centre in self.shared_with
            ),
        )


class OperatingBody(Body):
    """How a station is run; `operator_id` is the agency to which it is entrusted."""

    model_config = example(mode="mixed_hiring", county_hired=1, own_hired=2)

    mode: OperatingMode
    operator_id: UUID | None = None
    county_hired: Posts | None = None
    own_hired: Posts | None = None

    def operating(self) -> Operating:
        """Return what is meant."""
        return Operating(
            mode=self.mode,
            operator=self.operator_id,
            county_hired=self.county_hired,
            own_hired=self.own_hired,
        )


class ProjectBody(Body):
    """A project or a brand; one that ended stays in the list."""

    model_config = example(kind="feature", title="益护家园", began_on="2023-05-01", ended_on=None)

    kind: ProjectKind
    title: Name
    began_on: Day
    ended_on: Day | None = None

    def project(self) -> Project:
        """Return what is meant."""
        return Project(
            kind=self.kind, title=self.title, began_on=self.began_on, ended_on=self.ended_on
        )


class RoomView(View):
    """A room by what it is for."""

    kind: RoomKind
    kind_label: str
    floor_area_m2: ShownSquareMetres | None
    name: str | None

    @classmethod
    def of(cls, room: Room, language: Language) -> Self:
        """Show a room to somebody who reads this language."""
        return cls(
            kind=room.kind,
            kind_label=label(room.kind, language),
            floor_area_m2=room.floor_area,
            name=room.name,
        )


class SharedCentreView(View):
    """Another centre under the same roof."""

    kind: CentreKind
    kind_label: str
    name: str

    @classmethod
    def of(cls, centre: SharedCentre, language: Language) -> Self:
        """Show a centre to somebody who reads this language."""
        return cls(kind=centre.kind, kind_label=label(centre.kind, language), name=centre.name)


class OperatingView(View):
    """How a station is run."""

    mode: OperatingMode
    mode_label: str
    operator_id: UUID | None
    county_hired: int | None
    own_hired: int | None

    @classmethod
    def of(cls, operating: Operating | None, language: Language) -> Self | None:
        """Show how it is run, if anybody has said so."""
        if operating is None:
            return None
        return cls(
            mode=operating.mode,
            mode_label=label(operating.mode, language),
            operator_id=operating.operator,
            county_hired=operating.county_hired,
            own_hired=operating.own_hired,
        )


class ProjectView(View):
    """A project or a brand."""

    kind: ProjectKind
    kind_label: str
    title: str
    began_on: date
    ended_on: date | None

    @classmethod
    def of(cls, project: Project, language: Language) -> Self:
        """Show a project to somebody who reads this language."""
        return cls(
            kind=project.kind,
            kind_label=label(project.kind, language),
            title=project.title,
            began_on=project.began_on,
            ended_on=project.ended_on,
        )
