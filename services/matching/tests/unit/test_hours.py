"""A volunteer's hours: two sides, one figure, told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from matching_builders import NOW, a_match

from common.clock import CHINA
from common.vocabulary import MatchState, Society
from matching.domain.errors import (
    HoursAlreadyConfirmed,
    HoursOfVolunteersOnly,
    MatchNotAccepted,
    OneSpeaksForBoth,
    ServiceDayBeforeMatch,
    ServiceDayToCome,
)
from matching.domain.hours import (
    Hours,
    HoursState,
    HoursWereConfirmed,
    Word,
    refuse_unless_served,
)
from matching.domain.side import Side

if TYPE_CHECKING:
    from datetime import date

    from matching.domain.match import Match

TODAY = NOW.astimezone(CHINA).date()


def a_volunteers_match(state: MatchState = MatchState.FULFILLED, **changes: object) -> Match:
    match = a_match(state, **changes)
    return replace(match, pairing=replace(match.pairing, society=Society.VOLUNTEER))


def word(minutes: int, by: str = "somebody", hours: int = 0) -> Word:
    return Word(minutes=minutes, by=by, at=NOW + timedelta(hours=hours))


def stated() -> Hours:
    begun = Hours.begin(a_volunteers_match(), TODAY)
    return begun.state_by(Side.GIVER, word(120, "giver")).state


def test_what_one_side_says_is_no_confirmation() -> None:
    hours = stated()

    assert (hours.state, hours.minutes, hours.confirmed_at) == (HoursState.STATED, None, None)


def test_when_both_say_the_same_it_is_confirmed_by_the_later_one() -> None:
    change = stated().state_by(Side.RECEIVER, word(120, "worker", hours=3))

    hours = change.state
    assert (hours.state, hours.minutes) == (HoursState.CONFIRMED, 120)
    assert hours.confirmed_at == NOW + timedelta(hours=3)
    assert change.facts == (HoursWereConfirmed(hours, 120, NOW + timedelta(hours=3)),)


def test_a_correction_is_a_dispute_until_either_comes_round() -> None:
    disputed = stated().state_by(Side.RECEIVER, word(90, "worker"))

    agreed = disputed.state.state_by(Side.GIVER, word(90, "giver"))

    assert (disputed.state.state, disputed.facts) == (HoursState.DISPUTED, ())
    assert (agreed.state.state, agreed.state.minutes) == (HoursState.CONFIRMED, 90)


def test_nothing_is_corrected_after_both_have_agreed() -> None:
    confirmed = stated().state_by(Side.RECEIVER, word(120, "worker")).state

    with pytest.raises(HoursAlreadyConfirmed) as refusal:
        confirmed.state_by(Side.GIVER, word(180, "giver"))

    assert refusal.value.facts == {"hours_id": confirmed.id, "minutes": 120}


def test_the_same_again_says_nothing_new_even_after_both_have_agreed() -> None:
    confirmed = stated().state_by(Side.RECEIVER, word(120, "worker")).state

    again = confirmed.state_by(Side.RECEIVER, word(120, "worker", hours=9))

    assert (again.state, again.facts) == (confirmed, ())


def test_nobody_speaks_for_both_sides() -> None:
    with pytest.raises(OneSpeaksForBoth):
        stated().state_by(Side.RECEIVER, word(120, "giver"))


@pytest.mark.parametrize(
    ("match", "served_on", "refused"),
    [
        (a_match(MatchState.FULFILLED), TODAY, HoursOfVolunteersOnly),
        (a_volunteers_match(MatchState.ASKED), TODAY, MatchNotAccepted),
        (a_volunteers_match(MatchState.WITHDRAWN), TODAY, MatchNotAccepted),
        (a_volunteers_match(), TODAY + timedelta(days=1), ServiceDayToCome),
        (a_volunteers_match(), TODAY - timedelta(days=1), ServiceDayBeforeMatch),
    ],
    ids=["no volunteer", "not accepted", "ended before", "tomorrow", "before the match"],
)
def test_hours_are_refused_of_what_cannot_have_been_given(
    match: Match, served_on: date, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        refuse_unless_served(match, served_on, at=NOW)


def test_what_was_given_before_the_need_ended_counts() -> None:
    match = a_volunteers_match(MatchState.WITHDRAWN, delivered=4)

    refuse_unless_served(match, TODAY, at=NOW)


class TwoSides(RuleBasedStateMachine):
    """Whatever two sides say in whatever order; the oracle is what each said last, until equal."""

    def __init__(self) -> None:
        super().__init__()
        self.hours = Hours.begin(a_volunteers_match(), TODAY)
        self.said: dict[Side, int] = {}
        self.told: list[int] = []
        self.is_agreed = False

    @rule(side=st.sampled_from(Side), minutes=st.integers(1, 3))
    def state(self, side: Side, minutes: int) -> None:
        may = not self.is_agreed or self.said.get(side) == minutes
        try:
            change = self.hours.state_by(side, word(minutes, by=side.value))
        except HoursAlreadyConfirmed:
            assert not may
            return
        assert may
        self.said[side] = minutes
        self.hours = change.state
        self.told += [fact.minutes for fact in change.facts]
        self.is_agreed = len(self.said) == 2 and len(set(self.said.values())) == 1

    @invariant()
    def it_is_told_once_and_only_what_both_say(self) -> None:
        agreed = [self.said[Side.GIVER]] if self.is_agreed else []
        assert self.told == agreed
        assert self.hours.version == len(self.told)
        assert {side: said.minutes for side, said in self.hours.words.items()} == self.said


TestTwoSides = TwoSides.TestCase
