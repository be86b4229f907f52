"""Decisions that are kept with a plan, and made again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matching_builders import (
    NOW,
    a_line,
    a_need,
    a_party,
    a_site,
    a_standing,
    an_offer,
    an_opening,
    metres_north,
    named,
    plan,
)

from matching.domain.decision import Decision, Difference, Method, replay
from matching.domain.identity import LineId
from matching.engine import assign

if TYPE_CHECKING:
    from matching.domain.need import Need
    from matching.domain.offer import Offer


def decided(needs: list[Need], offers: list[Offer], line: str) -> Decision:
    drafted = plan(a_standing(needs, offers, parties=[a_party()]))
    (found,) = [each for each in drafted.decisions if each.line_id == LineId(named(line))]
    return found


def single(name: str, metres: int, **changes: object) -> Need:
    site = a_site(point=metres_north(metres))
    return a_need(name, a_line(name, quantity=1), site=site, **changes)


def whole(name: str, metres: int, **changes: object) -> Need:
    site = a_site(point=metres_north(metres))
    return a_need(name, a_line(name, quantity=10), site=site, **changes)


def test_a_line_of_one_unit_is_decided_by_prices_and_decided_so_again() -> None:
    needs = [single("near", 0), single("far", 2_000, urgency=4), single("third", 500)]
    offers = [an_offer("one", capacity=1), an_offer("two", capacity=1, site=a_site())]

    decision = decided(needs, offers, "far")
    again = replay(decision, assign)

    assert decision.method is Method.FLOW
    assert {each.offer_id for each in decision.candidates} == {offer.id for offer in offers}
    assert decision.candidates[0].offer_id == decision.offer_id
    # Somebody goes without, so what is there has a price.
    assert all(each.price for each in decision.candidates)
    assert decision.value == decision.candidates[0].net
    assert (again.is_same, again.differs) == (True, ())
    assert (again.value, again.bound) == (decision.value, decision.bound)


def test_a_line_that_takes_a_whole_load_is_decided_with_everything_in_its_way() -> None:
    needs = [whole("near", 0), whole("far", 2_000, urgency=4)]
    offers = [an_offer("one", capacity=10), an_offer("two", capacity=10, reach_metres=1_000)]

    decision = decided(needs, offers, "near")
    again = replay(decision, assign)

    assert decision.method is Method.RESERVATION
    assert decision.competing is not None
    assert decision.competing.line_ids == tuple(sorted([named("near"), named("far")]))
    assert (again.is_same, again.differs) == (True, ())
    assert (again.value, again.bound) == (decision.value, decision.bound)
    # The other line can have only the first offer, and would lose all that it is worth there.
    prices = {each.offer_id: each.price for each in again.candidates}
    assert prices[offers[1].id] == 0
    assert (prices[offers[0].id] or 0) > 700


def test_a_whole_load_of_a_session_is_decided_with_the_sessions_that_clash() -> None:
    needs = [whole("near", 0), whole("far", 2_000, urgency=4)]
    offers = [
        an_offer(name, openings=(an_opening(f"{name} session", 10, is_exclusive=True),))
        for name in ("one", "two")
    ]

    decision = decided(needs, offers, "far")
    again = replay(decision, assign)

    assert decision.sessions == {
        opening.session_id: offer.id for offer in offers for opening in offer.openings or ()
    }
    assert decision.competing is not None
    assert len(decision.competing.clashes) == 1
    assert (again.is_same, again.value) == (True, decision.value)
    # One of both is served at most, so each session costs what the other line would be worth.
    assert {each.price for each in again.candidates} == {decision_of_near(offers)}


def decision_of_near(offers: list[Offer]) -> int:
    return decided([whole("near", 0)], offers, "near").value


def test_a_plan_that_keeps_what_stands_decides_nothing() -> None:
    drafted = plan(a_standing([], [an_offer()]))

    assert drafted.decisions == ()


def test_of_equals_each_is_the_best() -> None:
    offers = [an_offer("one", capacity=10), an_offer("two", capacity=10)]
    decision = decided([whole("near", 0)], offers, "near")
    (other,) = [offer for offer in offers if offer.id != decision.offer_id]

    assert replay(replace(decision, offer_id=other.id), assign).is_same


def test_what_differs_is_named() -> None:
    offers = [an_offer("one", capacity=1), an_offer("far", site=a_site(point=metres_north(900)))]
    decision = decided([single("near", 0)], offers, "near")
    (worse,) = [each for each in decision.candidates if each.offer_id != decision.offer_id]
    older = replace(decision.certificate, engine_version="exact-0")

    chosen_otherwise = replay(replace(decision, offer_id=worse.offer_id), assign)
    by_another_engine = replay(replace(decision, certificate=older), assign)
    worth_otherwise = replay(replace(decision, value=decision.value + 1), assign)

    assert (chosen_otherwise.differs, chosen_otherwise.is_same) == ((Difference.CHOICE,), False)
    assert (by_another_engine.differs, by_another_engine.is_same) == ((Difference.ENGINE,), True)
    assert (worth_otherwise.differs, worth_otherwise.is_same) == ((Difference.VALUE,), False)


def test_the_instant_and_the_certificate_are_those_of_the_plan() -> None:
    decision = decided([single("near", 0)], [an_offer()], "near")

    assert decision.decided_at == NOW
    assert decision.certificate.plan_sequence == 7
    assert decision.certificate.gap == 0
