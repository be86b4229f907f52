"""What a station houses, runs and is open for, as values."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from uuid import UUID

import pytest

from common.stations import OperatingMode, ProjectKind, RoomKind
from common.vocabulary import Weekday
from registry.domain.errors.station_profile import (
    HoursDisordered,
    OperatorMissing,
    ProjectDaysOutOfOrder,
    RoomsExceedFloorArea,
)
from registry.domain.hours import (
    OpeningHours,
    OtherHours,
    OtherHoursReason,
    Span,
    WeeklySpan,
)
from registry.domain.station_profile import Operating, Premises, Project, Room, pattern_of

MORNING = Span(time(8, 30), time(11, 30))
NOON = Span(time(11), time(13))


def otherwise(first: int, last: int, *spans: Span) -> OtherHours:
    return OtherHours(
        first_on=date(2026, 2, first),
        last_on=date(2026, 2, last),
        reason=OtherHoursReason.HOLIDAY,
        spans=spans,
    )


def test_rooms_may_fill_a_station_to_the_last_decimetre_and_no_more() -> None:
    room = Room(kind=RoomKind.OFFICE, floor_area=Decimal("45.05"))

    Premises(floor_area=Decimal("90.10"), rooms=(room, room))
    with pytest.raises(RoomsExceedFloorArea) as refusal:
        Premises(floor_area=Decimal("90.09"), rooms=(room, room))

    assert refusal.value.facts == {"rooms": Decimal("90.10"), "floor_area": Decimal("90.09")}


@pytest.mark.parametrize(
    "weekly",
    [
        [(Weekday.MONDAY, Span(time(11), time(11)))],
        [(Weekday.MONDAY, MORNING), (Weekday.MONDAY, NOON)],
    ],
)
def test_hours_of_a_day_are_in_order_and_apart(weekly: list[tuple[Weekday, Span]]) -> None:
    spans = tuple(WeeklySpan(weekday=day, span=span) for day, span in weekly)

    with pytest.raises(HoursDisordered) as refusal:
        OpeningHours(weekly=spans)

    assert refusal.value.place == "mon"


def test_the_same_time_on_two_days_is_no_overlap() -> None:
    both = tuple(WeeklySpan(weekday=day, span=MORNING) for day in (Weekday.MONDAY, Weekday.SUNDAY))

    assert OpeningHours(weekly=both).weekly == both


@pytest.mark.parametrize(
    ("exceptions", "place"),
    [
        ((otherwise(5, 4),), "exceptions/0"),
        ((otherwise(1, 2), otherwise(3, 4, MORNING, NOON)), "exceptions/1"),
        ((otherwise(1, 3), otherwise(3, 4)), "exceptions"),
    ],
)
def test_a_day_is_otherwise_in_one_way(exceptions: tuple[OtherHours, ...], place: str) -> None:
    with pytest.raises(HoursDisordered) as refusal:
        OpeningHours(exceptions=exceptions)

    assert refusal.value.place == place


@pytest.mark.parametrize(
    ("mode", "operator"),
    [(OperatingMode.ENTRUSTED, None), (OperatingMode.ADDED_POSTS, UUID(int=1))],
)
def test_an_agency_is_named_where_it_is_entrusted_and_nowhere_else(
    mode: OperatingMode, operator: UUID | None
) -> None:
    with pytest.raises(OperatorMissing):
        Operating(mode=mode, operator=operator)


def test_running_projects_are_counted_as_ningbo_counts_them() -> None:
    def project(kind: ProjectKind, *, ended_on: date | None = None) -> Project:
        return Project(kind=kind, title="项目", began_on=date(2023, 1, 1), ended_on=ended_on)

    projects = [
        project(ProjectKind.VULNERABLE),
        project(ProjectKind.FEATURE),
        project(ProjectKind.FEATURE),
        project(ProjectKind.TALENT, ended_on=date(2024, 1, 1)),
        project(ProjectKind.BRAND),
    ]

    assert pattern_of(projects) == "1+2+0"


def test_a_project_does_not_end_before_it_begins() -> None:
    with pytest.raises(ProjectDaysOutOfOrder):
        Project(
            kind=ProjectKind.BRAND,
            title="品牌",
            began_on=date(2024, 1, 2),
            ended_on=date(2024, 1, 1),
        )
