"""A pool in memory: whatever it hears, it plans as if it had known all from the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from matching_builders import (
    NOW,
    POOL,
    TOWNSHIP,
    a_line,
    a_match,
    a_need,
    a_party,
    a_site,
    an_offer,
    an_opening,
    ids,
    metres_north,
    named,
)

from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode
from matching.domain.identity import LineId, NeedId, OfferId, PartyId
from matching.domain.match import HOLDING, Match
from matching.domain.need import Line, Need, SearchArea
from matching.domain.planning import draft
from matching.domain.policy import POLICY
from matching.domain.pool import Pool
from matching.domain.session import clashes
from matching.domain.standing import News, Planned
from matching.domain.two_plans import LINES_AT_ONCE
from matching.domain.window import Window

if TYPE_CHECKING:
    from uuid import UUID

    from matching.domain.offer import Offer

NEEDS, OFFERS, PARTIES = range(4), range(4), ("party", "other")


def a_pool(*, lines_at_once: int = LINES_AT_ONCE) -> Pool:
    return Pool(POOL, POLICY, at=NOW, lines_at_once=lines_at_once)


class _Events(RuleBasedStateMachine):
    """Tells one pool of each change as it comes, and others all of it at once.

    The first lines that come to a pool are solved one by one or all together, as they are many.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pool = a_pool()
        self.lines_at_once_anew = LINES_AT_ONCE
        self.needs: dict[NeedId, Need] = {}
        self.offers: dict[OfferId, Offer] = {}
        self.parties = {a_party(name).id: a_party(name) for name in PARTIES}
        self.matches: dict[NeedId, list[Match]] = {}
        self.refusals: set[tuple[NeedId, PartyId]] = set()
        self.planned: dict[NeedId, Planned] = {}
        self.new_id = ids()

    @initialize(
        lines_at_once=st.sampled_from((1, 2, LINES_AT_ONCE)),
        lines_at_once_anew=st.sampled_from((1, LINES_AT_ONCE)),
    )
    def pools_begin(self, lines_at_once: int, lines_at_once_anew: int) -> None:
        self.pool = a_pool(lines_at_once=lines_at_once)
        self.lines_at_once_anew = lines_at_once_anew

    @rule(
        number=st.sampled_from(NEEDS),
        quantities=st.lists(st.integers(1, 3), min_size=1, max_size=2),
        metres=st.integers(0, 6_000) | st.none(),
        urgency=st.integers(1, 4),
    )
    def a_need_comes(
        self, number: int, quantities: list[int], metres: int | None, urgency: int
    ) -> None:
        name = f"need {number}"
        need_id = NeedId(named(name))
        if need_id in self.needs:
            return
        lines = [a_line(f"{name} {n}", quantity=q) for n, q in enumerate(quantities)]
        site = a_site(point=None if metres is None else metres_north(metres))
        self.needs[need_id] = a_need(name, *lines, site=site, urgency=urgency)
        self.tell(needs=[need_id])

    @rule(number=st.sampled_from(NEEDS))
    def a_need_ends(self, number: int) -> None:
        need_id = NeedId(named(f"need {number}"))
        self.needs.pop(need_id, None)
        self.matches.pop(need_id, None)
        self.planned.pop(need_id, None)
        self.tell(needs=[need_id])

    @rule(
        number=st.sampled_from(OFFERS),
        party=st.sampled_from(PARTIES),
        capacity=st.integers(1, 4),
        metres=st.integers(0, 6_000),
        reach=st.integers(100, 9_000),
    )
    def an_offer_comes_or_changes(
        self, number: int, party: str, capacity: int, metres: int, reach: int
    ) -> None:
        offer = an_offer(
            f"offer {number}",
            party=party,
            capacity=capacity,
            reach_metres=reach,
            site=a_site(point=metres_north(metres)),
        )
        self.offers[offer.id] = offer
        self.tell(offers=[offer.id])

    @rule(number=st.sampled_from(NEEDS), begins=st.none() | st.integers(1, 6))
    def a_need_for_a_session_comes(self, number: int, begins: int | None) -> None:
        name = f"need {number}"
        need_id = NeedId(named(name))
        if need_id in self.needs:
            return
        window = Window(None if begins is None else NOW + timedelta(hours=begins))
        line = a_line(f"{name} 0", quantity=1, service=ServiceCode.COMPANY, window=window)
        self.needs[need_id] = a_need(name, line)
        self.tell(needs=[need_id])

    @rule(
        number=st.sampled_from(OFFERS),
        party=st.sampled_from(PARTIES),
        sessions=st.lists(st.tuples(*[st.integers(1, 4)] * 2, st.integers(0, 2)), max_size=3),
        is_exclusive=st.booleans(),
    )
    def a_calendar_comes_or_changes(
        self,
        number: int,
        party: str,
        sessions: list[tuple[int, int, int]],
        is_exclusive: bool,  # noqa: FBT001 - drawn
    ) -> None:
        name = f"offer {number}"
        openings = tuple(
            an_opening(
                f"{name} {n}",
                free,
                starts=starts,
                ends_at=NOW + timedelta(hours=starts + lasts),
                is_exclusive=is_exclusive,
            )
            for n, (starts, lasts, free) in enumerate(sessions)
        )
        offer = an_offer(name, party=party, service=ServiceCode.COMPANY, openings=openings)
        self.offers[offer.id] = offer
        self.tell(offers=[offer.id])

    @rule(number=st.sampled_from(OFFERS))
    def an_offer_goes(self, number: int) -> None:
        offer_id = OfferId(named(f"offer {number}"))
        self.offers.pop(offer_id, None)
        self.tell(offers=[offer_id])

    @rule(name=st.sampled_from(PARTIES), is_suspended=st.booleans())
    def a_party_changes(self, name: str, is_suspended: bool) -> None:  # noqa: FBT001 - drawn
        party = a_party(name, suspended_on=NOW.date() if is_suspended else None)
        self.parties[party.id] = party
        self.tell(parties=[party.id])

    @rule(need=st.sampled_from(NEEDS), party=st.sampled_from(PARTIES))
    def a_party_says_no(self, need: int, party: str) -> None:
        need_id = NeedId(named(f"need {need}"))
        if need_id in self.needs:
            self.refusals.add((need_id, a_party(party).id))
            self.tell(needs=[need_id])

    @rule()
    def the_plan_is_written(self) -> None:
        drafted = draft(self.pool, at=NOW, new_id=self.new_id)
        for match in drafted.matches:
            kept = self.matches.setdefault(match.pairing.need_id, [])
            kept[:] = [each for each in kept if each.id != match.id]
            if match.state is not MatchState.SUPERSEDED:
                kept.append(match)
        self.planned |= drafted.planned
        self.pool.wrote(drafted.matches, drafted.planned)

    @invariant()
    def nothing_is_given_twice(self) -> None:
        given = [offer.sources(at=NOW) for offer in self.offers.values()]
        left = {source: free for each in given for source, free in each.items()}
        used: set[UUID] = set()
        for need in self.needs.values():
            for line in need.lines:
                source = self.pool.source_for(line)
                if source is not None:
                    left[source] -= line.quantity
                    used.add(source)
        assert all(free >= 0 for free in left.values())
        for party_id in self.parties:
            theirs = [each for each in self.offers.values() if each.supply.party_id == party_id]
            coming = [opening for offer in theirs for opening in offer.coming(at=NOW)]
            for session_id, others in clashes(coming).items():
                assert session_id not in used or used.isdisjoint(others)

    @invariant()
    def it_is_worth_as_much_as_a_plan_made_anew(self) -> None:
        anew = a_pool(lines_at_once=self.lines_at_once_anew)
        anew.hear(self.news(list(self.needs), list(self.offers), list(self.parties)), at=NOW)
        assert self.pool.proof() == anew.proof()
        assert self.pool.proof().value <= self.pool.proof().bound

    def tell(
        self,
        needs: list[NeedId] | None = None,
        offers: list[OfferId] | None = None,
        parties: list[PartyId] | None = None,
    ) -> None:
        self.pool.hear(self.news(needs or [], offers or [], parties or []), at=NOW)

    def news(self, needs: list[NeedId], offers: list[OfferId], parties: list[PartyId]) -> News:
        offered = {offer_id: self.offers.get(offer_id) for offer_id in offers}
        givers = {offer.supply.party_id for offer in offered.values() if offer} | set(parties)
        return News(
            wanted_sequence=1,
            needs={need_id: self.needs.get(need_id) for need_id in needs},
            offers=offered,
            parties={party_id: self.parties[party_id] for party_id in givers},
            matches=tuple(m for need_id in needs for m in self.matches.get(need_id, ())),
            refusals=frozenset(each for each in self.refusals if each[0] in needs),
            planned={n: self.planned[n] for n in needs if n in self.planned},
        )


TestEvents = _Events.TestCase
TestEvents.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def heard(*needs: Need, offers: list[Offer], **changes: object) -> Pool:
    return _told(a_pool(), *needs, offers=offers, **changes)


def _told(pool: Pool, *needs: Need, offers: list[Offer], **changes: object) -> Pool:
    news = News(
        wanted_sequence=1,
        needs={need.id: need for need in needs},
        offers={offer.id: offer for offer in offers},
        parties={a_party().id: a_party()},
        matches=(),
        refusals=frozenset(),
        planned={},
    )
    pool.hear(replace(news, **changes), at=NOW)  # type: ignore[arg-type]
    return pool


NEXT_DOOR = a_site(
    point=metres_north(900), township=AreaRef(AreaScheme.NBS, "210213008"), area=TOWNSHIP
)


def test_a_home_that_waits_in_vain_is_looked_for_farther_around() -> None:
    home = a_need(site=a_site(point=None), submitted_at=NOW - timedelta(days=3))
    pool = heard(home, offers=[an_offer(site=NEXT_DOOR)])

    (widened,) = pool.widened()

    assert (widened.search_area, widened.revision) == (SearchArea.COUNTY, home.revision + 1)
    assert pool.seen(widened) == home.revision
    assert pool.offer_for(LineId(named("line"))) == an_offer().id


def test_a_home_has_patience_as_long_as_somebody_near_is_found() -> None:
    home = a_need(site=a_site(point=None), submitted_at=NOW - timedelta(days=30))

    pool = heard(home, offers=[an_offer()])

    assert pool.widened() == []


def test_a_home_that_is_left_alone_after_its_patience_is_looked_for_farther_around() -> None:
    home = a_need(site=a_site(point=None), submitted_at=NOW - timedelta(days=30))
    pool = heard(home, offers=[an_offer(), an_offer("next door", site=NEXT_DOOR)])

    pool.hear(replace(_nothing(), offers={an_offer().id: None}), at=NOW)

    assert [need.search_area for need in pool.widened()] == [SearchArea.COUNTY]
    assert pool.offer_for(LineId(named("line"))) == an_offer("next door").id


def test_patience_ends_at_its_own_instant() -> None:
    home = a_need(site=a_site(point=None), submitted_at=NOW)
    pool = heard(home, offers=[an_offer(site=NEXT_DOOR)])

    end = pool.next_change()

    assert end == NOW + timedelta(seconds=POLICY.escalation.township_seconds)
    pool.hear(replace(_nothing(), wanted_sequence=2), at=end)
    assert [need.search_area for need in pool.widened()] == [SearchArea.COUNTY]


def test_what_has_ended_is_had_no_more_by_a_line_that_waited_before() -> None:
    pool = heard(a_need(), offers=[an_offer(valid_until=NOW + timedelta(hours=2))])

    pool.hear(replace(_nothing(), wanted_sequence=2), at=NOW + timedelta(hours=2))

    assert pool.offer_for(LineId(named("line"))) is None


def test_an_accepted_line_is_no_part_of_the_plan() -> None:
    accepted = a_match(MatchState.ACCEPTED)
    pool = heard(a_need(), offers=[an_offer(held=10)], matches=(accepted,))

    assert accepted.state in HOLDING
    assert pool.offer_for(accepted.pairing.line_id) is None
    assert pool.proof().value == 0


def test_a_line_has_nothing_once_its_time_is_over() -> None:
    end = NOW + timedelta(hours=6)
    line = a_line(window=Window(not_after=end))
    pool = heard(a_need("need", line), offers=[an_offer()])
    assert (pool.offer_for(line.id), pool.next_change()) == (an_offer().id, end)

    pool.hear(replace(_nothing(), wanted_sequence=2), at=end)

    assert pool.offer_for(line.id) is None


def test_a_session_that_has_begun_is_had_no_more() -> None:
    offer = an_offer(openings=(an_opening("first", 10), an_opening("second", 9, starts=9)))
    pool = heard(a_need(), offers=[offer])
    begins = NOW + timedelta(hours=1)
    assert (pool.offer_for(a_line().id), pool.next_change()) == (offer.id, begins)

    pool.hear(replace(_nothing(), wanted_sequence=2), at=begins)

    assert pool.offer_for(a_line().id) is None
    assert pool.next_change() == NOW + timedelta(hours=9)


def _nothing() -> News:
    return News(
        wanted_sequence=1,
        needs={},
        offers={},
        parties={},
        matches=(),
        refusals=frozenset(),
        planned={},
    )


def _in_a_bundle(*lines: Line) -> Need:
    return a_need("bundle", *(replace(line, all_or_nothing=True) for line in lines))


def test_lines_that_belong_together_are_filled_together() -> None:
    meals = a_line("meals", quantity=1)
    company = a_line("company", quantity=1, service=ServiceCode.COMPANY)

    pool = heard(
        _in_a_bundle(meals, company),
        offers=[an_offer(), an_offer("b", service=ServiceCode.COMPANY)],
    )

    assert [pool.offer_for(line.id) for line in (meals, company)] == [
        an_offer().id,
        an_offer("b").id,
    ]


def test_where_one_of_them_is_missing_nothing_is_reserved_for_the_others() -> None:
    meals = a_line("meals", quantity=1)
    company = a_line("company", quantity=1, service=ServiceCode.COMPANY)
    alone = a_need("alone", a_line("alone", quantity=1), urgency=1)

    pool = heard(_in_a_bundle(meals, company), alone, offers=[an_offer(capacity=1)])

    assert pool.offer_for(meals.id) is None
    assert pool.offer_for(LineId(named("alone"))) == an_offer().id
    assert pool.proof().value == pool.proof().bound


def test_lines_that_come_first_are_proposed_alike_one_by_one_and_all_together() -> None:
    needs = [
        a_need(f"{n}", a_line(f"line {n}", quantity=1 + n % 3 // 2), urgency=1 + n % 4)
        for n in range(12)
    ]
    offers = [an_offer(f"{n}", capacity=1 + n % 3) for n in range(6)]

    pools = [_told(a_pool(lines_at_once=n), *needs, offers=offers) for n in (1, LINES_AT_ONCE)]

    at_once, one_by_one = (draft(pool, at=NOW, new_id=ids()) for pool in pools)
    assert len(at_once.matches) == len(one_by_one.matches) == 8
    assert at_once.certificate == one_by_one.certificate
    assert at_once.certificate.gap == 0
