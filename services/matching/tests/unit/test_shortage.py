"""The shortage ledger, against the same question asked line by line."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from matching_builders import (
    NEXT_TOWNSHIP,
    NOW,
    TOWNSHIP,
    a_line,
    a_need,
    a_party,
    a_site,
    an_offer,
    metres_north,
)

from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.columns import board, every_pair
from matching.domain.policy import POLICY
from matching.domain.rules import RULES
from matching.domain.shortage import NOBODY_OFFERS, TAKEN, Shortage, Unmet, shortages, title_of

if TYPE_CHECKING:
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer

PARTY = a_party()


def unmet(*needs: Need, offers: tuple[Offer, ...] = ()) -> Unmet:
    return Unmet(
        lines=[(need, line) for need in needs for line in need.lines],
        offers=offers,
        parties={PARTY.id: PARTY},
        refusals=frozenset(),
    )


def test_lines_of_one_township_and_service_are_added_up_by_reason() -> None:
    early = NOW - timedelta(days=9)
    needs = [
        a_need("one", a_line("one", quantity=30), submitted_at=early),
        a_need("two", a_line("two", quantity=25)),
        a_need("next", a_line("next", quantity=30), site=a_site(township=NEXT_TOWNSHIP)),
    ]

    found = shortages(unmet(*needs, offers=(an_offer(),)), POLICY.offering, at=NOW)

    expected = Shortage(
        area=TOWNSHIP,
        service=ServiceCode.COUNSELLING,
        unit=Unit.PERSON_TIME,
        reason="quantity_fits",
        lines=2,
        quantity=55,
        waiting_since=early,
    )
    assert expected in found
    assert [(each.area, each.lines) for each in found] == [(NEXT_TOWNSHIP, 1), (TOWNSHIP, 2)]


def test_what_nobody_offers_and_what_is_taken_have_reasons_of_their_own() -> None:
    nobody = a_need("lawyer", a_line("lawyer", service=ServiceCode.LEGAL_ADVICE))

    found = shortages(unmet(nobody, a_need(), offers=(an_offer(),)), POLICY.offering, at=NOW)

    assert {(each.service.value, each.reason) for each in found} == {
        ("legal_advice", NOBODY_OFFERS),
        ("counselling", TAKEN),
    }
    assert title_of(TAKEN).en == "What would do is planned for others"
    assert title_of("weekday_fits").zh == "时间相符"
    assert title_of("gone").zh == "gone"


def test_only_the_offers_that_come_nearest_are_blamed() -> None:
    far = an_offer("far", site=a_site(point=metres_north(9_000)))
    far_and_small = an_offer("both", capacity=1, site=a_site(point=metres_north(9_000)))

    found = shortages(unmet(a_need(), offers=(far, far_and_small)), POLICY.offering, at=NOW)

    assert [each.reason for each in found] == ["place_within_reach"]


def reasons_one_by_one(need: Need, line: Line, offers: list[Offer]) -> set[str]:
    failing = [
        {rule.code for rule in RULES if not rule.holds(pair).item()}
        for pair in (
            every_pair(
                board(
                    [(need, line)],
                    [offer],
                    parties={PARTY.id: PARTY},
                    refusals=frozenset(),
                    matches=(),
                    offering=POLICY.offering,
                    at=NOW,
                )
            )
            for offer in offers
            if offer.supply.service is line.service
        )
    ]
    if not failing:
        return {NOBODY_OFFERS}
    fewest = min(map(len, failing))
    return (
        {TAKEN}
        if not fewest
        else {code for each in failing if len(each) == fewest for code in each}
    )


def test_the_ledger_is_what_asking_line_by_line_gives() -> None:
    rng = Random(5)  # noqa: S311
    services = [ServiceCode.COUNSELLING, ServiceCode.MEDIATION, ServiceCode.COMPANY]
    offers = [
        an_offer(
            f"offer {n}",
            service=rng.choice(services[:2]),
            capacity=rng.randint(1, 20),
            reach_metres=rng.choice([500, 5_000]),
            weekdays=frozenset(rng.sample(list(Weekday), rng.choice([0, 3]))),
            site=a_site(point=metres_north(rng.randint(0, 6_000))),
        )
        for n in range(12)
    ]
    needs = [
        a_need(
            f"need {n}",
            a_line(
                f"line {n}",
                service=rng.choice(services),
                quantity=rng.randint(1, 25),
                weekdays=frozenset(rng.sample(list(Weekday), rng.choice([0, 1]))),
            ),
        )
        for n in range(510)
    ]

    found = shortages(unmet(*needs, offers=tuple(offers)), POLICY.offering, at=NOW)

    expected = Counter(
        (need.lines[0].service, reason)
        for need in needs
        for reason in reasons_one_by_one(need, need.lines[0], offers)
    )
    assert {(each.service, each.reason): each.lines for each in found} == dict(expected)
