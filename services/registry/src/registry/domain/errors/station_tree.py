"""What can be refused about how stations hang together, merge and split."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, RuleViolated


@dataclass(eq=False)
class UnknownParentStation(
    RuleViolated, code="unknown-parent-station", zh="没有服务于其上级区划的这个上级站点。"
):
    """No station with this id serves an area around that of the station below it."""

    parent_id: UUID


@dataclass(eq=False)
class ParentOfWrongTier(
    RuleViolated, code="parent-of-wrong-tier", zh="上级站点必须正好高一个层级。"
):
    """A station's parent is of the next tier, neither higher nor lower."""

    tier: str
    parent_tier: str


@dataclass(eq=False)
class ParentCycle(RuleViolated, code="parent-cycle", zh="站点不能成为自己的上级。"):
    """A station cannot stand above itself, however far."""

    station_id: UUID
    parent_id: UUID


@dataclass(eq=False)
class ParentStationClosed(Conflict, code="parent-station-closed", zh="上级站点已经关闭。"):
    """The station that was to stand above has closed."""

    parent_id: UUID


@dataclass(eq=False)
class StationHasOpenStations(
    Conflict, code="station-has-open-stations", zh="该站点之下还有未关闭的站点或社工室。"
):
    """Stations or rooms below it have not ended, and would be left without a parent."""

    station_id: UUID
    still_open: int


@dataclass(eq=False)
class SuccessorDoesNotFit(
    RuleViolated, code="successor-does-not-fit", zh="只能并入另一个同层级、同类型的站点。"
):
    """A station merges into another one of its own tier and kind."""

    station_id: UUID
    into: UUID


@dataclass(eq=False)
class SuccessorNotOpen(Conflict, code="successor-not-open", zh="接收站点没有启用，或已经关闭。"):
    """The station that was to take over does not serve on that day."""

    into: UUID


@dataclass(eq=False)
class NotOneOfItsStations(
    RuleViolated, code="not-one-of-its-stations", zh="所列站点不在该站点之下，或列了两次。"
):
    """A station to be handed over is not below the one that splits, or is named twice."""

    station_id: UUID
    named: UUID
