"""Waves of asks: who is asked, who waits, and that whoever was asked longest ago comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from matching_builders import NOW

from matching.domain.identity import LineId, OfferId, PartyId
from matching.domain.waves import (
    AskLoad,
    Candidate,
    WaitingLine,
    WaveRules,
    next_wave,
    waves,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RULES = WaveRules(size=3, urgent_size=5, within=50, pause=timedelta(hours=4), open_asks=2)
LINE = LineId(UUID(int=1))
EARLIER = NOW - timedelta(hours=1)


def party(number: int) -> PartyId:
    return PartyId(UUID(int=number))


def candidate(number: int, loss: int = 0, offer: int | None = None) -> Candidate:
    return Candidate(
        offer_id=OfferId(UUID(int=1000 + (offer or number))), party_id=party(number), loss=loss
    )


def a_line(*others: Candidate, **changes: object) -> WaitingLine:
    values: dict[str, object] = {
        "line_id": LINE,
        "choice": candidate(1),
        "others": others,
        "rules": RULES,
    }
    return WaitingLine(**(values | changes))  # type: ignore[arg-type]


def asked_now(
    line: WaitingLine,
    loads: Mapping[PartyId, AskLoad] | None = None,
    rules: WaveRules = RULES,
    at: datetime = NOW,
) -> list[int]:
    sent = waves([replace(line, rules=rules)], loads or {}, at=at)
    return [each.party_id.int for each in sent.get(line.line_id, ())]


def test_the_choice_is_asked_first_and_those_who_are_nearly_as_good() -> None:
    line = a_line(candidate(2, 50), candidate(3, 51), candidate(4, 10))

    assert asked_now(line) == [1, 2, 4]


def test_whoever_was_asked_longest_ago_comes_before_whoever_is_better() -> None:
    loads = {
        party(2): AskLoad(last=NOW - timedelta(days=1)),
        party(3): AskLoad(last=NOW - timedelta(days=9)),
        party(4): AskLoad(last=NOW - timedelta(days=2)),
    }
    line = a_line(candidate(2, 0), candidate(3, 40), candidate(4, 20))

    assert asked_now(line, loads) == [1, 3, 4]


def test_whoever_was_never_asked_comes_first_of_all() -> None:
    line = a_line(candidate(2), candidate(3), candidate(4))
    loads = {party(2): AskLoad(last=NOW - timedelta(days=900))}

    assert asked_now(line, loads) == [1, 3, 4]


def test_nobody_has_more_asks_open_than_the_policy_allows() -> None:
    busy = AskLoad(open=2, last=EARLIER)
    line = a_line(candidate(2), candidate(3))

    assert asked_now(line, {party(2): busy}) == [1, 3]
    assert asked_now(line, {party(1): busy}) == [2, 3]


def test_what_is_asked_for_one_line_counts_for_the_next() -> None:
    rules = WaveRules(size=1, urgent_size=1, within=50, pause=timedelta(hours=4), open_asks=2)
    lines = [a_line(line_id=LineId(UUID(int=number)), rules=rules) for number in (1, 2, 3)]

    assert [line.int for line in waves(lines, {}, at=NOW)] == [1, 2]


def test_a_party_is_asked_once_for_a_line_by_its_best_offer() -> None:
    line = a_line(candidate(2, 30, offer=8), candidate(2, 10, offer=9), candidate(1, 5, offer=7))

    sent = waves([line], {}, at=NOW)[LINE]

    assert [each.offer_id.int for each in sent] == [1001, 1009]


def test_while_somebody_may_still_answer_others_wait_for_the_next_wave() -> None:
    line = a_line(candidate(2), candidate(3), asked={party(1): NOW, party(2): NOW})

    assert asked_now(line, at=NOW + timedelta(hours=3)) == []
    assert next_wave(line, at=NOW) == NOW + timedelta(hours=4)
    assert asked_now(line, at=NOW + timedelta(hours=4)) == [3]


def test_when_nobody_is_left_there_is_no_next_wave() -> None:
    line = a_line(candidate(2, 51), asked={party(1): NOW})

    assert next_wave(line, at=NOW) is None


def test_a_line_whose_yes_came_to_nothing_waits_for_nobody_and_asks_more() -> None:
    others = [candidate(number) for number in range(2, 8)]
    line = a_line(*others, asked={party(7): EARLIER}, urgent_since=NOW)

    assert asked_now(line) == [1, 2, 3, 4, 5]


loads = st.builds(
    AskLoad,
    open=st.integers(0, 3),
    last=st.none() | st.integers(1, 5).map(lambda hours: NOW - timedelta(hours=hours)),
)
candidates = st.builds(
    candidate,
    st.integers(2, 7),
    loss=st.integers(0, 4).map(lambda part: part * 20),
    offer=st.integers(2, 20),
)


def best_wave(line: WaitingLine, known: Mapping[PartyId, AskLoad]) -> Sequence[PartyId]:
    """Of all groups that may be asked: the largest with the choice, then who waited longest."""

    def may(each: Candidate) -> bool:
        load = known.get(each.party_id, AskLoad())
        return each.party_id not in line.asked and load.open < line.rules.open_asks

    def waited(each: PartyId) -> tuple[float, int]:
        last = known.get(each, AskLoad()).last
        return (float("-inf") if last is None else last.timestamp(), each.int)

    chosen = [line.choice.party_id] if may(line.choice) else []
    near = {
        each.party_id
        for each in line.others
        if may(each) and each.loss <= line.rules.within and each.party_id != line.choice.party_id
    }
    room = min(line.rules.size - len(chosen), len(near))
    groups = (list(group) for group in permutations(sorted(near), room))
    return [*chosen, *min(groups, key=lambda group: [waited(each) for each in group])]


@given(
    others=st.lists(candidates, max_size=6),
    known=st.dictionaries(st.integers(1, 7).map(party), loads),
    size=st.integers(1, 3),
)
def test_a_wave_is_the_best_of_all_that_are_allowed(
    others: list[Candidate], known: dict[PartyId, AskLoad], size: int
) -> None:
    rules = WaveRules(size=size, urgent_size=size, within=50, pause=timedelta(hours=4), open_asks=2)
    line = a_line(*others, rules=rules)

    sent = waves([line], known, at=NOW).get(LINE, ())

    assert [each.party_id for each in sent] == list(best_wave(line, known))


class AskedInTurn(RuleBasedStateMachine):
    """Equals beside whoever the plan chooses, at any pace and in waves of any size.

    Nobody is asked again before everybody else has been, in the same wave at the latest.
    """

    RING = tuple(range(10, 16))

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.loads: dict[PartyId, AskLoad] = {}
        self.lines = 0
        self.overtaken: list[tuple[int, int]] = []

    @rule(size=st.integers(2, 4), minutes=st.integers(1, 600))
    def ask_for_a_line(self, size: int, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        self.lines += 1
        rules = WaveRules(
            size=size, urgent_size=size, within=0, pause=timedelta(hours=4), open_asks=1
        )
        line = a_line(
            *(candidate(number) for number in self.RING),
            line_id=LineId(UUID(int=self.lines)),
            choice=candidate(100 + self.lines),
            rules=rules,
        )
        wave = waves([line], self.loads, at=self.at)[line.line_id][1:]
        before = {number: self.last(number) for number in self.RING}
        for each in wave:
            self.loads[each.party_id] = AskLoad(open=0, last=self.at)
        self.overtaken += [
            (each.party_id.int, number)
            for each in wave
            for number in self.RING
            if before[each.party_id.int] > self.last(number)
        ]

    def last(self, number: int) -> datetime:
        return self.loads.get(party(number), AskLoad()).last or NOW

    @invariant()
    def nobody_is_asked_again_before_everybody_else(self) -> None:
        assert self.overtaken == []


TestAskedInTurn = AskedInTurn.TestCase
