"""Whether a station has the people it should have."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from common.places import AreaRef
from common.vocabulary import AreaScheme, StationTier
from registry.domain.errors.staffing import CertifiedExceedStaff, StaffingRuleDaysOutOfOrder
from registry.domain.staffing import (
    Basis,
    Headcount,
    Posted,
    RuleId,
    StaffingRule,
    Verdict,
    judge,
)

DAY = date(2025, 6, 30)


def a_rule(*, valid_until: date | None = None) -> StaffingRule:
    return StaffingRule(
        id=RuleId(UUID(int=1)),
        version=1,
        tier=StationTier.STATION,
        area=AreaRef(AreaScheme.NBS, "3302"),
        min_full_time=3,
        min_certified=2,
        valid_from=date(2021, 1, 1),
        valid_until=valid_until,
    )


def people(full_time: int, part_time: int, certified: int) -> Headcount:
    return Headcount(counted_on=DAY, full_time=full_time, part_time=part_time, certified=certified)


@pytest.mark.parametrize(
    ("headcount", "verdict", "short"),
    [
        (people(3, 0, 2), Verdict.MET, (0, 0)),
        (people(5, 2, 7), Verdict.MET, (0, 0)),
        (people(2, 9, 2), Verdict.NOT_MET, (1, 0)),
        (people(0, 0, 0), Verdict.NOT_MET, (3, 2)),
        (people(4, 0, 1), Verdict.NOT_MET, (0, 1)),
        (None, Verdict.NOT_STATED, (0, 0)),
    ],
)
def test_a_rule_is_met_or_missed_by_a_number(
    headcount: Headcount | None, verdict: Verdict, short: tuple[int, int]
) -> None:
    finding = judge(a_rule(), headcount, on=DAY)

    assert finding.verdict is verdict
    assert (finding.short_of_full_time, finding.short_of_certified) == short


def test_who_is_posted_counts_before_what_was_stated() -> None:
    nobody = Posted(full_time=0, part_time=0, certified=0)

    findings = [
        judge(a_rule(), headcount, posted=posted, on=DAY)
        for headcount, posted in [
            (people(9, 0, 9), nobody),
            (None, Posted(full_time=3, part_time=0, certified=2)),
            (people(9, 0, 9), None),
            (None, None),
        ]
    ]

    assert [(found.verdict, found.basis) for found in findings] == [
        (Verdict.NOT_MET, Basis.POSTINGS),
        (Verdict.MET, Basis.POSTINGS),
        (Verdict.MET, Basis.HEADCOUNT),
        (Verdict.NOT_STATED, None),
    ]


def test_without_a_rule_nothing_is_missed() -> None:
    assert judge(None, people(0, 0, 0), on=DAY).verdict is Verdict.NO_RULE


def test_a_rule_holds_on_its_first_and_on_its_last_day() -> None:
    rule = a_rule(valid_until=DAY)

    assert [rule.holds_on(day) for day in (date(2020, 12, 31), date(2021, 1, 1))] == [False, True]
    assert [rule.holds_on(day) for day in (DAY, date(2025, 7, 1))] == [True, False]


def test_a_rule_does_not_end_before_it_begins() -> None:
    with pytest.raises(StaffingRuleDaysOutOfOrder):
        a_rule(valid_until=date(2020, 12, 31))


def test_nobody_has_more_certificates_than_people() -> None:
    with pytest.raises(CertifiedExceedStaff) as refusal:
        people(1, 1, 3)

    assert refusal.value.facts == {"staff": 2, "certified": 3}
