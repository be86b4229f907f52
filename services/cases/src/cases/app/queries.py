"""What can be asked for, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cases.domain.need import NeedId, NeedState
from common.paging import Window
from common.places import AreaRef
from common.vocabulary import AreaScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the things lie: in areas of one scheme, or in one area and all that is part of it."""

    scheme: AreaScheme | None = None
    area: AreaRef | None = None


ANYWHERE: Final = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindMeetings:
    """Ask for meetings, the last recorded first."""

    window: Window
    where: Where = ANYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNeeds:
    """Ask for needs, of all states or of one, the last submitted first."""

    window: Window
    where: Where = ANYWHERE
    state: NeedState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindServiceRecords:
    """Ask for the services recorded for a need, the last recorded first."""

    need_id: NeedId
    window: Window
