"""What use cases ask of the keeping of staffing rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from common.places import AreaRef
from common.vocabulary import AreaScheme, StationTier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.change import Change
    from common.paging import Slice, Window
    from common.places import Area
    from registry.domain.staffing import RuleId, StaffingRule, StaffingRuleFact


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingRuleFilter:
    """Which rules are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    tier: StationTier | None = None
    on: date | None = None


class StaffingRules(Protocol):
    """The staffing rules, as of the current transaction."""

    async def find(self, rule_id: RuleId, /) -> StaffingRule | None:
        """Return a rule, if there is one."""
        ...

    async def add(self, change: Change[StaffingRule, StaffingRuleFact], /) -> None:
        """Store a new rule and stage its facts.

        Raises:
            StaffingRulesOverlap: Another one holds for the tier and the area in these days.
            StaffingRuleIdTaken: There is a rule with the id.
        """
        ...

    async def save(self, change: Change[StaffingRule, StaffingRuleFact], /) -> None:
        """Store a rule's new state and stage its facts.

        Raises:
            StaffingRulesOverlap: Another one holds for the tier and the area in these days.
            StaffingRuleChangedMeanwhile: Somebody else was faster.
        """
        ...

    async def around(self, area: Area, tier: StationTier, /, *, on: date) -> Sequence[StaffingRule]:
        """Return the rules for the tier that hold on a day for an area or for one around it."""
        ...

    async def page(self, wanted: StaffingRuleFilter, window: Window, /) -> Slice[StaffingRule]:
        """Return rules, in the order of their ids."""
        ...
