"""The life of a match: what each state allows, and what never happens whatever is tried."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from matching_builders import NOW, a_match, named

from common.errors import Conflict
from common.vocabulary import MatchState
from matching.domain.errors import MatchAlreadyDecided, MatchNotAsked
from matching.domain.identity import MatchId
from matching.domain.match import (
    HOLDING,
    DeclineReason,
    Match,
    MatchChange,
    proposed_and_asked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FINAL = frozenset(
    {
        MatchState.FULFILLED,
        MatchState.DECLINED,
        MatchState.EXPIRED,
        MatchState.WITHDRAWN,
        MatchState.SUPERSEDED,
    }
)


def test_a_yes_holds_the_capacity_and_an_ask_does_not() -> None:
    asked = a_match(MatchState.ASKED)

    accepted = asked.accept(at=NOW).state

    assert (asked.holds, accepted.holds) == (0, 10)


def test_nobody_answers_before_being_asked() -> None:
    with pytest.raises(MatchNotAsked):
        a_match(MatchState.PROPOSED).accept(at=NOW)


@pytest.mark.parametrize("state", [MatchState.ACCEPTED, *sorted(FINAL)])
def test_a_second_answer_is_refused_with_the_state_that_stands(state: MatchState) -> None:
    with pytest.raises(MatchAlreadyDecided) as refusal:
        a_match(state).decline(DeclineReason.NO_TIME, at=NOW)

    assert refusal.value.facts == {"match_id": a_match().id, "state": state}


def test_a_better_plan_does_not_touch_what_was_accepted() -> None:
    with pytest.raises(MatchAlreadyDecided):
        a_match(MatchState.ACCEPTED).supersede(at=NOW)


def test_services_start_and_then_fulfil_a_match() -> None:
    accepted = a_match(MatchState.ACCEPTED)

    started = accepted.record(4, at=NOW)
    continued = started.state.record(3, at=NOW)
    fulfilled = continued.state.record(3, at=NOW)

    assert started.state.state is MatchState.IN_SERVICE
    assert (continued.facts, continued.state.delivered) == ((), 7)
    assert fulfilled.state.state is MatchState.FULFILLED
    assert fulfilled.state.version == accepted.version + 2


def test_one_service_may_be_all_of_it() -> None:
    change = a_match(MatchState.ACCEPTED).record(10, at=NOW)

    assert [fact.match.state for fact in change.facts] == [MatchState.FULFILLED]


def test_a_record_after_the_end_is_counted_and_changes_nothing_else() -> None:
    change = a_match(MatchState.WITHDRAWN).record(10, at=NOW)

    assert change.facts == ()
    assert (change.state.state, change.state.delivered) == (MatchState.WITHDRAWN, 10)


def test_a_match_of_an_approved_line_is_proposed_and_asked_in_one_change() -> None:
    template = a_match()

    change = proposed_and_asked(
        Match.propose(MatchId(named("new")), template.pairing, template.grounds, at=NOW)
    )

    assert [fact.match.state for fact in change.facts] == [MatchState.PROPOSED, MatchState.ASKED]
    assert [fact.match.version for fact in change.facts] == [1, 2]
    assert change.state.version == 2


def test_silence_ends_an_ask_and_says_so() -> None:
    expired = a_match(MatchState.ASKED).expire(at=NOW + timedelta(days=3)).state

    assert (expired.state, expired.reason) == (MatchState.EXPIRED, DeclineReason.NO_ANSWER)


class LifeOfAMatch(RuleBasedStateMachine):
    """Everything that can be tried, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.match = a_match()
        self.at = NOW
        self.was = self.match

    def attempt(self, decision: Callable[[], MatchChange]) -> None:
        self.was = self.match
        self.at += timedelta(minutes=1)
        try:
            change = decision()
        except Conflict:
            return
        assert change.state.version == self.match.version + len(change.facts)
        assert all(fact.at == self.at for fact in change.facts)
        assert not change.facts or change.facts[-1].match == change.state
        self.match = change.state

    @rule()
    def ask(self) -> None:
        self.attempt(lambda: self.match.ask(at=self.at))

    @rule()
    def accept(self) -> None:
        self.attempt(lambda: self.match.accept(at=self.at))

    @rule(reason=st.sampled_from(DeclineReason))
    def decline(self, reason: DeclineReason) -> None:
        self.attempt(lambda: self.match.decline(reason, at=self.at))

    @rule(reason=st.sampled_from(DeclineReason))
    def refuse(self, reason: DeclineReason) -> None:
        self.attempt(lambda: self.match.refuse(reason, at=self.at))

    @rule()
    def supersede(self) -> None:
        self.attempt(lambda: self.match.supersede(at=self.at))

    @rule()
    def expire(self) -> None:
        self.attempt(lambda: self.match.expire(at=self.at))

    @rule()
    def withdraw(self) -> None:
        self.attempt(lambda: self.match.withdraw(at=self.at))

    @rule(reason=st.sampled_from(DeclineReason))
    def drop_out(self, reason: DeclineReason) -> None:
        self.attempt(lambda: self.match.drop_out(reason, at=self.at))

    @rule()
    def miss(self) -> None:
        self.attempt(lambda: self.match.miss(at=self.at))

    @rule(quantity=st.integers(1, 6))
    def record(self, quantity: int) -> None:
        self.attempt(lambda: self.match.record(quantity, at=self.at))

    @invariant()
    def what_ended_never_comes_back(self) -> None:
        if self.was.state in FINAL:
            assert self.match.state is self.was.state

    @invariant()
    def only_the_party_s_own_yes_holds_anything(self) -> None:
        assert (self.match.holds > 0) == (self.match.state in HOLDING)
        assert self.match.holds == 0 or self.match.is_known_to_party

    @invariant()
    def all_was_delivered_when_it_is_fulfilled(self) -> None:
        if self.match.state is MatchState.FULFILLED:
            assert self.match.delivered >= self.match.pairing.quantity


TestLifeOfAMatch = LifeOfAMatch.TestCase
