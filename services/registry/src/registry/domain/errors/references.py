"""What can be refused about what a record names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import RuleViolated


@dataclass(eq=False)
class UnknownParty(RuleViolated, code="unknown-party", zh="所指的主体不存在。"):
    """What was named is no party."""

    party_id: UUID


@dataclass(eq=False)
class PartyOfWrongKind(RuleViolated, code="party-of-wrong-kind", zh="所指的主体类别不符。"):
    """A party of another kind is wanted here."""

    party_id: UUID
    wanted: str


@dataclass(eq=False)
class UnknownStation(RuleViolated, code="unknown-station", zh="所指的站点不存在或不在该区划内。"):
    """What was named is no station within the area."""

    station_id: UUID


@dataclass(eq=False)
class DaysOutOfOrder(RuleViolated, code="days-out-of-order", zh="日期先后不合理。"):
    """The later day lies before the earlier one."""

    earlier: date
    later: date
