"""What happened to stations inside becomes what others are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts import stations as told
from common.contracts.registry import (
    PlaceCode,
    StationClosed,
    StationEvent,
    StationOpened,
    StationPlanned,
)
from common.messaging.event import Message
from registry.domain.station_edits import (
    AssignParent,
    Furnish,
    KeepHours,
    Move,
    Operate,
    Rename,
    RunProjects,
)
from registry.domain.station_facts import (
    FundingWasCancelled,
    HeadcountWasStated,
    StationBuildingBegan,
    StationWasClosed,
    StationWasEdited,
    StationWasFunded,
    StationWasMerged,
    StationWasOpened,
    StationWasPlanned,
    StationWasSplit,
)

if TYPE_CHECKING:
    from datetime import date, time
    from decimal import Decimal

    from common.places import Position
    from registry.domain.hours import OpeningHours, OtherHours, Span
    from registry.domain.staffing import StaffingRuleFact
    from registry.domain.station import Station, StationFact
    from registry.domain.station_profile import Operating, Premises, Project


def about_station(fact: StationFact) -> Message:
    """Return what others are told about a station."""
    event = _station_event(fact)
    return Message(
        event=event,
        version=fact.station.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_staffing_rule(fact: StaffingRuleFact) -> Message:
    """Return what others are told about a staffing rule."""
    rule = fact.rule
    event = told.StaffingRuleSet(
        rule_id=rule.id,
        tier=rule.tier,
        place=PlaceCode.of(rule.area),
        min_full_time=rule.min_full_time,
        min_certified=rule.min_certified,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
    )
    return Message(
        event=event, version=rule.version, partition_key=event.subject, occurred_at=fact.at
    )


def _station_event(fact: StationFact) -> StationEvent:
    match fact:
        case StationWasPlanned() | StationWasOpened() | StationWasClosed():
            return _step_of_life(fact)
        case StationBuildingBegan() | StationWasMerged() | StationWasSplit():
            return _further_step(fact)
        case StationWasEdited():
            return _edited(fact)
        case StationWasFunded() | FundingWasCancelled():
            return _about_money(fact)
        case HeadcountWasStated(station=station, headcount=count):
            return told.StationHeadcountStated(
                station_id=station.id,
                counted_on=count.counted_on,
                full_time=count.full_time,
                part_time=count.part_time,
                certified=count.certified,
            )


def _further_step(
    fact: StationBuildingBegan | StationWasMerged | StationWasSplit,
) -> StationEvent:
    subject = fact.station.id
    match fact:
        case StationBuildingBegan(building_on=day):
            return told.StationBuildingBegun(station_id=subject, building_on=day)
        case StationWasMerged(into=into, merged_on=day):
            return told.StationMerged(station_id=subject, into=into, merged_on=day)
        case StationWasSplit(parts=parts, split_on=day):
            return told.StationSplit(station_id=subject, parts=parts, split_on=day)


def _step_of_life(fact: StationWasPlanned | StationWasOpened | StationWasClosed) -> StationEvent:
    station, place = fact.station, PlaceCode.of(fact.station.area)
    match fact:
        case StationWasPlanned():
            return StationPlanned(
                station_id=station.id,
                tier=station.tier,
                kind=station.kind,
                station_name=station.name,
                place=place,
                planned_on=station.planned_on,
                parent_id=station.parent,
                split_from=station.split_from,
            )
        case StationWasOpened(operation=operation):
            return StationOpened(
                station_id=station.id,
                tier=station.tier,
                kind=station.kind,
                place=place,
                opened_on=operation.opened_on,
            )
        case StationWasClosed(closure=closure):
            return StationClosed(
                station_id=station.id,
                tier=station.tier,
                kind=station.kind,
                place=place,
                closed_on=closure.closed_on,
                merged_into=closure.merged_into,
            )


def _edited(fact: StationWasEdited) -> StationEvent:
    station, since = fact.station, fact.since
    match fact.edit:
        case Rename(name=name):
            return told.StationRenamed(station_id=station.id, station_name=name, since=since)
        case Move():
            return _moved(station, since)
        case AssignParent(parent=parent):
            return told.StationParentAssigned(station_id=station.id, parent_id=parent, since=since)
        case Furnish() | Operate() | KeepHours() | RunProjects() as edit:
            return _profiled(station, edit, since)


def _profiled(
    station: Station, edit: Furnish | Operate | KeepHours | RunProjects, since: date
) -> StationEvent:
    match edit:
        case Furnish(premises=premises):
            return _furnished(station, premises, since)
        case Operate(operating=operating):
            return _operated(station, operating, since)
        case KeepHours(hours=hours):
            return _hours_kept(station, hours, since)
        case RunProjects(projects=projects):
            return _projects_run(station, projects, since)


def _projects_run(station: Station, projects: tuple[Project, ...], since: date) -> StationEvent:
    running = tuple(
        told.ProjectRun(kind=each.kind, began_on=each.began_on, ended_on=each.ended_on)
        for each in projects
    )
    return told.StationProjectsChanged(station_id=station.id, projects=running, since=since)


def _moved(station: Station, since: date) -> StationEvent:
    stated = station.whereabouts.stated
    return told.StationMoved(
        station_id=station.id,
        place=PlaceCode.of(station.area),
        position=_position(stated.position) if stated else None,
        since=since,
    )


def _position(position: Position) -> told.PlacePosition:
    return told.PlacePosition(longitude=position.longitude, latitude=position.latitude)


def _furnished(station: Station, premises: Premises, since: date) -> StationEvent:
    return told.StationPremisesChanged(
        station_id=station.id,
        floor_area_dm2=_dm2(premises.floor_area),
        rooms=tuple(
            told.RoomHeld(kind=room.kind, floor_area_dm2=_dm2(room.floor_area))
            for room in premises.rooms
        ),
        shared_with=tuple(centre.kind for centre in premises.shared_with),
        since=since,
    )


def _operated(station: Station, operating: Operating | None, since: date) -> StationEvent:
    return told.StationOperatingChanged(
        station_id=station.id,
        mode=operating.mode if operating else None,
        operator_id=operating.operator if operating else None,
        county_hired=operating.county_hired if operating else None,
        own_hired=operating.own_hired if operating else None,
        since=since,
    )


def _hours_kept(station: Station, hours: OpeningHours, since: date) -> StationEvent:
    return told.StationHoursChanged(
        station_id=station.id,
        weekly=tuple(
            told.HoursOfWeekday(
                weekday=each.weekday,
                begins_minute=_minute(each.span.begins),
                ends_minute=_minute(each.span.ends),
            )
            for each in hours.weekly
        ),
        exceptions=tuple(_otherwise(other) for other in hours.exceptions),
        since=since,
    )


def _otherwise(other: OtherHours) -> told.HoursOtherwise:
    return told.HoursOtherwise(
        first_on=other.first_on,
        last_on=other.last_on,
        spans=tuple(_span(span) for span in other.spans),
    )


def _span(span: Span) -> told.HoursSpan:
    return told.HoursSpan(begins_minute=_minute(span.begins), ends_minute=_minute(span.ends))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _about_money(fact: StationWasFunded | FundingWasCancelled) -> StationEvent:
    funding = fact.funding
    if funding.cancellation is None:
        return told.StationFunded(
            station_id=fact.station.id,
            funding_id=funding.id,
            kind=funding.kind,
            source=funding.source,
            amount_fen=funding.amount_fen,
            received_on=funding.received_on,
        )
    return told.StationFundingCancelled(
        station_id=fact.station.id,
        funding_id=funding.id,
        kind=funding.kind,
        source=funding.source,
        amount_fen=funding.amount_fen,
        cancelled_on=funding.cancellation.cancelled_on,
    )


def _dm2(square_metres: Decimal | None) -> int | None:
    return None if square_metres is None else int(square_metres * 100)
