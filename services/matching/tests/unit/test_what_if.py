"""A past period played again: what differs between two policies is what they weigh."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import (
    NOW,
    POOL,
    a_line,
    a_need,
    a_party,
    a_site,
    an_offer,
    an_opening,
    metres_north,
    named,
)

from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.domain.allotment import Allotment
from matching.domain.identity import AllotmentId, NeedId, PartyId, PoolId
from matching.domain.local_policies import LocalPolicies
from matching.domain.lot import Lot
from matching.domain.policy import POLICY, Approval, Asking, Escalation, Policy, Weights
from matching.domain.what_if import Outcome, Past, Simulation, days_between, not_played
from matching.engine import assign

if TYPE_CHECKING:
    from matching.domain.need import Need
    from matching.domain.offer import Offer

DAYS = 4
UNTIL = NOW + timedelta(days=DAYS)
NEAREST = Policy(version=2, weights=Weights(distance=5_000, urgency=0))
MOST_URGENT = Policy(version=3, weights=Weights(distance=0, urgency=5_000))


def past(
    needs: list[Need], offers: list[Offer], *refusals: tuple[NeedId, PartyId], parties: int = 1
) -> Past:
    known = [a_party(), *(a_party(f"party {n}") for n in range(1, parties))]
    return Past(
        pool_id=POOL,
        needs=needs,
        offers=offers,
        parties={party.id: party for party in known},
        refusals=frozenset(refusals),
    )


def played(of: Past, policy: Policy = POLICY) -> Outcome:
    simulation = Simulation(of, LocalPolicies(policy), assign, since=NOW, until=UNTIL)
    for day in range(DAYS):
        simulation.play(day)
    return simulation.outcome()


def a_need_at(metres: int, urgency: int) -> Need:
    name = f"at {metres}"
    site = a_site(point=metres_north(metres))
    return a_need(name, a_line(name), site=site, urgency=urgency)


def test_policies_differ_in_whom_they_serve_first() -> None:
    rivals = past([a_need_at(0, 1), a_need_at(3_000, 4)], [an_offer(capacity=10)])

    nearest, urgent = played(rivals, NEAREST).figures(), played(rivals, MOST_URGENT).figures()

    assert (nearest.filled, urgent.filled) == (1, 1)
    assert (nearest.metres, urgent.metres) == (200.0, 2_800.0)


def test_a_need_is_played_when_it_was_told_and_waits_until_something_is_offered() -> None:
    late = an_offer(published_at=NOW + timedelta(days=1, hours=12))

    (waited,) = played(past([a_need()], [late])).waited

    assert (waited.is_filled, waited.hours) == (True, 48.0)
    assert (waited.district, waited.group) == ("210213", "group")


def test_what_nobody_fills_waits_to_the_end() -> None:
    (waited,) = played(past([a_need()], [])).waited

    assert (waited.is_filled, waited.hours) == (False, DAYS * 24.0)


def test_who_is_known_to_have_said_no_is_asked_once_and_the_next_a_day_later() -> None:
    need = a_need()
    near = an_offer("near")
    far = an_offer("far", party="party 1", site=a_site(point=metres_north(900)))

    outcome = played(past([need], [near, far], (need.id, PartyId(named("party"))), parties=2))

    assert sorted(outcome.asks) == [1, 1]
    assert [each.hours for each in outcome.waited] == [48.0]
    assert outcome.metres == (900,)


def test_silence_lasts_as_long_as_the_policy_waits_before_it_asks_others() -> None:
    need = a_need()
    said = (need.id, PartyId(named("party")))
    far = an_offer("far", party="party 1", site=a_site(point=metres_north(900)))
    of = replace(past([need], [an_offer("near"), far], said, parties=2), silent=frozenset({said}))
    two_days = Policy(version=2, asking=Asking(wave_seconds=2 * 86_400))

    soon, late = played(of), played(of, two_days)

    assert [each.hours for each in (*soon.waited, *late.waited)] == [48.0, 72.0]


def test_a_home_is_looked_for_farther_around_when_the_policy_says_so() -> None:
    home = a_need(site=a_site(point=None), submitted_at=NOW)
    next_door = AreaRef(AreaScheme.NBS, "210213008")
    offer = an_offer(site=a_site(point=metres_north(900), township=next_door, area=next_door))
    never = Policy(version=2, escalation=Escalation(township_seconds=30 * 86_400))

    assert [each.hours for each in played(past([home], [offer])).waited] == [48.0]
    assert played(past([home], [offer]), never).figures().filled == 0


@pytest.mark.parametrize("lots", [(), (Lot(6, None), Lot(4, None))])
def test_what_other_pools_had_is_not_to_be_had(lots: tuple[Lot, ...]) -> None:
    """Of ten another pool has five for two days; a line takes four, and comes each day."""
    needs = [
        a_need(f"{n}", a_line(f"{n}", quantity=4), submitted_at=NOW + timedelta(days=n))
        for n in range(3)
    ]
    offer = an_offer(capacity=10, lots=lots, lots_held=tuple(0 for _ in lots), held=0)
    away = Allotment(
        id=AllotmentId(named("allotment")),
        version=1,
        offer_id=offer.id,
        home=POOL,
        pool_id=PoolId(named("elsewhere")),
        area=a_site().area,
        quantity=5,
        lots={},
        until=UNTIL,
        granted_at=NOW,
        returned=5,
        returned_at=NOW + timedelta(days=2, hours=12),
    )

    outcome = played(replace(past(needs, [offer]), allotments=[away]))

    assert [each.hours for each in outcome.waited] == [24.0, 48.0, DAYS * 24.0 - 48.0]
    assert [each.is_filled for each in outcome.waited] == [True, True, False]


def test_an_offer_with_a_calendar_is_played_by_all_of_its_sessions() -> None:
    """Both givers' sessions overlap: one giver has one of them at most, whatever the day."""
    openings = tuple(
        an_opening(name, 1, starts=24 * 5 + n, is_exclusive=True) for n, name in enumerate("ab")
    )
    offer = an_offer(openings=(), capacity=2)
    needs = [
        a_need(f"{n}", a_line(f"{n}", quantity=1), submitted_at=NOW + timedelta(days=n))
        for n in range(2)
    ]

    outcome = played(replace(past(needs, [offer]), openings={offer.id: openings}))

    assert [each.is_filled for each in outcome.waited] == [True, False]


def test_figures_that_make_no_difference_are_named() -> None:
    other = Policy(
        version=2,
        weights=Weights(fit=500),
        asking=Asking(wave=2, patience_seconds=60),
        approval=Approval(kinds=frozenset()),
    )

    assert not_played(POLICY, other) == {"asking.wave", "approval.kinds"}
    assert not_played(POLICY, replace(POLICY, version=2)) == frozenset()


def test_an_offer_gives_no_more_than_it_has_however_many_days_pass() -> None:
    needs = [
        a_need(f"need {n}", a_line(f"line {n}"), submitted_at=NOW + timedelta(hours=9 * n))
        for n in range(8)
    ]

    assert played(past(needs, [an_offer(capacity=35)])).figures().filled == 3


def test_a_withdrawn_offer_was_there_until_it_was_withdrawn() -> None:
    early = an_offer(withdrawn_at=NOW + timedelta(days=2))
    gone = an_offer(withdrawn_at=NOW + timedelta(hours=1))

    assert played(past([a_need()], [early])).figures().filled == 1
    assert played(past([a_need()], [gone])).figures().filled == 0


def test_the_same_policy_makes_the_same_of_the_same_past() -> None:
    needs = [a_need_at(100 * n, 1 + n % 4) for n in range(6)]
    of = past(needs, [an_offer(capacity=30)])

    assert played(of) == played(of, replace(POLICY, version=9))


@pytest.mark.parametrize(("hours", "days"), [(24, 1), (25, 2), (1, 1)])
def test_an_unfinished_day_is_a_day(hours: int, days: int) -> None:
    assert days_between(NOW, NOW + timedelta(hours=hours)) == days
