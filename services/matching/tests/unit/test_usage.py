"""Why an offer was used or not, counted over whatever waits, against one pair after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from matching_builders import (
    NEXT_TOWNSHIP,
    NOW,
    a_line,
    a_need,
    a_party,
    a_site,
    an_offer,
    metres_north,
)

from common.vocabulary import Unit, Weekday
from matching.domain.explanation import Circumstances, explain
from matching.domain.moderation import Moderation
from matching.domain.policy import POLICY
from matching.domain.usage import Ends, Quantities, Usage, Waiting, usage

if TYPE_CHECKING:
    from matching.domain.need import Need
    from matching.domain.offer import Offer

QUANTITIES = Quantities(requested=0, committed=0, delivered=0, free=20)
OFFER = an_offer(weekdays=frozenset({Weekday.SATURDAY}))


def of(offer: Offer, needs: list[Need], ends: Ends | None = None) -> Usage:
    pairs = tuple((need, line) for need in needs for line in need.lines)
    return usage(
        offer,
        a_party(),
        Waiting(lines=len(pairs) + 5, of_service=pairs, refusals=frozenset()),
        ends=ends or Ends(),
        quantities=QUANTITIES,
        offering=POLICY.offering,
        at=NOW,
    )


lines = st.builds(
    a_line,
    quantity=st.integers(1, 30),
    unit=st.sampled_from([Unit.PERSON_TIME, Unit.SESSION]),
    weekdays=st.frozensets(st.sampled_from([Weekday.SATURDAY, Weekday.MONDAY])),
    within_metres=st.sampled_from([None, 100, 2_000]),
    needs_vetting=st.booleans(),
)
sites = st.sampled_from(
    [
        a_site(),
        a_site(point=metres_north(80_000)),
        a_site(point=None, township=NEXT_TOWNSHIP),
    ]
)


@given(st.lists(st.tuples(lines, sites), max_size=12))
def test_what_is_counted_at_once_is_what_each_pair_is_told(found: list[tuple]) -> None:
    needs = [a_need(f"need {at}", line, site=site) for at, (line, site) in enumerate(found)]
    party = a_party()
    around = Circumstances(offers=(OFFER,), parties={party.id: party}, refusals={}, matches=())
    failed = [
        [check.rule.code for check in explain(need, around, POLICY, at=NOW)[0].failed]
        for need in needs
    ]

    counted = of(OFFER, needs)

    assert counted.allowed == sum(not codes for codes in failed)
    assert {each.rule.code: (each.lines, each.alone) for each in counted.failing} == {
        code: (sum(code in codes for codes in failed), sum(codes == [code] for codes in failed))
        for code in {code for codes in failed for code in codes}
    }


def test_an_offer_for_which_nothing_waits_says_so() -> None:
    found = of(OFFER, [])

    assert (found.lines, found.of_service, found.allowed, found.failing) == (5, 0, 0, ())
    assert found.says.zh == (
        "本片区有 5 个未满足的需求项，0 个需要心理疏导，其中 0 个符合条件，"
        "提议过 0 次，征询过 0 次，接受 0 次，谢绝 0 次，逾期未答 0 次。"
    )


def test_the_sentence_names_what_fails_most_often_and_what_hides_the_offer() -> None:
    far = [a_need(f"far {n}", site=a_site(point=metres_north(80_000))) for n in range(2)]
    wrong = a_need("wrong", a_line(unit=Unit.SESSION))
    pending = an_offer(moderation=Moderation.PENDING)
    found = usage(
        pending,
        a_party(),
        Waiting(
            lines=3,
            of_service=tuple((need, need.lines[0]) for need in [*far, wrong]),
            refusals=frozenset(),
        ),
        ends=Ends(proposed=2, asked=1, declined=1),
        quantities=QUANTITIES,
        offering=POLICY.offering,
        at=NOW,
    )

    assert [each.rule.code for each in found.failing] == [
        "offer_approved",
        "place_within_reach",
        "unit_fits",
    ]
    assert found.says.en == (
        "3 lines wait in the pool, 3 of them for counselling, and the offer fits 0 of those; "
        "it is left out of plans at present (to be approved); "
        "what fails most often is “offer approved” (3); "
        "it was proposed 2 times and asked for 1 times: 0 accepted, 1 declined, 0 unanswered."
    )
