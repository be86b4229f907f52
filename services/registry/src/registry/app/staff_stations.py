"""How many people stations should have, how many they have, and whether that is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.change import Change
from common.clock import CHINA, Clock
from common.places import AreaRef
from common.vocabulary import StationTier
from registry.app.creations import Made
from registry.app.find_stations import find_station
from registry.app.permissions import WRITE_STAFFING_RULES
from registry.app.places import area_within, is_within
from registry.app.ports.areas import Areas
from registry.app.ports.postings import Postings
from registry.app.ports.staffing_rules import StaffingRules
from registry.app.ports.station_records import StationRecords
from registry.app.ports.stations import Stations
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.errors.staffing import StaffingRuleIdTaken, StaffingRuleNotFound
from registry.domain.staffing import (
    Headcount,
    RuleId,
    StaffingRule,
    StaffingRuleWasSet,
    judge,
)
from registry.domain.station import StationId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from common.paging import Slice, Window
    from common.places import Area
    from registry.app.ports.staffing_rules import StaffingRuleFilter
    from registry.domain.staffing import StaffingFinding
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class StateHeadcount:
    """Say how many people a station has; ``seen`` is its version that was decided upon."""

    station_id: StationId
    headcount: Headcount
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStaffingRule:
    """Ask each station of a tier in an area for so many people, from one day to another."""

    id: UUID | None
    tier: StationTier
    area: AreaRef
    min_full_time: int
    min_certified: int
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndStaffingRule:
    """Let a rule hold up to a day; ``seen`` is the version that the caller decided upon."""

    rule_id: RuleId
    valid_until: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingStations:
    """Holds what stations have against what they should have."""

    unit_of_work: UnitOfWork
    stations: Stations
    records: StationRecords
    postings: Postings
    rules: StaffingRules
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def state(self, command: StateHeadcount, scope: Scope) -> Station:
        """Note how many people a station has and tell the other services."""
        async with self.unit_of_work.transaction():
            station = await self._mine(command.station_id, scope)
            refuse_stale(station, command.seen)
            change = station.state_headcount(command.headcount, at=self.clock.now())
            await self.stations.save(change)
        return change.state

    async def judge(
        self, station_id: StationId, scope: Scope, *, on: date | None = None
    ) -> StaffingFinding:
        """Return whether a station has the people it should have, on a day or today.

        Those count who are posted there; the station's own word only where nobody ever was.
        """
        day = on or self.clock.now().astimezone(CHINA).date()
        async with self.unit_of_work.transaction():
            station = await self._mine(station_id, scope)
            area = await self.areas.find(station.area)
            rules = await self.rules.around(area, station.tier, on=day)
            return judge(
                await self._nearest(rules),
                await self.records.headcount(station.id, by=day),
                posted=await self.postings.people(station.id, on=day),
                on=day,
            )

    async def set_rule(self, command: SetStaffingRule, scope: Scope) -> Made[StaffingRule]:
        """Set a rule and tell the other services; a repetition finds what it made.

        Raises:
            StaffingRulesOverlap: Another one holds for the tier and the area in these days.
            StaffingRuleIdTaken: The id belongs to a rule that says otherwise.
        """
        async with self.unit_of_work.transaction():
            area = await area_within(
                scope, command.area, areas=self.areas, permission=WRITE_STAFFING_RULES
            )
            rule = _rule(command, RuleId(command.id or self.new_id()), area)
            there = await self.rules.find(rule.id)
            if there is not None:
                return _found_again(there, rule)
            fact = StaffingRuleWasSet(rule=rule, at=self.clock.now())
            await self.rules.add(Change(rule, (fact,)))
        return Made(rule, is_new=True)

    async def end_rule(self, command: EndStaffingRule, scope: Scope) -> StaffingRule:
        """Let a rule hold up to a day and tell the other services.

        Raises:
            StaffingRuleNotFound: There is none, or none for this caller to change.
        """
        async with self.unit_of_work.transaction():
            rule = await self.rules.find(command.rule_id)
            if rule is None or not await is_within(scope, rule.area, areas=self.areas):
                raise StaffingRuleNotFound(rule_id=command.rule_id)
            refuse_stale(rule, command.seen)
            change = rule.end(command.valid_until, at=self.clock.now())
            await self.rules.save(change)
        return change.state

    async def list_rules(self, wanted: StaffingRuleFilter, window: Window) -> Slice[StaffingRule]:
        """Return the rules; what stations are asked for everybody at work may know."""
        async with self.unit_of_work.transaction():
            return await self.rules.page(wanted, window)

    async def _nearest(self, rules: Sequence[StaffingRule]) -> StaffingRule | None:
        """Return the rule of the smallest area; one exists for each area at most."""
        depths = [(len((await self.areas.find(rule.area)).ancestors), rule) for rule in rules]
        return max(depths, key=lambda each: each[0])[1] if depths else None

    async def _mine(self, station_id: StationId, scope: Scope) -> Station:
        return await find_station(
            station_id,
            scope,
            unit_of_work=self.unit_of_work,
            stations=self.stations,
            areas=self.areas,
        )


def _rule(command: SetStaffingRule, rule_id: RuleId, area: Area) -> StaffingRule:
    return StaffingRule(
        id=rule_id,
        version=1,
        tier=command.tier,
        area=area.ref,
        min_full_time=command.min_full_time,
        min_certified=command.min_certified,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
    )


def _found_again(there: StaffingRule, wanted: StaffingRule) -> Made[StaffingRule]:
    if not there.has_content_of(wanted):
        raise StaffingRuleIdTaken(rule_id=there.id)
    return Made(there, is_new=False)
