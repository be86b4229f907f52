"""Each hard rule on its own: one pair that it allows, one that it forbids, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import (
    COUNTY,
    ELSEWHERE,
    GATE,
    NEXT_TOWNSHIP,
    NOW,
    PREFECTURE,
    TOWNSHIP,
    a_line,
    a_need,
    a_party,
    a_site,
    an_offer,
    metres_north,
)

from common.places import AreaRef, Position
from common.vocabulary import Beneficiary, ServiceCode, Unit, Weekday
from matching.domain.columns import board, every_pair
from matching.domain.earmark import Earmark
from matching.domain.explanation import Circumstances, Explanation, Verdict, explain
from matching.domain.lot import Lot
from matching.domain.match import DeclineReason
from matching.domain.moderation import Moderation, ModerationReason
from matching.domain.offer import ANYWHERE
from matching.domain.policy import POLICY
from matching.domain.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.domain.identity import PartyId
    from matching.domain.need import Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party


def explained(
    need: Need,
    offer: Offer,
    party: Party | None = None,
    refusals: Mapping[PartyId, DeclineReason] | None = None,
) -> Explanation:
    party = party or a_party()
    circumstances = Circumstances(
        offers=(offer,), parties={party.id: party}, refusals=refusals or {}, matches=()
    )
    return explain(need, circumstances, POLICY, at=NOW)[0]


def failed_rules(need: Need, offer: Offer, party: Party | None = None) -> list[str]:
    return [check.rule.code for check in explained(need, offer, party).failed]


def test_a_pair_that_fits_in_every_way_is_allowed() -> None:
    explanation = explained(a_need(), an_offer())

    assert explanation.failed == ()
    assert explanation.verdict is Verdict.ALLOWED
    assert [check.rule.code for check in explanation.checks] == [rule.code for rule in RULES]


SATURDAYS = frozenset({Weekday.SATURDAY})


@pytest.mark.parametrize(
    ("need", "offer", "party", "code", "zh", "en"),
    [
        (
            a_need(),
            an_offer(site=a_site(pool_id=ELSEWHERE)),
            a_party(),
            "same_pool",
            "不在本需求的对接片区内。",
            "The offer belongs to another pool.",
        ),
        (
            a_need(),
            an_offer(service=ServiceCode.LEGAL_ADVICE),
            a_party(),
            "service_fits",
            "提供的是法律咨询，需要的是心理疏导。",
            "It gives legal advice, and counselling is needed.",
        ),
        (
            a_need(),
            an_offer(unit=Unit.SESSION),
            a_party(),
            "unit_fits",
            "按场次提供，需要按人次计。",
            "It is counted in sessions, and person-times are needed.",
        ),
        (
            a_need(),
            an_offer(held=15),
            a_party(),
            "quantity_fits",
            "只余 5 人次，需要 10 人次。",
            "Only 5 person-times left, and 10 person-times needed.",
        ),
        (
            a_need("need", a_line(weekdays=SATURDAYS)),
            an_offer(weekdays=frozenset({Weekday.MONDAY, Weekday.TUESDAY})),
            a_party(),
            "weekday_fits",
            "周六没空（只在周一、周二）。",
            "Not free on Saturday (only Monday, Tuesday).",
        ),
        (
            a_need(),
            an_offer(valid_until=NOW),
            a_party(),
            "offer_valid",
            "供给已于2026年3月2日到期。",
            "The offer ended on 2026-03-02.",
        ),
        (
            a_need(),
            an_offer(withdrawn_at=NOW),
            a_party(),
            "offer_valid",
            "供给已撤回。",
            "The offer was withdrawn.",
        ),
        (
            a_need("need", a_line(needs_vetting=True)),
            an_offer(),
            a_party(vetted_until=date(2026, 3, 1)),
            "vetting_valid",
            "审核已于2026年3月1日到期。",
            "The vetting lapsed on 2026-03-01.",
        ),
        (
            a_need("need", a_line(needs_vetting=True)),
            an_offer(),
            a_party(vetted_until=None),
            "vetting_valid",
            "没有审核记录。",
            "Never vetted.",
        ),
        (
            a_need(),
            an_offer(),
            a_party(suspended_on=date(2026, 3, 1)),
            "party_active",
            "主体已被暂停。",
            "The party is suspended.",
        ),
        (
            a_need(),
            an_offer(moderation=Moderation.PENDING),
            a_party(),
            "offer_approved",
            "供给待审核。",
            "The offer is to be approved first.",
        ),
        (
            a_need(),
            an_offer(moderation=Moderation.REFUSED, refused_because=ModerationReason.NOT_QUALIFIED),
            a_party(),
            "offer_approved",
            "供给未通过审核（缺少相应资格）。",
            "The offer was refused (not qualified).",
        ),
        (
            a_need(),
            an_offer(published_at=NOW - timedelta(days=90)),
            a_party(),
            "offer_fresh",
            "供给自2025年12月2日起未再确认。",
            "Nobody has confirmed the offer since 2025-12-02.",
        ),
        (
            a_need(beneficiary=Beneficiary.PERSON),
            an_offer(earmark=Earmark(beneficiaries=frozenset({Beneficiary.GROUP}))),
            a_party(),
            "earmark_allows",
            "限定用于：群体。",
            "It is earmarked for: group.",
        ),
        (
            a_need(),
            an_offer(earmark=Earmark(services=frozenset({ServiceCode.TUTORING}))),
            a_party(),
            "earmark_allows",
            "限定用于：课业辅导。",
            "It is earmarked for: tutoring.",
        ),
        (
            a_need(),
            an_offer(scope=NEXT_TOWNSHIP),
            a_party(),
            "within_scope",
            "只服务区划 210213008 内的需求。",
            "It serves the area 210213008 only.",
        ),
        (
            a_need("need", a_line(quantity=4)),
            an_offer(capacity=20, lots=(Lot(17, date(2026, 3, 1)), Lot(3, date(2026, 3, 2)))),
            a_party(),
            "quantity_fits",
            "只余 3 人次，需要 4 人次。",
            "Only 3 person-times left, and 4 person-times needed.",
        ),
        (
            a_need("need", a_line(within_metres=1_000)),
            an_offer(site=a_site(point=metres_north(5_200)), reach_metres=9_000),
            a_party(),
            "place_within_reach",
            "距离 5.2 公里，超出 1 公里 的范围。",
            "5.2 km away, beyond the limit of 1 km.",
        ),
        (
            a_need(),
            an_offer(site=a_site(point=metres_north(900)), reach_metres=800),
            a_party(),
            "place_within_reach",
            "距离 900 米，超出 800 米 的范围。",
            "900 m away, beyond the limit of 800 m.",
        ),
        (
            a_need(site=a_site(point=None)),
            an_offer(site=a_site(township=NEXT_TOWNSHIP, point=metres_north(10))),
            a_party(),
            "place_within_reach",
            "与服务对象不在同一个街道（乡镇），家庭住址只精确到街道（乡镇）。",
            "Not in the township of the home, whose township is all that is known of its place.",
        ),
    ],
)
def test_each_rule_forbids_alone_and_says_why(
    need: Need, offer: Offer, party: Party, code: str, zh: str, en: str
) -> None:
    explanation = explained(need, offer, party)

    assert [check.rule.code for check in explanation.failed] == [code]
    assert explanation.verdict is Verdict.FORBIDDEN
    assert explanation.worth is None
    assert (explanation.says.zh, explanation.says.en) == (zh, en)


def test_a_gift_for_tutoring_goes_to_a_need_that_asks_for_tutoring_too() -> None:
    tutoring = a_line("tutoring", service=ServiceCode.TUTORING)
    gift = an_offer(earmark=Earmark(services=frozenset({ServiceCode.TUTORING})))

    assert failed_rules(a_need("need", a_line(), tutoring), gift) == []


@pytest.mark.parametrize("scope", [TOWNSHIP, COUNTY, PREFECTURE])
def test_who_serves_an_area_serves_the_homes_in_it_wherever_they_are(scope: AreaRef) -> None:
    home = a_need(site=a_site(point=None))
    offer = an_offer(
        scope=scope, reach_metres=ANYWHERE, site=a_site(township=NEXT_TOWNSHIP, point=GATE)
    )

    assert failed_rules(home, offer) == []


def test_goods_may_be_given_on_their_last_day() -> None:
    lots = (Lot(20, date(2026, 3, 2)),)

    assert failed_rules(a_need(), an_offer(lots=lots)) == []


def test_who_said_no_is_not_asked_again() -> None:
    explanation = explained(a_need(), an_offer(), refusals={a_party().id: DeclineReason.NO_TIME})

    assert [check.rule.code for check in explanation.failed] == ["not_refused"]
    assert explanation.says.zh == "已谢绝此需求（没有时间）。"
    assert explanation.says.en == "It said no to this need (no time)."


def test_all_failing_rules_are_told_at_once() -> None:
    offer = an_offer(unit=Unit.SESSION, held=20, site=a_site(point=metres_north(80_000)))

    explanation = explained(a_need(), offer, a_party(suspended_on=date(2026, 1, 1)))

    codes = [check.rule.code for check in explanation.failed]
    assert codes == ["unit_fits", "quantity_fits", "party_active", "place_within_reach"]
    assert explanation.says.zh.count("，") >= 3


def test_who_gives_on_any_day_is_free_on_saturday() -> None:
    assert failed_rules(a_need("need", a_line(weekdays=SATURDAYS)), an_offer()) == []


def test_a_line_that_asks_for_two_days_is_not_filled_by_one() -> None:
    weekend = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})

    failed = failed_rules(a_need("need", a_line(weekdays=weekend)), an_offer(weekdays=SATURDAYS))

    assert failed == ["weekday_fits"]


def test_a_vetting_counts_on_its_last_day() -> None:
    need = a_need("need", a_line(needs_vetting=True))

    assert failed_rules(need, an_offer(), a_party(vetted_until=date(2026, 3, 2))) == []


def test_the_day_of_a_vetting_ends_at_midnight_in_china() -> None:
    need = a_need("need", a_line(needs_vetting=True))
    party = a_party(vetted_until=date(2026, 3, 2))
    around = Circumstances(offers=(an_offer(),), parties={party.id: party}, refusals={}, matches=())
    an_hour_past_midnight = NOW.replace(hour=17)

    explanation = explain(need, around, POLICY, at=an_hour_past_midnight)[0]

    assert [check.rule.code for check in explanation.failed] == ["vetting_valid"]


def test_a_home_is_found_by_its_township() -> None:
    explanation = explained(a_need(site=a_site(point=None)), an_offer())

    assert explanation.failed == ()
    assert explanation.metres is None
    assert "与服务对象同在一个街道（乡镇）" in explanation.checks[-1].says.zh


def test_a_home_whose_township_is_unknown_is_left_to_people() -> None:
    nowhere = a_site(point=None, township=None)

    assert failed_rules(a_need(site=nowhere), an_offer(site=replace(nowhere, point=GATE))) == [
        "place_within_reach"
    ]


def test_rules_with_a_law_behind_them_name_it() -> None:
    sources = {rule.code: rule.source for rule in RULES}

    assert "未成年人保护法" in getattr(sources["vetting_valid"], "zh", "")
    assert "志愿服务条例" in getattr(sources["not_refused"], "zh", "")


positions = st.builds(
    Position,
    longitude=st.floats(120.9, 123.5, allow_nan=False),
    latitude=st.floats(38.7, 40.2, allow_nan=False),
)


@given(positions, positions)
def test_distances_in_columns_are_those_of_positions(here: Position, there: Position) -> None:
    layout = board(
        [(a_need(site=a_site(point=here)), a_line())],
        [an_offer(site=a_site(point=there))],
        parties={a_party().id: a_party()},
        refusals=frozenset(),
        matches=(),
        offering=POLICY.offering,
        at=NOW,
    )

    (metres,) = every_pair(layout).metres().tolist()

    assert abs(metres - here.metres_to(there)) <= 0.51


def test_an_offer_is_valid_until_its_very_end() -> None:
    almost_over = an_offer(valid_until=NOW + timedelta(seconds=1))

    assert failed_rules(a_need(), almost_over) == []
