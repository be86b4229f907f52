"""What may happen to a need."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from case_builders import NOW, a_line, a_need, a_submission

from cases.domain.errors import (
    ClientOfGroupGiven,
    LineIdsRepeated,
    NeedAlreadyEnded,
    NeedLinesOpen,
    PlaceOfHomeGiven,
)
from cases.domain.line import line_id_at
from cases.domain.need import Closure, NeedState, Withdrawal
from common.errors import PreconditionFailed
from common.places import Position
from common.vocabulary import Beneficiary

GATE = Position(longitude=121.6147, latitude=39.0125)
LATER = NOW + timedelta(days=3)


def test_a_submitted_need_is_open() -> None:
    change = a_submission()

    assert change.state.state is NeedState.OPEN
    assert change.state.version == len(change.facts) == 1


def test_a_need_can_be_withdrawn() -> None:
    withdrawn = a_need().withdraw(at=LATER).state

    assert withdrawn.ending == Withdrawal(at=LATER)
    assert withdrawn.version == 2


def test_a_need_is_met_when_every_line_is_fulfilled() -> None:
    need = a_need(lines=(a_line(), a_line()))
    fulfilled = {line.id for line in need.description.lines}

    closed = need.close(is_met=True, fulfilled=fulfilled, at=LATER, note="都到位了").state

    assert closed.ending == Closure(is_met=True, at=LATER, note="都到位了")


def test_a_need_with_an_open_line_cannot_be_called_met() -> None:
    done, waiting = a_line(), a_line()
    need = a_need(lines=(done, waiting))

    with pytest.raises(NeedLinesOpen) as refusal:
        need.close(is_met=True, fulfilled={done.id}, at=LATER)

    assert refusal.value.facts == {"need_id": need.id, "line_ids": (waiting.id,)}


def test_a_need_can_be_given_up_with_lines_open() -> None:
    closed = a_need().close(is_met=False, fulfilled=(), at=LATER).state

    assert closed.state is NeedState.CLOSED
    assert closed.version == 2


@pytest.mark.parametrize("is_met", [True, False])
def test_an_ending_is_final(is_met: bool) -> None:  # noqa: FBT001
    withdrawn = a_need().withdraw(at=NOW).state

    with pytest.raises(NeedAlreadyEnded) as refusal:
        withdrawn.close(is_met=is_met, fulfilled=(), at=LATER)

    assert refusal.value.facts == {
        "need_id": withdrawn.id,
        "state": NeedState.WITHDRAWN,
        "ended_at": NOW,
    }


@pytest.mark.parametrize("beneficiary", [Beneficiary.PERSON, Beneficiary.HOUSEHOLD])
def test_the_exact_place_of_a_home_is_refused(beneficiary: Beneficiary) -> None:
    with pytest.raises(PlaceOfHomeGiven):
        a_submission(beneficiary=beneficiary, place=GATE)


@pytest.mark.parametrize("beneficiary", [Beneficiary.GROUP, Beneficiary.PUBLIC_PLACE])
def test_a_group_or_a_place_may_say_where_it_is(beneficiary: Beneficiary) -> None:
    need = a_need(beneficiary=beneficiary, place=GATE)

    assert need.description.place == GATE


@pytest.mark.parametrize("beneficiary", [Beneficiary.GROUP, Beneficiary.PUBLIC_PLACE])
def test_a_pseudonym_of_a_client_is_refused_for_a_group(beneficiary: Beneficiary) -> None:
    with pytest.raises(ClientOfGroupGiven):
        a_submission(beneficiary=beneficiary, client_ref=uuid4())


def test_two_lines_of_a_need_have_different_ids() -> None:
    line = a_line()

    with pytest.raises(LineIdsRepeated):
        a_submission(lines=(line, line))


def test_nobody_decides_about_a_version_they_have_not_seen() -> None:
    need = a_need()

    need.refuse_unless_seen(None)
    need.refuse_unless_seen(1)
    with pytest.raises(PreconditionFailed):
        need.refuse_unless_seen(2)


def test_the_id_of_an_unnamed_line_follows_from_its_need_and_position() -> None:
    need_id = uuid4()

    assert line_id_at(need_id, 0) == line_id_at(need_id, 0)
    assert len({line_id_at(need_id, 0), line_id_at(need_id, 1), line_id_at(uuid4(), 0)}) == 3
