"""Waves in the plan of a pool: who is asked beside its choice, and what becomes of open asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from matching_builders import (
    NOW,
    POOL,
    a_line,
    a_match,
    a_need,
    a_party,
    a_standing,
    an_offer,
    ids,
    metres_north,
    named,
)

from common.vocabulary import MatchState
from matching.domain.identity import OfferId
from matching.domain.planning import draft
from matching.domain.policy import POLICY, Asking, Policy
from matching.domain.pool import Pool
from matching.domain.standing import News
from matching.domain.waves import AskLoad

if TYPE_CHECKING:
    from collections.abc import Collection

    from matching.domain.match import Match
    from matching.domain.need import Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party
    from matching.domain.planning import Draft

NAMES = "abcdef"
PAUSE = timedelta(hours=4)
APPROVED = a_line(quantity=1, approved_at=NOW - timedelta(days=1))


def asking(**figures: int) -> Policy:
    return replace(POLICY, asking=Asking(**figures))  # type: ignore[arg-type]


def parties() -> list[Party]:
    return [a_party(name) for name in NAMES]


def an_offer_of(name: str, **changes: Any) -> Offer:  # noqa: ANN401
    values: dict[str, Any] = {"site": an_offer().site.at(metres_north(200))}
    return an_offer(name, party=name, **(values | changes))


class Told:
    """A pool that hears what was written of its plans, as the planner lets it."""

    def __init__(
        self,
        policy: Policy,
        names: str,
        *needs: Need,
        matches: Collection[Match] = (),
        asked: dict[Any, AskLoad] | None = None,
    ) -> None:
        self.pool = Pool(POOL, policy, at=NOW)
        self.at = NOW
        self.needs = needs or (a_need("need", APPROVED),)
        self.matches = {match.id: match for match in matches}
        standing = a_standing(
            self.needs,
            [an_offer_of(name) for name in names],
            parties=parties(),
            matches=matches,
            asked=asked or {},
        )
        self.pool.hear(standing.as_news(), at=NOW)

    def hear(self, *, after: timedelta = timedelta(), **changes: Any) -> None:  # noqa: ANN401
        self.at += after
        values: dict[str, Any] = {
            "wanted_sequence": 9,
            "needs": {},
            "offers": {},
            "parties": {},
            "matches": (),
            "refusals": frozenset(),
            "planned": {},
        }
        self.pool.hear(News(**(values | changes)), at=self.at)

    def plan(self) -> Draft:
        drafted = draft(self.pool, at=self.at, new_id=ids())
        self.pool.wrote(drafted.matches, drafted.planned)
        self.matches.update({match.id: match for match in drafted.matches})
        return drafted

    def who(self, state: MatchState) -> str:
        parties = {
            match.pairing.party_id for match in self.matches.values() if match.state is state
        }
        return "".join(name for name in NAMES if named(name) in parties)


def an_ask(name: str, at: datetime = NOW, **changes: Any) -> Match:  # noqa: ANN401
    offer = an_offer_of(name)
    values: dict[str, Any] = {"version": 2, "asked_at": at, "name": f"ask of {name}"}
    return a_match(MatchState.ASKED, line=APPROVED, offer=offer, **(values | changes))


def test_a_wave_asks_the_choice_and_equals_in_one_plan() -> None:
    told = Told(asking(wave=3), NAMES)

    drafted = told.plan()

    choice = drafted.plans[0].parts[0].match
    assert choice is not None
    assert choice.state is MatchState.ASKED
    assert len(told.who(MatchState.ASKED)) == 3
    assert {change.state.state for change in drafted.changes} == {MatchState.ASKED}


def test_a_proposal_that_stands_is_asked_when_the_plan_prefers_another() -> None:
    stood = a_match(line=APPROVED, offer=an_offer_of("c"))
    told = Told(asking(wave=3, wave_points=1_000), "abc", matches=[stood])
    told.hear(offers={an_offer_of("a").id: an_offer_of("a", capacity=1)})

    told.plan()

    assert told.pool.offer_for(APPROVED.id) == an_offer_of("a").id
    assert told.who(MatchState.ASKED) == "abc"
    assert told.matches[stood.id].state is MatchState.ASKED


def test_by_default_the_choice_alone_is_asked() -> None:
    told = Told(POLICY, NAMES)

    told.plan()

    assert len(told.who(MatchState.ASKED)) == 1


def test_those_asked_longest_ago_are_asked_first() -> None:
    waits = {"a": 1, "b": 9, "c": 2, "d": 8, "e": 3}
    asked = {named(name): AskLoad(last=NOW - timedelta(days=days)) for name, days in waits.items()}
    told = Told(asking(wave=4), NAMES, asked=asked)

    choice = told.plan().plans[0].parts[0].match

    assert choice is not None
    others = set(told.who(MatchState.ASKED)) - {
        n for n in NAMES if named(n) == choice.pairing.party_id
    }
    in_turn = [name for name in "fbdeca" if named(name) != choice.pairing.party_id]
    assert others == set(in_turn[:3])


def test_an_ask_outlives_a_change_of_the_plan_s_mind() -> None:
    told = Told(POLICY, "a", matches=[an_ask("a")])
    told.plan()
    near = an_offer_of("b", site=an_offer().site.at(metres_north(0)))
    others = {OfferId(named(n)): an_offer_of(n, reach_metres=9_000) for n in "c"}
    told.hear(offers={near.id: near, **others})
    far = an_offer_of("a", site=an_offer().site.at(metres_north(4_900)), revision=2)
    told.hear(offers={far.id: far})

    drafted = told.plan()

    shown = drafted.plans[0].parts[0].match
    assert shown is not None
    assert (shown.pairing.offer_id, shown.state) == (near.id, MatchState.PROPOSED)
    assert told.who(MatchState.ASKED) == "a"
    assert told.who(MatchState.SUPERSEDED) == ""


def test_the_next_wave_goes_out_when_nobody_has_answered_for_so_long() -> None:
    told = Told(POLICY, NAMES)
    told.plan()
    first = told.who(MatchState.ASKED)

    assert told.pool.next_change() == NOW + PAUSE
    told.hear(after=PAUSE - timedelta(seconds=1))
    told.plan()
    assert told.who(MatchState.ASKED) == first
    told.hear(after=timedelta(seconds=1))
    told.plan()
    assert len(told.who(MatchState.ASKED)) == 2


def test_an_ask_ends_when_its_offer_can_no_longer_be_had() -> None:
    told = Told(asking(wave=2), "ab")
    told.plan()

    told.hear(offers={OfferId(named("a")): None})
    told.plan()

    assert told.who(MatchState.SUPERSEDED) == "a"
    assert told.who(MatchState.ASKED) == "b"


def test_what_an_approval_has_asked_is_the_first_of_a_wave() -> None:
    line = replace(APPROVED, approved_at=NOW)
    told = Told(asking(wave=3), NAMES, a_need("need", line), matches=[an_ask("a", NOW)])

    told.plan()

    assert len(told.who(MatchState.ASKED)) == 3
    told.hear(after=timedelta(hours=1))
    told.plan()
    assert len(told.who(MatchState.ASKED)) == 3


def test_whoever_has_enough_to_answer_is_asked_as_soon_as_one_is_answered() -> None:
    lines = [a_line(f"line {n}", quantity=1, approved_at=NOW) for n in range(2)]
    needs = [a_need(f"need {n}", line) for n, line in enumerate(lines)]
    told = Told(asking(open_asks=1), "a", *needs)
    told.plan()
    (asked,) = [m for m in told.matches.values() if m.state is MatchState.ASKED]
    (waiting,) = [m for m in told.matches.values() if m.state is MatchState.PROPOSED]

    answered = next(need for need in needs if need.id == asked.pairing.need_id)
    accepted = asked.accept(at=NOW).state
    told.hear(needs={answered.id: answered}, matches=(accepted,))
    told.plan()

    assert told.matches[waiting.id].state is MatchState.ASKED


def test_a_line_whose_yes_came_to_nothing_asks_more_at_once() -> None:
    line = replace(APPROVED, urgent_since=NOW)
    told = Told(POLICY, NAMES, a_need("need", line))

    told.plan()

    assert len(told.who(MatchState.ASKED)) == 3


def test_nobody_is_asked_for_a_line_that_no_worker_has_approved() -> None:
    told = Told(asking(wave=3), NAMES, a_need("need", a_line(quantity=1)))

    told.plan()

    assert told.who(MatchState.ASKED) == ""
    assert len(told.who(MatchState.PROPOSED)) == 1


def test_a_whole_load_is_asked_of_those_who_have_room_for_it() -> None:
    line = a_line(quantity=20, approved_at=NOW - timedelta(days=1))
    other = a_line("other", quantity=20, approved_at=NOW - timedelta(days=1))
    needs = [a_need("need", line), a_need("other", other)]
    told = Told(asking(wave=3), "ab", *needs)

    told.plan()

    # Each takes all that one of them has; the other's place is not given away twice.
    assert [m.state for m in told.matches.values()] == [MatchState.ASKED, MatchState.ASKED]
