"""What can be refused about talent stations, their plans, and who is in these."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound


@dataclass(eq=False)
class TalentStationNotFound(NotFound, code="talent-station-not-found", zh="没有这个人才工作站。"):
    """There is no such talent station, or it is outside your area."""

    talent_station_id: UUID


@dataclass(eq=False)
class TalentStationIdTaken(
    Conflict, code="talent-station-id-taken", zh="这个编号已用于内容不同的人才工作站。"
):
    """The id belongs to a talent station with other content."""

    talent_station_id: UUID


@dataclass(eq=False)
class TalentStationChangedMeanwhile(
    Conflict,
    code="talent-station-changed-meanwhile",
    zh="该人才工作站刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the talent station at the same moment; read it again."""

    talent_station_id: UUID


@dataclass(eq=False)
class TalentPlanNotFound(NotFound, code="talent-plan-not-found", zh="没有这项人才计划。"):
    """There is no such talent plan, or it is outside your area."""

    talent_plan_id: UUID


@dataclass(eq=False)
class TalentPlanIdTaken(
    Conflict, code="talent-plan-id-taken", zh="这个编号已用于内容不同的人才计划。"
):
    """The id belongs to a talent plan with other content."""

    talent_plan_id: UUID


@dataclass(eq=False)
class TalentPlanChangedMeanwhile(
    Conflict,
    code="talent-plan-changed-meanwhile",
    zh="该人才计划刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the talent plan at the same moment; read it again."""

    talent_plan_id: UUID


@dataclass(eq=False)
class TalentNotFound(NotFound, code="talent-not-found", zh="没有这位入选人才。"):
    """There is no such talent, or it is outside your area."""

    talent_id: UUID


@dataclass(eq=False)
class TalentIdTaken(Conflict, code="talent-id-taken", zh="这个编号已用于内容不同的入选记录。"):
    """The id belongs to a talent with other content."""

    talent_id: UUID


@dataclass(eq=False)
class TalentChangedMeanwhile(
    Conflict,
    code="talent-changed-meanwhile",
    zh="该入选记录刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the talent at the same moment; read it again."""

    talent_id: UUID


@dataclass(eq=False)
class TalentInPlanAlready(Conflict, code="talent-in-plan-already", zh="此人在此期间已入选该计划。"):
    """The person is in this plan already on some of the days."""

    talent_id: UUID
