"""Stations as callers send and receive them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.batches import Attempted
from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import MOST_AT_ONCE, ChosenId, Day, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme, StationTier
from registry.app.plan_stations import PlanStation
from registry.domain.station import ClosureReason, Station, StationStatus

_XIANJIN = {
    "tier": "station",
    "name": "先进街道社工站",
    "scheme": "nbs",
    "area": "210213009",
    "planned_on": "2024-03-01",
    "opened_on": "2024-06-18",
}


class StationToPlan(Body):
    """A station to be built; with `opened_on` it serves already."""

    model_config = example(**_XIANJIN)

    id: ChosenId = None
    tier: StationTier
    name: Name
    scheme: AreaScheme
    area: Code
    planned_on: Day
    opened_on: Day | None = None

    def command(self) -> PlanStation:
        """Return what is to be done."""
        return PlanStation(
            id=self.id,
            tier=self.tier,
            name=self.name,
            area=AreaRef(self.scheme, self.area),
            planned_on=self.planned_on,
            opened_on=self.opened_on,
        )


class StationsToPlan(Body):
    """Up to 500 stations; each is decided on its own."""

    model_config = example(stations=[_XIANJIN])

    stations: Annotated[
        list[Attempted[StationToPlan]], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]


class StationToOpen(Body):
    """The first day of service."""

    model_config = example(opened_on="2024-06-18")

    opened_on: Day


class StationToClose(Body):
    """The last day of service, and why."""

    model_config = example(closed_on="2025-12-31", reason="merged")

    closed_on: Day
    reason: ClosureReason


class StationView(View):
    """A station, and where it stands in its life."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=2,
        tier_label="乡镇(街道)社工站",
        status="open",
        status_label="启用",
        **_XIANJIN,
        closed_on=None,
        closure_reason=None,
        closure_reason_label=None,
    )

    id: UUID
    version: int
    tier: StationTier
    tier_label: str
    name: str
    scheme: AreaScheme
    area: str
    status: StationStatus
    status_label: str
    planned_on: date
    opened_on: date | None
    closed_on: date | None
    closure_reason: ClosureReason | None
    closure_reason_label: str | None

    @classmethod
    def of(cls, station: Station, language: Language) -> Self:
        """Show a station to somebody who reads this language."""
        operation = station.operation
        closure = operation.closure if operation else None
        return cls(
            id=station.id,
            version=station.version,
            tier=station.tier,
            tier_label=label(station.tier, language),
            name=station.name,
            scheme=station.area.scheme,
            area=station.area.code,
            status=station.status,
            status_label=label(station.status, language),
            planned_on=station.planned_on,
            opened_on=operation.opened_on if operation else None,
            closed_on=closure.closed_on if closure else None,
            closure_reason=closure.reason if closure else None,
            closure_reason_label=label(closure.reason, language) if closure else None,
        )
