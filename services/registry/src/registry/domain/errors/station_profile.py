"""What can be refused about what a station houses, runs and receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class PositionOutsideChina(
    RuleViolated, code="position-outside-china", zh="坐标不在中国范围内，请检查经纬度顺序。"
):
    """The position is not in China; perhaps longitude and latitude changed places."""


@dataclass(eq=False)
class RoomsExceedFloorArea(
    RuleViolated, code="rooms-exceed-floor-area", zh="各室面积之和超过站点总面积。"
):
    """The rooms are larger together than the station is."""

    rooms: Decimal
    floor_area: Decimal


@dataclass(eq=False)
class HoursDisordered(
    RuleViolated, code="hours-disordered", zh="开放时段先后颠倒、重叠，或跨越午夜。"
):
    """A time of opening ends before it begins, or overlaps another one of the same day."""

    place: str


@dataclass(eq=False)
class OperatorMissing(
    RuleViolated, code="operator-missing", zh="委托运营须指明承接机构，其他方式不填机构。"
):
    """A station that is entrusted names its agency; any other has none."""

    mode: str


@dataclass(eq=False)
class UnknownOperator(RuleViolated, code="unknown-operator", zh="承接机构尚未登记，或不是机构。"):
    """No organisation is registered under the id of the agency."""

    operator_id: UUID


@dataclass(eq=False)
class ProjectDaysOutOfOrder(
    RuleViolated, code="project-days-out-of-order", zh="项目结束日期早于开始日期。"
):
    """A project cannot end before it began."""

    began_on: date
    ended_on: date


@dataclass(eq=False)
class FundingNotFound(NotFound, code="funding-not-found", zh="没有这笔资金。"):
    """The station has no such entry of money received."""

    funding_id: UUID


@dataclass(eq=False)
class FundingIdTaken(Conflict, code="funding-id-taken", zh="这个编号已用于另一笔资金。"):
    """The id belongs to another entry of money received."""

    funding_id: UUID


@dataclass(eq=False)
class FundingAlreadyCancelled(
    Conflict, code="funding-already-cancelled", zh="这笔资金的记录已经撤销。"
):
    """The entry was taken back before."""

    funding_id: UUID
    cancelled_on: date
