"""Sessions as part of the plan: compared with everything that could be done instead."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_builders import (
    NOW,
    POOL,
    a_line,
    a_match,
    a_need,
    a_party,
    a_site,
    a_standing,
    an_offer,
    an_opening,
    metres_north,
)
from scipy.optimize import linear_sum_assignment

from common.vocabulary import MatchState
from matching.domain.match import Appointment
from matching.domain.policy import POLICY
from matching.domain.pool import Pool
from matching.domain.session import Opening, clashes
from matching.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from matching.domain.match import Match
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer
    from matching.domain.standing import Standing

HOURS = st.integers(1, 8)


def hours(number: float) -> datetime:
    return an_opening("", 0, starts=number).starts_at


@st.composite
def offers(draw: st.DrawFn, number: int) -> Offer:
    """Draw an offer of one of two givers, who may be in one place only at a time."""
    sessions = draw(st.lists(st.tuples(HOURS, st.integers(1, 3), st.integers(1, 2)), max_size=4))
    is_exclusive = draw(st.booleans())
    openings = tuple(
        an_opening(
            f"session {number} {n}",
            free,
            starts=starts,
            ends_at=hours(starts + lasts),
            is_exclusive=is_exclusive,
        )
        for n, (starts, lasts, free) in enumerate(sessions)
    )
    return an_offer(
        f"offer {number}",
        party=draw(st.sampled_from(["party", "other"])),
        capacity=draw(st.integers(1, 2)) if not openings else sum(each.free for each in openings),
        openings=openings if draw(st.integers(0, 4)) else None,
        site=a_site(point=metres_north(draw(st.sampled_from([100, 900, 2_000])))),
    )


@st.composite
def needs(draw: st.DrawFn, number: int) -> Need:
    begins = draw(st.none() | HOURS)
    ends = draw(st.none() | st.integers(2, 5))
    window = Window(
        None if begins is None else hours(begins),
        None if ends is None else hours((begins or 0) + ends),
    )
    return a_need(
        f"need {number}",
        a_line(f"line {number}", quantity=1, window=window),
        urgency=draw(st.integers(1, 4)),
    )


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    waiting = [draw(needs(number)) for number in range(draw(st.integers(1, 5)))]
    offered = [draw(offers(number)) for number in range(draw(st.integers(1, 4)))]
    return a_standing(
        waiting,
        offered,
        parties=[a_party(), a_party("other")],
        matches=[match for need in waiting for match in draw(told(need, offered))],
    )


@st.composite
def told(draw: st.DrawFn, need: Need, offered: Sequence[Offer]) -> list[Match]:
    """Draw what was proposed or asked for one line: a session of one offer, or nothing."""
    sessions = [(offer, each) for offer in offered for each in offer.openings or ()]
    if not sessions or draw(st.booleans()):
        return []
    offer, opening = draw(st.sampled_from(sessions))
    state = draw(st.sampled_from([MatchState.PROPOSED, MatchState.ASKED]))
    return [a_match(state, need=need, line=need.lines[0], offer=offer, appointment=_named(opening))]


def _named(opening: Opening) -> Appointment:
    return Appointment(
        session_id=opening.session_id, starts_at=opening.starts_at, ends_at=opening.ends_at
    )


@settings(max_examples=150, deadline=None)
@given(standings())
def test_the_plan_is_the_best_of_all_that_use_no_two_clashing_sessions(standing: Standing) -> None:
    pool = Pool(POOL, POLICY, at=NOW)
    pool.hear(standing.as_news(), at=NOW)

    proof = pool.proof()

    assert proof.value == proof.bound == best(standing, pool)
    assert_feasible(standing, pool)


# Under these names the session that was told is the later of two equals for the flow.
@pytest.mark.parametrize("rival", ["1", "8", "10"])
def test_nobody_is_told_another_time_for_somebody_who_has_a_choice(rival: str) -> None:
    """The one session that the newcomer may have overlaps what was told; somebody else would do."""
    theirs = an_offer("theirs", openings=_sessions(f"theirs {rival}", 2, 6))
    overlapping = an_offer(f"overlapping {rival}", openings=_sessions(rival, 1))
    elsewhere = an_offer(f"elsewhere {rival}", party="other", openings=_sessions(f"{rival} too", 1))
    told = a_need("told", a_line("told", quantity=1, window=Window(hours(2))))
    newcomer = a_need("new", a_line("new", quantity=1, window=Window(None, hours(3))))
    appointment = _named(_sessions(f"theirs {rival}", 2)[0])
    asked = a_match(
        MatchState.ASKED, need=told, line=told.lines[0], offer=theirs, appointment=appointment
    )
    standing = a_standing(
        [told, newcomer],
        [theirs, overlapping, elsewhere],
        parties=[a_party(), a_party("other")],
        matches=[asked],
    )
    pool = Pool(POOL, POLICY, at=NOW)

    pool.hear(standing.as_news(), at=NOW)

    assert pool.appointment_for(told.lines[0], theirs.id) == appointment
    assert pool.offer_for(newcomer.lines[0].id) == elsewhere.id


def _sessions(name: str, *starts: int) -> tuple[Opening, ...]:
    return tuple(an_opening(f"{name} {each}", 1, starts=each, is_exclusive=True) for each in starts)


def best(standing: Standing, pool: Pool) -> int:
    """Return what the best assignment is worth, by trying each choice of sessions."""
    lines = [(need, line) for need in standing.needs for line in need.lines]
    return max(_assigned(lines, opened, standing, pool) for opened in _choices(_sources(standing)))


def _sources(standing: Standing) -> list[tuple[Offer, Opening | None]]:
    return [
        (offer, opening)
        for offer in standing.offers
        for opening in (offer.openings if offer.openings is not None else (None,))
    ]


def _choices(
    sources: Sequence[tuple[Offer, Opening | None]],
) -> Iterator[Sequence[tuple[Offer, Opening | None]]]:
    """Yield every largest choice of sources of which no two clash, and others."""
    contested = [each for each in sources if any(_clash(each, other) for other in sources)]
    free = [each for each in sources if each not in contested]
    for size in range(len(contested) + 1):
        for some in combinations(contested, size):
            if not any(_clash(one, other) for one, other in combinations(some, 2)):
                yield [*free, *some]


def _clash(one: tuple[Offer, Opening | None], other: tuple[Offer, Opening | None]) -> bool:
    (offer, opening), (rival, session) = one, other
    if opening is None or session is None or opening is session:
        return False
    is_one_giver = offer.supply.party_id == rival.supply.party_id
    is_exclusive = opening.is_exclusive and session.is_exclusive
    overlap = opening.starts_at < session.ends_at and session.starts_at < opening.ends_at
    return is_one_giver and is_exclusive and overlap


def _assigned(
    lines: Sequence[tuple[Need, Line]],
    opened: Sequence[tuple[Offer, Opening | None]],
    standing: Standing,
    pool: Pool,
) -> int:
    seats = [
        (offer, opening)
        for offer, opening in opened
        for _ in range(offer.free if opening is None else opening.free)
    ]
    if not seats:
        return 0
    pairs = {(line.id, offer.id) for _, line in lines for offer in standing.offers}
    worth = {pair: each.total for pair, each in pool.worths(sorted(pairs)).items()}
    values = [
        [
            worth[line.id, offer.id] - _is_another(standing, line, offer, opening)
            if opening is None or opening.suits(line, at=NOW)
            else 0
            for offer, opening in seats
        ]
        for _, line in lines
    ]
    rows, columns = linear_sum_assignment(values, maximize=True)
    return sum(values[row][column] for row, column in zip(rows, columns, strict=True))


def _is_another(standing: Standing, line: Line, offer: Offer, opening: Opening | None) -> bool:
    """Tell whether a line was told this offer for another of its sessions."""
    told_of = [
        match.appointment.session_id
        for match in standing.matches
        if (match.pairing.line_id, match.pairing.offer_id) == (line.id, offer.id)
        and match.appointment is not None
    ]
    return opening is not None and bool(told_of) and opening.session_id not in told_of


def assert_feasible(standing: Standing, pool: Pool) -> None:
    """No session has more than its seats, and of clashing ones one is used at most."""
    used: dict[UUID, int] = {}
    for need in standing.needs:
        for line in need.lines:
            source = pool.source_for(line)
            if source is not None:
                used[source] = used.get(source, 0) + line.quantity
    free = {key: units for offer in standing.offers for key, units in offer.sources(at=NOW).items()}
    assert all(units <= free[source] for source, units in used.items())
    for party_id in standing.parties:
        theirs = [
            opening
            for offer in standing.offers
            if offer.supply.party_id == party_id
            for opening in offer.openings or ()
        ]
        for session_id, others in clashes(theirs).items():
            assert session_id not in used or not used.keys() & others
