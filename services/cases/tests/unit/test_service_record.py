"""When a service may be put on record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_builders import NOW, a_delivery, a_line, a_match, a_need, a_recording

from cases.domain.errors import (
    MatchAlreadyFulfilled,
    MatchNotFound,
    NeedAlreadyEnded,
    ServiceEndsBeforeItStarts,
    ServiceNotOverYet,
    UnitDiffers,
)
from cases.domain.line import LineId
from cases.domain.match import SERVING
from cases.domain.need import Need, NeedId
from cases.domain.service_record import Delivery, ServiceRecord, ServiceRecordId
from common.vocabulary import MatchState, Society, Unit

if TYPE_CHECKING:
    from cases.domain.match import Match


def record(delivery: Delivery, need: Need, match: Match) -> ServiceRecord:
    record_id = ServiceRecordId(uuid4())
    return ServiceRecord.record(record_id, delivery, need=need, match=match, at=NOW).state


@pytest.mark.parametrize("state", sorted(SERVING))
def test_a_service_is_recorded_for_a_match_that_is_being_served(state: MatchState) -> None:
    need = a_need()

    recorded = a_recording(need, a_match(need, state=state, society=Society.VOLUNTEER)).state

    assert recorded.society is Society.VOLUNTEER
    assert (recorded.need_id, recorded.pool_id) == (need.id, need.pool_id)


@pytest.mark.parametrize("state", [state for state in MatchState if state not in SERVING])
def test_no_service_is_recorded_for_any_other_match(state: MatchState) -> None:
    need = a_need()
    match = a_match(need, state=state)

    with pytest.raises((MatchNotFound, MatchAlreadyFulfilled)) as refusal:
        record(a_delivery(match), need, match)

    assert isinstance(refusal.value, MatchAlreadyFulfilled) is (state is MatchState.FULFILLED)


def test_a_derived_line_is_served_like_any_other() -> None:
    need = a_need()
    match = a_match(need, line_id=LineId(uuid4()), unit=Unit.ROOM)

    assert record(a_delivery(match), need, match).delivery.line_id == match.line_id


def test_the_match_of_another_line_is_not_found() -> None:
    need = a_need(lines=(a_line(), a_line()))
    match = a_match(need)
    other = need.description.lines[1]

    with pytest.raises(MatchNotFound):
        record(a_delivery(match, line_id=other.id), need, match)


def test_the_match_of_another_need_is_not_found() -> None:
    need = a_need()
    match = a_match(need, need_id=NeedId(uuid4()))

    with pytest.raises(MatchNotFound):
        record(a_delivery(match), need, match)


def test_nothing_more_is_done_for_a_need_that_has_ended() -> None:
    need = a_need().withdraw(at=NOW).state
    match = a_match(need)

    with pytest.raises(NeedAlreadyEnded):
        record(a_delivery(match), need, match)


def test_a_service_is_measured_in_the_unit_that_was_agreed_on() -> None:
    need = a_need()
    match = a_match(need, unit=Unit.PERSON)

    with pytest.raises(UnitDiffers) as refusal:
        record(a_delivery(match, unit=Unit.HOUR), need, match)

    assert refusal.value.facts == {"unit": Unit.HOUR, "agreed": Unit.PERSON}


def test_a_service_does_not_end_before_it_starts() -> None:
    need = a_need()
    match = a_match(need)
    backwards = a_delivery(match, started_at=NOW, ended_at=NOW - timedelta(seconds=1))

    with pytest.raises(ServiceEndsBeforeItStarts):
        record(backwards, need, match)


def test_a_service_is_recorded_when_it_is_over() -> None:
    need = a_need()
    match = a_match(need)

    with pytest.raises(ServiceNotOverYet):
        record(a_delivery(match, ended_at=NOW + timedelta(hours=1)), need, match)


def test_a_phone_whose_clock_runs_ahead_a_little_is_believed() -> None:
    need = a_need()
    match = a_match(need)
    ahead = a_delivery(match, ended_at=NOW + timedelta(minutes=4))

    assert record(ahead, need, match).delivery == ahead
