"""What others are told of talent stations, their plans, and who is in these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.registry import PlaceCode
from common.contracts.talents import (
    TalentLeft,
    TalentPlanBegun,
    TalentPlanEnded,
    TalentStationBegun,
    TalentStationEnded,
    TalentTaken,
)
from common.messaging.event import Message
from registry.domain.talent import TalentHasLeft, TalentWasTaken
from registry.domain.talent_plan import TalentPlanHasBegun, TalentPlanHasEnded
from registry.domain.talent_station import TalentStationHasBegun, TalentStationHasEnded

if TYPE_CHECKING:
    from common.contracts.talents import TalentEvent, TalentPlanEvent, TalentStationEvent
    from registry.domain.talent import TalentFact
    from registry.domain.talent_plan import TalentPlanFact
    from registry.domain.talent_station import TalentStationFact


def about_talent_station(fact: TalentStationFact) -> Message:
    """Return what others are told about a talent station."""
    event = _talent_station_event(fact)
    return Message(
        event=event,
        version=fact.station.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_talent_plan(fact: TalentPlanFact) -> Message:
    """Return what others are told about a talent plan."""
    event = _talent_plan_event(fact)
    return Message(
        event=event,
        version=fact.plan.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_talent(fact: TalentFact) -> Message:
    """Return what others are told about a talent."""
    event = _talent_event(fact)
    return Message(
        event=event,
        version=fact.talent.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def _talent_station_event(fact: TalentStationFact) -> TalentStationEvent:
    station = fact.station
    match fact:
        case TalentStationHasBegun():
            return TalentStationBegun(
                talent_station_id=station.id,
                host_id=station.host,
                place=PlaceCode.of(station.area),
                begins_on=station.tenure.term.begins_on,
                ends_on=station.tenure.term.ends_on,
            )
        case TalentStationHasEnded(ended_on=ended_on):
            return TalentStationEnded(talent_station_id=station.id, ended_on=ended_on)


def _talent_plan_event(fact: TalentPlanFact) -> TalentPlanEvent:
    plan = fact.plan
    match fact:
        case TalentPlanHasBegun():
            return TalentPlanBegun(
                talent_plan_id=plan.id,
                talent_station_id=plan.station,
                place=PlaceCode.of(plan.area),
                begins_on=plan.tenure.term.begins_on,
                ends_on=plan.tenure.term.ends_on,
            )
        case TalentPlanHasEnded(ended_on=ended_on):
            return TalentPlanEnded(talent_plan_id=plan.id, ended_on=ended_on)


def _talent_event(fact: TalentFact) -> TalentEvent:
    talent = fact.talent
    match fact:
        case TalentWasTaken():
            return TalentTaken(
                talent_id=talent.id,
                talent_plan_id=talent.plan,
                party_id=talent.party,
                place=PlaceCode.of(talent.area),
                begins_on=talent.tenure.term.begins_on,
                ends_on=talent.tenure.term.ends_on,
            )
        case TalentHasLeft(ended_on=ended_on):
            return TalentLeft(talent_id=talent.id, ended_on=ended_on)
