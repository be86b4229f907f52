"""What the registry promises to tell about talent stations, their plans, and who is in these."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event


class TalentStationEvent(Event):
    """Every event about one talent station."""

    talent_station_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.talent_station_id)


class TalentStationBegun(TalentStationEvent, name="registry.talent_station.begun.v1"):
    """A party runs a talent station, until and with ``ends_on``."""

    host_id: UUID
    place: PlaceCode
    begins_on: date
    ends_on: date


class TalentStationEnded(TalentStationEvent, name="registry.talent_station.ended.v1"):
    """A talent station ended before its time; this was its last day."""

    ended_on: date


class TalentPlanEvent(Event):
    """Every event about one talent plan."""

    talent_plan_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.talent_plan_id)


class TalentPlanBegun(TalentPlanEvent, name="registry.talent_plan.begun.v1"):
    """A talent station has a plan, until and with ``ends_on``."""

    talent_station_id: UUID
    place: PlaceCode
    begins_on: date
    ends_on: date


class TalentPlanEnded(TalentPlanEvent, name="registry.talent_plan.ended.v1"):
    """A talent plan ended before its time; this was its last day."""

    ended_on: date


class TalentEvent(Event):
    """Every event about one person's place in a plan."""

    talent_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.talent_id)


class TalentTaken(TalentEvent, name="registry.talent.taken.v1"):
    """A person, known as a party, is in a plan, until and with ``ends_on``."""

    talent_plan_id: UUID
    party_id: UUID
    place: PlaceCode
    begins_on: date
    ends_on: date


class TalentLeft(TalentEvent, name="registry.talent.left.v1"):
    """A person left a plan before their time; this was the last day."""

    ended_on: date
