"""A yes that comes to nothing, and what both sides think of one that did not."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import NOW, a_line, a_match, a_need, named

from common.clock import CHINA
from common.vocabulary import MatchState
from matching.domain.errors import (
    LineNotKnown,
    MatchNotAccepted,
    NoShowAlreadyRecorded,
    ServiceHasBegun,
)
from matching.domain.feedback import Feedback, FeedbackReason, Opinion, give_feedback
from matching.domain.identity import LineId
from matching.domain.match import DeclineReason
from matching.domain.no_show import Absent, NoShow, NoShowWasRecorded, say_absent
from matching.domain.side import Side

TODAY = NOW.astimezone(CHINA).date()


def test_a_yes_that_is_taken_back_holds_nothing_any_more() -> None:
    change = a_match(MatchState.ACCEPTED).drop_out(DeclineReason.NO_TIME, at=NOW)

    match = change.state
    assert (match.state, match.reason, match.holds) == (
        MatchState.WITHDRAWN,
        DeclineReason.NO_TIME,
        0,
    )
    assert match.was_accepted


@pytest.mark.parametrize("state", [MatchState.IN_SERVICE, MatchState.FULFILLED])
def test_what_was_begun_cannot_be_taken_back(state: MatchState) -> None:
    with pytest.raises(ServiceHasBegun):
        a_match(state).drop_out(DeclineReason.NO_TIME, at=NOW)


@pytest.mark.parametrize("state", [MatchState.ASKED, MatchState.DECLINED, MatchState.WITHDRAWN])
def test_without_a_yes_there_is_nothing_to_take_back(state: MatchState) -> None:
    match = a_match(state)

    with pytest.raises(MatchNotAccepted):
        match.drop_out(DeclineReason.NO_TIME, at=NOW)
    assert not match.was_accepted


def test_a_line_whose_yes_came_to_nothing_is_urgent_and_needs_no_new_approval() -> None:
    earlier = NOW - timedelta(days=1)
    need = a_need("need", a_line("a", approved_at=earlier), a_line("b"))

    again = need.reopened(LineId(named("a")), at=NOW)

    assert [(line.approved_at, line.urgent_since) for line in again.lines] == [
        (earlier, NOW),
        (None, None),
    ]
    assert again.revision == need.revision + 1


def test_a_line_of_another_need_cannot_be_reopened() -> None:
    with pytest.raises(LineNotKnown):
        a_need("need", a_line("a")).reopened(LineId(named("b")), at=NOW)


def told(known: NoShow | None, absent: Absent) -> NoShow:
    return say_absent(
        a_match(MatchState.ACCEPTED),
        known,
        absent,
        missed_on=TODAY,
        side=Side.RECEIVER,
        by="worker",
        at=NOW,
    ).state


def test_what_a_side_says_of_a_day_stands() -> None:
    first = told(None, Absent.GIVER)

    assert told(first, Absent.GIVER) is first
    with pytest.raises(NoShowAlreadyRecorded) as refusal:
        told(first, Absent.NOBODY_TOLD)
    assert refusal.value.facts == {"no_show_id": first.id, "absent": "giver"}


def test_both_sides_may_say_different_things_of_one_day() -> None:
    change = say_absent(
        a_match(MatchState.ACCEPTED),
        None,
        Absent.RECEIVER,
        missed_on=TODAY,
        side=Side.GIVER,
        by="team",
        at=NOW,
    )

    assert change.facts == (NoShowWasRecorded(change.state),)
    assert change.state.id != told(None, Absent.GIVER).id


opinions = st.builds(
    Opinion,
    rating=st.integers(1, 5),
    reasons=st.frozensets(st.sampled_from(FeedbackReason), max_size=2),
    note=st.none() | st.just("word"),
)


@given(st.lists(opinions, min_size=1, max_size=6))
def test_the_last_opinion_counts_and_each_new_one_is_told_once(said: list[Opinion]) -> None:
    match, known, facts = a_match(MatchState.FULFILLED), None, 0
    for opinion in said:
        change = give_feedback(match, known, opinion, side=Side.GIVER, by="team", at=NOW)
        known, facts = change.state, facts + len(change.facts)

    assert isinstance(known, Feedback)
    changes = 1 + sum(left != right for left, right in pairwise(said))
    assert known.opinion == said[-1]
    assert (known.version, facts) == (changes, changes)
