"""How many people a station has, how many it should have, and whether that is so.

The rule is set for an area and a tier, between two days: Ningbo asks for three full-time people at
each township station (《社会工作站建设规范（试行）》). Of several rules that hold, the one of the
smallest area counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Labelled, StationTier
from registry.domain.errors.staffing import CertifiedExceedStaff, StaffingRuleDaysOutOfOrder

RuleId = NewType("RuleId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """How many people work at a station as of a day, as the station itself says."""

    counted_on: date
    full_time: int
    part_time: int
    certified: int

    def __post_init__(self) -> None:
        """Take only counts that can be.

        Raises:
            CertifiedExceedStaff: More people hold a certificate than there are.
        """
        if self.certified > self.staff:
            raise CertifiedExceedStaff(staff=self.staff, certified=self.certified)

    @property
    def staff(self) -> int:
        """Return how many people there are, full time and part time."""
        return self.full_time + self.part_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """How many people are posted to a station on a day; ``certified`` are those of both."""

    full_time: int
    part_time: int
    certified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingRule:
    """How many people each station of a tier in an area should have, from one day to another."""

    id: RuleId
    version: int
    tier: StationTier
    area: AreaRef
    min_full_time: int
    min_certified: int
    valid_from: date
    valid_until: date | None = None

    def __post_init__(self) -> None:
        """Take only days in order.

        Raises:
            StaffingRuleDaysOutOfOrder: It would end before it begins.
        """
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise StaffingRuleDaysOutOfOrder(
                valid_from=self.valid_from, valid_until=self.valid_until
            )

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a day; its last day counts."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def end(self, valid_until: date, *, at: datetime) -> Change[StaffingRule, StaffingRuleFact]:
        """Let the rule hold up to a day, sooner or later than before."""
        ended = replace(self, version=self.version + 1, valid_until=valid_until)
        return Change(ended, (StaffingRuleWasSet(rule=ended, at=at),))

    def has_content_of(self, other: StaffingRule) -> bool:
        """Tell whether both say the same, however often one was changed."""
        return replace(self, version=1) == replace(other, version=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingRuleWasSet:
    """A rule holds as it says from now on."""

    rule: StaffingRule
    at: datetime


StaffingRuleFact = StaffingRuleWasSet


class Verdict(Labelled):
    """Whether a station has the people it should have."""

    MET = "met", "达标", "Met"
    NOT_MET = "not_met", "未达标", "Not met"
    NO_RULE = "no_rule", "无适用规定", "No rule applies"
    NOT_STATED = "not_stated", "未填报人数", "Nobody has said how many there are"


class Basis(Labelled):
    """What a finding about a station's people rests on."""

    POSTINGS = "postings", "岗位派驻记录", "The postings to it"
    HEADCOUNT = "headcount", "站点填报人数", "What it said itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingFinding:
    """What comes of holding a count against a rule; a shortfall is a number of people.

    ``basis`` says which of the two counts that was.
    """

    on: date
    verdict: Verdict
    rule: StaffingRule | None = None
    headcount: Headcount | None = None
    posted: Posted | None = None
    basis: Basis | None = None
    short_of_full_time: int = 0
    short_of_certified: int = 0


def judge(
    rule: StaffingRule | None,
    headcount: Headcount | None,
    *,
    posted: Posted | None = None,
    on: date,
) -> StaffingFinding:
    """Return whether a rule is met, and by how many people it is not.

    Args:
        rule: The one that applies, if any does.
        headcount: The station's latest own word up to the day.
        posted: Who is posted there on the day; none where nobody ever was. Records of people count
            before a number that somebody stated.
        on: The day.
    """
    found = StaffingFinding(
        on=on,
        verdict=Verdict.NO_RULE,
        rule=rule,
        headcount=headcount,
        posted=posted,
        basis=_basis(headcount, posted),
    )
    counted = posted or headcount
    if rule is None:
        return found
    if counted is None:
        return replace(found, verdict=Verdict.NOT_STATED)
    full_time = max(0, rule.min_full_time - counted.full_time)
    certified = max(0, rule.min_certified - counted.certified)
    return replace(
        found,
        verdict=Verdict.NOT_MET if full_time or certified else Verdict.MET,
        short_of_full_time=full_time,
        short_of_certified=certified,
    )


def _basis(headcount: Headcount | None, posted: Posted | None) -> Basis | None:
    if posted is not None:
        return Basis.POSTINGS
    return None if headcount is None else Basis.HEADCOUNT
