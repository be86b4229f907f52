"""A need under any sequence of decisions: open, then withdrawn or closed, and then nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from case_builders import NOW, a_line, a_submission
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cases.domain.errors import NeedAlreadyEnded, NeedLinesOpen
from cases.domain.need import Closure, NeedFact, NeedState, Withdrawal
from cases.domain.need_change import OnWeekdays
from common.vocabulary import Beneficiary, Weekday

if TYPE_CHECKING:
    from cases.domain.line import LineId
    from common.change import Change


class LifeOfANeed(RuleBasedStateMachine):
    @initialize(lines=st.integers(1, 5), beneficiary=st.sampled_from(Beneficiary))
    def submit(self, lines: int, beneficiary: Beneficiary) -> None:
        change = a_submission(lines=tuple(a_line() for _ in range(lines)), beneficiary=beneficiary)
        self.need = change.state
        self.facts: tuple[NeedFact, ...] = change.facts
        self.fulfilled: set[LineId] = set()
        self.at = NOW
        self.told = self.need.description

    @rule(days=st.integers(0, 400))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(data=st.data())
    def fulfil(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(self.need.description.lines))
        self.fulfilled.add(line.id)

    @precondition(lambda self: self.need.state is NeedState.OPEN)
    @rule(data=st.data(), days=st.frozensets(st.sampled_from(Weekday)))
    def change(self, data: st.DataObject, days: frozenset[Weekday]) -> None:
        line = data.draw(st.sampled_from(self.need.description.lines))
        change = self.need.change([OnWeekdays(line.id, days)], at=self.at)

        assert len(change.facts) == (days != line.weekdays)
        assert change.state.is_told_by(self.need.description) or not change.facts
        self.told = change.state.description
        self._accept(change)

    @precondition(lambda self: self.need.state is NeedState.OPEN)
    @rule()
    def withdraw(self) -> None:
        self._accept(self.need.withdraw(at=self.at))

        assert self.need.ending == Withdrawal(at=self.at)

    @precondition(lambda self: self.need.state is NeedState.OPEN)
    @rule(note=st.none() | st.text())
    def give_up(self, note: str | None) -> None:
        self._accept(self.need.close(is_met=False, fulfilled=self.fulfilled, at=self.at, note=note))

        assert self.need.ending == Closure(is_met=False, at=self.at, note=note)

    @precondition(lambda self: self.need.state is NeedState.OPEN)
    @rule()
    def claim_to_have_met_it(self) -> None:
        waiting = {line.id for line in self.need.description.lines} - self.fulfilled
        if waiting:
            with pytest.raises(NeedLinesOpen) as refusal:
                self.need.close(is_met=True, fulfilled=self.fulfilled, at=self.at)
            assert set(refusal.value.line_ids) == waiting
        else:
            self._accept(self.need.close(is_met=True, fulfilled=self.fulfilled, at=self.at))
            assert self.need.state is NeedState.CLOSED

    @precondition(lambda self: self.need.state is not NeedState.OPEN)
    @rule(is_met=st.booleans())
    def try_again(self, is_met: bool) -> None:  # noqa: FBT001
        with pytest.raises(NeedAlreadyEnded):
            self.need.withdraw(at=self.at)
        with pytest.raises(NeedAlreadyEnded):
            self.need.close(is_met=is_met, fulfilled=self.fulfilled, at=self.at)
        with pytest.raises(NeedAlreadyEnded):
            self.need.change([], at=self.at)

    @invariant()
    def every_fact_made_the_version_grow_by_one(self) -> None:
        assert self.need.version == len(self.facts)

    @invariant()
    def what_is_met_has_no_open_line(self) -> None:
        ending = self.need.ending
        if isinstance(ending, Closure) and ending.is_met:
            assert {line.id for line in self.need.description.lines} <= self.fulfilled

    def _accept(self, change: Change[object, NeedFact]) -> None:
        assert isinstance(change.state, type(self.need))
        assert change.state.description == self.told
        self.need = change.state
        self.facts += change.facts


TestLifeOfANeed = LifeOfANeed.TestCase
TestLifeOfANeed.settings = settings(max_examples=50, stateful_step_count=12, deadline=None)
