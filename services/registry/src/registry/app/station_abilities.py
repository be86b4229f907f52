"""What can be done about stations beyond planning, opening, closing and finding them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.begin_building import BeginBuilding
from registry.app.creations import Made
from registry.app.edit_station import EditStation
from registry.app.fund_station import CancelFunding, Entered, FundStation
from registry.app.join_stations import MergeStation, SplitStation
from registry.app.ports.staffing_rules import StaffingRuleFilter
from registry.app.ports.station_records import FundingFilter, StationStep
from registry.app.staff_stations import EndStaffingRule, SetStaffingRule, StateHeadcount
from registry.domain.staffing import StaffingFinding, StaffingRule
from registry.domain.station import Station, StationId
from registry.domain.station_money import Funding

if TYPE_CHECKING:
    from datetime import date


class JudgeStaffing(Protocol):
    """Holds a station's people against the rule of a day."""

    async def __call__(
        self, station_id: StationId, scope: Scope, *, on: date | None = None
    ) -> StaffingFinding:
        """Return whether they are enough, on a day or today."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StationAbilities:
    """Each ability bound to what it needs; all are done in a caller's name, within a scope."""

    begin_building: Callable[[BeginBuilding, Scope], Awaitable[Station]]
    edit: Callable[[EditStation, Scope], Awaitable[Station]]
    merge: Callable[[MergeStation, Scope], Awaitable[Station]]
    split: Callable[[SplitStation, Scope], Awaitable[Sequence[Station]]]
    list_steps: Callable[[StationId, Scope, Window], Awaitable[Slice[StationStep]]]

    fund: Callable[[FundStation, Scope], Awaitable[Entered]]
    cancel_funding: Callable[[CancelFunding, Scope], Awaitable[Entered]]
    list_fundings: Callable[[StationId, FundingFilter, Scope, Window], Awaitable[Slice[Funding]]]

    state_headcount: Callable[[StateHeadcount, Scope], Awaitable[Station]]
    judge_staffing: JudgeStaffing
    set_staffing_rule: Callable[[SetStaffingRule, Scope], Awaitable[Made[StaffingRule]]]
    end_staffing_rule: Callable[[EndStaffingRule, Scope], Awaitable[StaffingRule]]
    list_staffing_rules: Callable[[StaffingRuleFilter, Window], Awaitable[Slice[StaffingRule]]]
