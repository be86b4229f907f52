"""Talent stations, plans and talents as callers send and receive them."""

from typing import Self
from uuid import UUID

from common.http.places import Code
from common.http.schemas import Body
from common.http.words import ChosenId, Day, Name, example
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.keep_talent_plans import BeginTalentPlan
from registry.app.keep_talent_stations import BeginTalentStation
from registry.app.keep_talents import TakeTalent
from registry.domain.talent import Talent
from registry.domain.talent_plan import TalentPlan
from registry.domain.talent_station import TalentStation
from registry.domain.term import Term
from registry.entrypoints.http.tenure_schemas import HeldView, holding

_STATION = {
    "name": "社会工作人才工作站",
    "host_id": "0192d3c4-5b6a-7890-8abc-def012345611",
    "scheme": "nbs",
    "area": "3706",
    "begins_on": "2024-01-01",
    "ends_on": "2025-12-31",
}

_PLAN = {
    "name": "菁英计划",
    "talent_station_id": "0192d3c4-5b6a-7890-8abc-def012345612",
    "begins_on": "2024-01-01",
    "ends_on": "2025-12-31",
}

_TALENT = {
    "talent_plan_id": "0192d3c4-5b6a-7890-8abc-def012345613",
    "party_id": "0192d3c4-5b6a-7890-8abc-def012345614",
    "begins_on": "2024-01-01",
    "ends_on": "2025-12-31",
}


class TalentStationToBegin(Body):
    """Which body runs a talent station, where, until when."""

    model_config = example(**_STATION)

    id: ChosenId = None
    name: Name
    host_id: UUID
    scheme: AreaScheme
    area: Code
    begins_on: Day
    ends_on: Day

    def command(self) -> BeginTalentStation:
        """Return what is to be done."""
        return BeginTalentStation(
            id=self.id,
            name=self.name,
            host=self.host_id,
            area=AreaRef(self.scheme, self.area),
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class TalentStationView(HeldView):
    """A talent station; its host is a party that is no person."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345601",
        version=1,
        **_STATION,
        ended_on=None,
    )

    id: UUID
    name: str
    host_id: UUID

    @classmethod
    def of(cls, station: TalentStation) -> Self:
        """Show a talent station."""
        return cls(
            id=station.id,
            name=station.name,
            host_id=station.host,
            **holding(station),
        )


class TalentPlanToBegin(Body):
    """Which plan a talent station has, until when."""

    model_config = example(**_PLAN)

    id: ChosenId = None
    name: Name
    talent_station_id: UUID
    begins_on: Day
    ends_on: Day

    def command(self) -> BeginTalentPlan:
        """Return what is to be done."""
        return BeginTalentPlan(
            id=self.id,
            name=self.name,
            station=self.talent_station_id,
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class TalentPlanView(HeldView):
    """A plan, in the area of its talent station."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345601",
        version=1,
        **_PLAN,
        scheme="nbs",
        area="3706",
        ended_on=None,
    )

    id: UUID
    name: str
    talent_station_id: UUID

    @classmethod
    def of(cls, plan: TalentPlan) -> Self:
        """Show a plan."""
        return cls(
            id=plan.id,
            name=plan.name,
            talent_station_id=plan.station,
            **holding(plan),
        )


class TalentToTake(Body):
    """Who is taken into which plan, until when."""

    model_config = example(**_TALENT)

    id: ChosenId = None
    talent_plan_id: UUID
    party_id: UUID
    begins_on: Day
    ends_on: Day

    def command(self) -> TakeTalent:
        """Return what is to be done."""
        return TakeTalent(
            id=self.id,
            plan=self.talent_plan_id,
            party=self.party_id,
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class TalentView(HeldView):
    """A person in a plan; the person is a party."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345601",
        version=1,
        **_TALENT,
        scheme="nbs",
        area="3706",
        ended_on=None,
    )

    id: UUID
    talent_plan_id: UUID
    party_id: UUID

    @classmethod
    def of(cls, talent: Talent) -> Self:
        """Show a talent."""
        return cls(
            id=talent.id,
            talent_plan_id=talent.plan,
            party_id=talent.party,
            **holding(talent),
        )
