"""What can be refused about areas and their lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class AreaNotFound(NotFound, code="area-not-found", zh="没有这个区划。"):
    """No area of the list in force has this code."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaListNotFound(NotFound, code="area-list-not-found", zh="没有这份区划名录。"):
    """There is no such list of areas."""

    list_id: UUID


@dataclass(eq=False)
class AreaListSuperseded(Conflict, code="area-list-superseded", zh="这份区划名录已被新名录取代。"):
    """A newer list of areas has taken the place of this one."""

    list_id: UUID
    in_force: UUID


@dataclass(eq=False)
class AreasWouldBeLost(
    Conflict, code="areas-would-be-lost", zh="现行名录中有新名录没有的区划，不能取代。"
):
    """The list in force is of the same day and has areas that this one lacks."""

    list_id: UUID
    in_force: UUID
    lost: int


@dataclass(eq=False)
class AreaListedTwice(RuleViolated, code="area-listed-twice", zh="名录中同一代码出现了两次。"):
    """A list of areas has the same code twice."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaCycle(RuleViolated, code="area-cycle", zh="区划的隶属关系成环。"):
    """An area would lie within itself."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaLevelsOutOfOrder(
    RuleViolated, code="area-levels-out-of-order", zh="区划不能隶属于同级或更低级的区划。"
):
    """An area would lie in one that is not of a higher level."""

    scheme: str
    area: str
    parent: str


@dataclass(eq=False)
class AreaRowUnreadable(RuleViolated, code="area-row-unreadable", zh="区划文件中有一行无法读取。"):
    """A row of a file about areas cannot be read."""

    row: int
    column: str


@dataclass(eq=False)
class AreasNotKnownThen(
    RuleViolated, code="areas-not-known-then", zh="该日期之前没有任何区划名录。"
):
    """No list of areas is known for a day that early."""

    scheme: str
    as_of: date
    earliest: date


@dataclass(eq=False)
class AdministrationDaysOutOfOrder(
    RuleViolated, code="administration-days-out-of-order", zh="代管的结束日期不能早于开始日期。"
):
    """Another authority would cease to run an area before it began."""

    area: str
    since_on: date
    until_on: date


@dataclass(eq=False)
class AreaCodeTaken(Conflict, code="area-code-taken", zh="该区划代码已经使用或曾经使用过。"):
    """The code is, or once was, that of another area."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaHasParts(Conflict, code="area-has-parts", zh="该区划还有下级区划，不能撤销。"):
    """An area cannot be closed while others lie in it."""

    scheme: str
    area: str


@dataclass(eq=False)
class AreaChangesOutOfOrder(
    Conflict, code="area-changes-out-of-order", zh="已有更晚日期的区划变更，不能再插入更早的。"
):
    """Areas are known to have changed on a later day already."""

    scheme: str
    effective_on: date
    latest: date


@dataclass(eq=False)
class NoListInForce(Conflict, code="no-list-in-force", zh="尚未导入该名录，无从变更。"):
    """No list of this scheme has been imported yet."""

    scheme: str


@dataclass(eq=False)
class NoAreaThere(NotFound, code="no-area-there", zh="该位置不在已有边界的任何区划内。"):
    """The position lies in no area whose border is known."""
