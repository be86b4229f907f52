"""What can be refused about how many people a station has, and should have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class CertifiedExceedStaff(
    RuleViolated, code="certified-exceed-staff", zh="持证人数超过站点人数。"
):
    """More people hold a certificate than work at the station."""

    staff: int
    certified: int


@dataclass(eq=False)
class StaffingRuleNotFound(NotFound, code="staffing-rule-not-found", zh="没有这条人员配备规定。"):
    """There is no such staffing rule, or it is outside your area."""

    rule_id: UUID


@dataclass(eq=False)
class StaffingRulesOverlap(
    Conflict, code="staffing-rules-overlap", zh="同一区划、层级在这段时间已有人员配备规定。"
):
    """Another rule is in force for the tier in the same area during these days."""

    scheme: str
    area: str


@dataclass(eq=False)
class StaffingRuleIdTaken(
    Conflict, code="staffing-rule-id-taken", zh="这个编号已用于内容不同的规定。"
):
    """The id belongs to a staffing rule with other content."""

    rule_id: UUID


@dataclass(eq=False)
class StaffingRuleDaysOutOfOrder(
    RuleViolated, code="staffing-rule-days-out-of-order", zh="规定的失效日期早于生效日期。"
):
    """A rule cannot end before it begins."""

    valid_from: date
    valid_until: date


@dataclass(eq=False)
class StaffingRuleChangedMeanwhile(
    Conflict, code="staffing-rule-changed-meanwhile", zh="该规定刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the rule at the same moment; read it again."""

    rule_id: UUID
