"""Each score term on its own, and what they add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import (
    COUNTY,
    NEXT_TOWNSHIP,
    NOW,
    OTHER_COUNTY,
    a_line,
    a_match,
    a_need,
    a_party,
    a_site,
    an_offer,
    metres_north,
)

from common.vocabulary import MatchState
from matching.domain.columns import Pairs, board, every_pair
from matching.domain.policy import POLICY
from matching.domain.reliability import Reliability
from matching.domain.score import total, worths
from matching.domain.worth import Term, Worth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matching.domain.match import Match
    from matching.domain.need import Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party


def pairs_of(
    need: Need, *offers: Offer, matches: Iterable[Match] = (), party: Party | None = None
) -> Pairs:
    return every_pair(
        board(
            [(need, line) for line in need.lines],
            offers,
            parties={a_party().id: party or a_party()},
            refusals=frozenset(),
            matches=matches,
            offering=POLICY.offering,
            at=NOW,
        )
    )


def worth_of(need: Need, offer: Offer, matches: Iterable[Match] = ()) -> Worth:
    return worths(pairs_of(need, offer, matches=matches), POLICY)[0]


def points(
    term: Term,
    need: Need | None = None,
    offer: Offer | None = None,
    matches: Iterable[Match] = (),
) -> int:
    worth = worth_of(need or a_need(), offer or an_offer(), matches)
    return dict(worth.points)[term]


def test_the_total_is_the_sum_of_all_terms() -> None:
    need = a_need("need", a_line("one"), a_line("two", quantity=3))
    pairs = pairs_of(need, an_offer("a"), an_offer("b", site=a_site(point=metres_north(900))))

    assert total(pairs, POLICY).tolist() == [worth.total for worth in worths(pairs, POLICY)]
    assert all([term for term, _ in worth.points] == list(Term) for worth in worths(pairs, POLICY))


def test_an_offer_that_is_used_up_fits_best() -> None:
    assert points(Term.FIT, offer=an_offer(capacity=10)) == 450
    assert points(Term.FIT, offer=an_offer(capacity=20)) == 425
    assert points(Term.FIT, offer=an_offer(capacity=1_000)) == 400


@pytest.mark.parametrize(("metres", "expected"), [(0, 200), (200, 196), (5_000, 100), (20_000, 0)])
def test_nearness_falls_with_distance(metres: int, expected: int) -> None:
    offer = an_offer(site=a_site(point=metres_north(metres)))

    assert points(Term.DISTANCE, offer=offer) == expected


def test_for_a_home_its_township_counts_half_of_next_door() -> None:
    assert points(Term.DISTANCE, a_need(site=a_site(point=None))) == 100


def test_urgency_counts_by_level() -> None:
    assert [points(Term.URGENCY, a_need(urgency=level)) for level in (1, 4)] == [40, 160]


def test_waiting_counts_by_day_up_to_a_limit() -> None:
    waited = [
        points(Term.WAITING, a_need(submitted_at=NOW - timedelta(days=days))) for days in (0, 3, 99)
    ]

    assert waited == [0, 6, 100]


def test_the_same_township_counts_more_than_the_same_county() -> None:
    next_door = an_offer(site=a_site(area=NEXT_TOWNSHIP, township=NEXT_TOWNSHIP))
    across = an_offer(site=a_site(area=OTHER_COUNTY, township=None, county=OTHER_COUNTY))

    assert points(Term.LOCAL_FIRST) == 60
    assert points(Term.LOCAL_FIRST, offer=next_door) == 30
    assert points(Term.LOCAL_FIRST, offer=across) == 0


def test_what_is_not_known_is_not_local() -> None:
    vague = a_site(township=None, county=None)

    assert points(Term.LOCAL_FIRST, a_need(site=vague), an_offer(site=vague)) == 0
    assert points(Term.LOCAL_FIRST, a_need(site=a_site(township=None, county=COUNTY))) == 30


def test_half_of_the_freshness_is_left_after_each_half_life() -> None:
    aged = [
        points(Term.FRESHNESS, offer=an_offer(published_at=NOW - timedelta(days=days)))
        for days in (0, 10, 30, 60, 90, 150, 4_000)
    ]

    assert aged == [30, 25, 15, 7, 3, 0, 0]


def test_a_confirmed_offer_is_as_fresh_as_a_new_one() -> None:
    old = an_offer(published_at=NOW - timedelta(days=60), confirmed_at=NOW)

    assert points(Term.FRESHNESS, offer=old) == points(Term.FRESHNESS) == 30


@given(st.lists(st.integers(0, 400), min_size=2, max_size=20))
def test_who_is_older_is_never_fresher(ages: list[int]) -> None:
    in_order = sorted(ages)
    counted = [
        points(Term.FRESHNESS, offer=an_offer(published_at=NOW - timedelta(days=days)))
        for days in in_order
    ]

    assert counted == sorted(counted, reverse=True)


def test_what_stands_counts_so_that_equals_do_not_change_places() -> None:
    assert points(Term.STABILITY) == 0
    assert points(Term.STABILITY, matches=[a_match(MatchState.PROPOSED)]) == 20
    assert points(Term.STABILITY, matches=[a_match(MatchState.ASKED)]) == 60
    assert points(Term.STABILITY, matches=[a_match(MatchState.DECLINED)]) == 0


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Reliability(), 20),
        (Reliability(completed=1), 26),
        (Reliability(completed=8), 36),
        (Reliability(no_shows=1), 13),
        (Reliability(drop_outs=1), 13),
        (Reliability(completed=3, no_shows=2, drop_outs=1), 20),
    ],
)
def test_who_keeps_its_word_counts_more_and_who_is_new_is_in_the_middle(
    record: Reliability, expected: int
) -> None:
    assert reliability_of(record) == expected


@given(counts=st.tuples(*[st.integers(0, 500)] * 3))
def test_reliability_stays_between_nothing_and_its_weight_and_moves_the_right_way(
    counts: tuple[int, int, int],
) -> None:
    completed, no_shows, drop_outs = counts
    record = Reliability(completed=completed, no_shows=no_shows, drop_outs=drop_outs)

    now = reliability_of(record)

    assert 0 <= now <= POLICY.weights.reliability
    assert reliability_of(replace(record, completed=completed + 1)) >= now
    assert reliability_of(replace(record, no_shows=no_shows + 1)) <= now


def reliability_of(record: Reliability) -> int:
    party = a_party(reliability=record)
    worth = worths(pairs_of(a_need(), an_offer(), party=party), POLICY)[0]
    return dict(worth.points)[Term.RELIABILITY]


def test_every_allowed_pair_is_worth_more_than_nothing() -> None:
    worst = (
        a_need(urgency=1),
        an_offer(
            capacity=1_000_000,
            published_at=NOW - timedelta(days=365),
            site=a_site(point=metres_north(50_000), township=None, county=None),
        ),
    )

    assert worth_of(*worst).total > 0
