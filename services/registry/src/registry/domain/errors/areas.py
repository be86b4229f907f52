"""What can be refused about areas and their lists."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound


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
