"""What the registry can do with areas beyond publishing lists of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from common.paging import Slice, Window
from common.places import AreaRef, Position
from common.vocabulary import AreaScheme
from registry.app.amend_areas import AdministerAreas, AmendAreas
from registry.app.find_areas import FindCoverageBase
from registry.app.locate_area import LocatedArea
from registry.app.ports.areas import AreaFilter, AreaList, RecordedArea
from registry.app.trace_area import TraceArea, TracedArea
from registry.domain.administration import Administration
from registry.domain.area_history import Succession
from registry.domain.coverage_base import CoverageBase


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAbilities:
    """Looking at areas as they are or were on a day, and taking in what changes them."""

    find: Callable[[AreaRef, date | None], Awaitable[RecordedArea]]
    find_all: Callable[[AreaFilter, Window], Awaitable[Slice[RecordedArea]]]
    ancestors: Callable[[AreaRef, date | None], Awaitable[Sequence[RecordedArea]]]
    coverage_base: Callable[[FindCoverageBase], Awaitable[CoverageBase]]
    locate: Callable[[Position, AreaScheme], Awaitable[LocatedArea]]
    trace: Callable[[TraceArea], Awaitable[TracedArea]]
    successions: Callable[[AreaScheme], Awaitable[Sequence[Succession]]]
    amend: Callable[[AmendAreas], Awaitable[AreaList]]
    administer: Callable[[AdministerAreas], Awaitable[AreaList]]
    administrations: Callable[[AreaScheme], Awaitable[Sequence[Administration]]]
