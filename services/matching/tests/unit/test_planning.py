"""From what stands to what shall stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_builders import (
    NOW,
    a_line,
    a_match,
    a_need,
    a_party,
    a_site,
    a_standing,
    an_offer,
    metres_north,
    named,
    plan,
)

from common.vocabulary import MatchState, ServiceCode, Unit
from matching.domain.errors import LineNotKnown, NeedHasEnded
from matching.domain.identity import LineId, NeedId
from matching.domain.match import HOLDING, STANDING
from matching.domain.need import Line, LineOrigin, NeedState, with_carriers
from matching.domain.standing import Planned, Standing

if TYPE_CHECKING:
    from matching.domain.planning import Draft


def written(standing: Standing, drafted: Draft) -> Standing:
    """Return what stands after a draft was written."""
    matches = {match.id: match for match in standing.matches}
    matches |= {change.state.id: change.state for change in drafted.changes}
    planned = dict(standing.planned) | {
        made.need_id: Planned(
            version=made.version,
            matches={p.line.id: None if p.match is None else p.match.id for p in made.parts},
        )
        for made in drafted.plans
    }
    return replace(
        standing,
        matches=tuple(m for m in matches.values() if m.state in STANDING | HOLDING),
        planned=planned,
        wanted_sequence=standing.wanted_sequence + 1,
    )


def states(drafted: Draft) -> list[MatchState]:
    return [change.state.state for change in drafted.changes]


def test_the_nearer_of_two_equal_offers_is_proposed() -> None:
    near = an_offer("near")
    far = an_offer("far", site=a_site(point=metres_north(4_000)))

    drafted = plan(a_standing([a_need()], [far, near]))

    (change,) = drafted.changes
    assert change.state.pairing.offer_id == near.id
    assert change.state.grounds.worth.metres == 200
    assert change.state.grounds.plan_sequence == 7
    assert drafted.certificate.gap == 0


def test_a_plan_that_agrees_with_what_stands_changes_nothing() -> None:
    before = a_standing([a_need("one"), a_need("two", a_line("other"))], [an_offer()])

    again = plan(written(before, plan(before)))

    assert again.is_empty


def test_a_need_that_nobody_can_fill_gets_a_plan_once_that_says_what_is_missing() -> None:
    standing = a_standing([a_need()], [])

    drafted = plan(standing)
    again = plan(written(standing, drafted))

    assert [line.id for line in drafted.plans[0].missing] == [a_line().id]
    assert (drafted.changes, again.is_empty) == ((), True)


def test_equals_do_not_change_places() -> None:
    first, second = an_offer("a"), an_offer("b")
    standing = a_standing([a_need()], [first, second])
    chosen = plan(standing).changes[0].state.pairing.offer_id
    other = first if chosen == second.id else second
    held_by_other = a_match(offer=other)
    planned = Planned(version=1, matches={a_line().id: held_by_other.id})

    drafted = plan(replace(standing, matches=(held_by_other,), planned={a_need().id: planned}))

    assert drafted.is_empty


def test_a_much_better_offer_takes_the_place_of_a_proposal() -> None:
    far = an_offer("far", site=a_site(point=metres_north(4_900)))
    standing = a_standing([a_need()], [far])
    before = written(standing, plan(standing))

    drafted = plan(replace(before, offers=(far, an_offer("near"))))

    assert states(drafted) == [MatchState.SUPERSEDED, MatchState.PROPOSED]
    assert drafted.plans[0].version == 2


def test_what_was_accepted_is_pinned_and_its_capacity_is_gone() -> None:
    accepted = a_match(MatchState.ACCEPTED)
    rival = a_need("rival", a_line("rival", quantity=15), urgency=4)
    half_taken = an_offer(held=10)

    drafted = plan(a_standing([a_need(), rival], [half_taken], matches=[accepted]))

    assert drafted.changes == ()
    plans = {made.need_id: made for made in drafted.plans}
    assert plans[a_need().id].parts[0].match == accepted
    assert [line.id for line in plans[rival.id].missing] == [LineId(named("rival"))]


def test_an_answer_ends_what_else_was_proposed_for_the_line() -> None:
    accepted = a_match(MatchState.ACCEPTED, offer=an_offer("a"))
    late = a_match(MatchState.ASKED, offer=an_offer("b"), name="late")

    drafted = plan(
        a_standing([a_need()], [an_offer("a", held=10), an_offer("b")], matches=[accepted, late])
    )

    assert states(drafted) == [MatchState.SUPERSEDED]


def test_a_proposal_for_an_approved_line_is_asked_at_once() -> None:
    approved = a_need("need", a_line(approved_at=NOW))

    drafted = plan(a_standing([approved], [an_offer()]))

    assert states(drafted) == [MatchState.ASKED]
    assert len(drafted.changes[0].facts) == 2


def test_a_standing_proposal_is_asked_when_its_line_was_approved() -> None:
    approved = a_need("need", a_line(approved_at=NOW))

    drafted = plan(a_standing([approved], [an_offer()], matches=[a_match()]))

    assert states(drafted) == [MatchState.ASKED]
    assert drafted.changes[0].state.id == a_match().id


def test_who_said_no_is_passed_over_for_the_next_best() -> None:
    best = an_offer("best", party="party")
    next_best = an_offer("next", party="other", site=a_site(point=metres_north(3_000)))
    parties = [a_party(), a_party("other")]
    standing = a_standing(
        [a_need()],
        [best, next_best],
        parties=parties,
        refusals=frozenset({(a_need().id, a_party().id)}),
    )

    drafted = plan(standing)

    assert drafted.changes[0].state.pairing.offer_id == next_best.id


def test_a_withdrawn_offer_loses_its_proposal() -> None:
    standing = a_standing([a_need()], [an_offer()])
    before = written(standing, plan(standing))

    drafted = plan(replace(before, offers=(an_offer(withdrawn_at=NOW),)))

    assert states(drafted) == [MatchState.SUPERSEDED]
    assert [line.id for line in drafted.plans[0].missing] == [a_line().id]


def test_the_most_urgent_need_comes_first_where_there_is_too_little() -> None:
    calm = a_need("calm", a_line("calm"), urgency=1)
    urgent = a_need("urgent", a_line("urgent"), urgency=4)

    drafted = plan(a_standing([calm, urgent], [an_offer(capacity=10)]))

    assert [c.state.pairing.need_id for c in drafted.changes] == [NeedId(named("urgent"))]


def test_waiting_tells_between_equals() -> None:
    new = a_need("new", a_line("new"))
    old = a_need("old", a_line("old"), submitted_at=NOW - timedelta(days=9))

    drafted = plan(a_standing([new, old], [an_offer(capacity=10)]))

    assert [c.state.pairing.need_id for c in drafted.changes] == [NeedId(named("old"))]


def test_a_room_brings_the_line_of_whoever_runs_it() -> None:
    venue = a_line("venue", service=ServiceCode.WAITING_ROOM, quantity=1, unit=Unit.ROOM)

    asked, carrier = with_carriers((venue,))

    assert asked is venue
    assert (carrier.service, carrier.quantity, carrier.unit) == (
        ServiceCode.VENUE_OPERATION,
        1,
        Unit.ROOM,
    )
    assert (carrier.derived_from, carrier.origin) == (venue.id, LineOrigin.DERIVED)
    assert carrier == with_carriers((venue,))[1]


def test_an_approval_is_kept_from_the_first_time() -> None:
    once = a_need().approve(None, at=NOW)
    twice = once.approve(None, at=NOW + timedelta(days=1))

    assert twice.lines[0].approved_at == NOW
    assert twice.revision == 3


def test_a_line_of_another_need_is_not_approved() -> None:
    with pytest.raises(LineNotKnown):
        a_need().approve(frozenset({LineId(named("another"))}), at=NOW)


def test_nothing_is_decided_about_a_need_that_ended() -> None:
    ended = a_need().ended()

    assert ended.state is NeedState.ENDED
    with pytest.raises(NeedHasEnded):
        ended.approve(None, at=NOW)


def lines_of(quantities: list[int]) -> list[Line]:
    return [a_line(f"line {n}", quantity=q) for n, q in enumerate(quantities)]


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.lists(st.integers(1, 20), min_size=1, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_no_plan_goes_beyond_what_is_offered(wanted: list[int], capacities: list[int]) -> None:
    needs = [a_need(f"need {n}", line) for n, line in enumerate(lines_of(wanted))]
    offers = [an_offer(f"offer {n}", capacity=c) for n, c in enumerate(capacities)]

    drafted = plan(a_standing(needs, offers))

    for offer in offers:
        taken = [c.state.pairing for c in drafted.changes if c.state.pairing.offer_id == offer.id]
        assert sum(pairing.quantity for pairing in taken) <= offer.supply.capacity
