"""What can be refused about stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class StationNotFound(NotFound, code="station-not-found", zh="没有这个社工站。"):
    """There is no such station, or it is outside your area."""

    station_id: UUID


@dataclass(eq=False)
class StationAlreadyOpen(Conflict, code="station-already-open", zh="该站点已经启用。"):
    """The station was opened before, and a station opens once."""

    station_id: UUID
    opened_on: date


@dataclass(eq=False)
class StationNotOpen(Conflict, code="station-not-open", zh="该站点尚未启用。"):
    """Only a station that has opened can close."""

    station_id: UUID


@dataclass(eq=False)
class StationAlreadyClosed(Conflict, code="station-already-closed", zh="该站点已经关闭。"):
    """The station was closed before, and a closure is final."""

    station_id: UUID
    closed_on: date


@dataclass(eq=False)
class StationChangedMeanwhile(
    Conflict, code="station-changed-meanwhile", zh="该站点刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the station at the same moment; read it again."""

    station_id: UUID


@dataclass(eq=False)
class StationIdTaken(Conflict, code="station-id-taken", zh="这个编号已用于内容不同的站点。"):
    """The id belongs to a station with other content."""

    station_id: UUID


@dataclass(eq=False)
class AreaAlreadyServed(
    Conflict, code="area-already-served", zh="该区划在这一层级已有启用的站点。"
):
    """The area already has an open station of this tier."""

    tier: str
    scheme: str
    area: str


@dataclass(eq=False)
class TierDoesNotFitArea(
    RuleViolated, code="tier-does-not-fit-area", zh="站点层级与区划级别不相符。"
):
    """A station of this tier cannot serve an area of this level."""

    tier: str
    level: str


@dataclass(eq=False)
class StationDaysOutOfOrder(
    RuleViolated, code="station-days-out-of-order", zh="站点的日期先后不合理。"
):
    """A station is planned, then opened, then closed; the days say otherwise."""

    earlier: date
    later: date


@dataclass(eq=False)
class StationIsBeingBuilt(Conflict, code="station-is-being-built", zh="该站点已经开始建设。"):
    """Building began before, and begins once."""

    station_id: UUID
    building_on: date


@dataclass(eq=False)
class StationHasOpenPostings(
    Conflict, code="station-has-open-postings", zh="该站点还有未结束的岗位派驻，不能关闭。"
):
    """People are posted to the station beyond its last day; their postings end first."""

    station_id: UUID
    still_open: int


@dataclass(eq=False)
class StationStillStaffed(
    Conflict, code="station-still-staffed", zh="该站点仍有在岗人员，不能关闭。"
):
    """People still work at the station; they leave before it ends."""

    station_id: UUID
    staff: int
