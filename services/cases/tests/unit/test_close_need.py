"""Closing, withdrawing and serving a need, on the store in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_builders import (
    EVERYWHERE,
    GUANGMING,
    NOW,
    XIANJIN,
    StoppedClock,
    a_delivery,
    a_match,
    a_submission,
    within,
)
from case_fakes import InMemoryStore

from cases.app.close_need import CloseNeed, close_need
from cases.app.record_service import RecordService, record_service
from cases.app.withdraw_need import WithdrawNeed, withdraw_need
from cases.domain.errors import NeedLinesOpen, NeedNotFound, ServiceRecordIdTaken
from cases.domain.need import Need, NeedState
from cases.domain.progress import LineState
from cases.domain.service_record import ServiceRecordId
from common.errors import PreconditionFailed
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from cases.domain.match import Match

CLOCK = StoppedClock()


@pytest.fixture
def store() -> InMemoryStore:
    return InMemoryStore()


async def a_stored_need(store: InMemoryStore) -> Need:
    change = a_submission()
    async with store.transaction() as cases:
        await cases.needs.add([change])
    return change.state


async def a_stored_match(store: InMemoryStore, need: Need, state: MatchState) -> Match:
    match = a_match(need, state=state)
    async with store.transaction() as cases:
        await cases.matches.put([match])
    return match


async def test_a_need_whose_lines_are_fulfilled_can_be_met(store: InMemoryStore) -> None:
    need = await a_stored_need(store)
    match = await a_stored_match(store, need, MatchState.FULFILLED)

    closed = await close_need(
        CloseNeed(need_id=need.id, is_met=True), EVERYWHERE, store=store, clock=CLOCK
    )

    assert closed.need.state is NeedState.CLOSED
    assert closed.progress.state_of(match.line_id) is LineState.FULFILLED
    assert store.kept.needs[need.id] == closed.need


async def test_a_refused_closure_leaves_no_trace(store: InMemoryStore) -> None:
    need = await a_stored_need(store)
    await a_stored_match(store, need, MatchState.IN_SERVICE)

    with pytest.raises(NeedLinesOpen):
        await close_need(
            CloseNeed(need_id=need.id, is_met=True), EVERYWHERE, store=store, clock=CLOCK
        )

    assert store.kept.needs[need.id] == need
    assert len(store.kept.staged) == 1


async def test_what_is_out_of_reach_does_not_exist(store: InMemoryStore) -> None:
    need = await a_stored_need(store)

    with pytest.raises(NeedNotFound):
        await withdraw_need(
            WithdrawNeed(need_id=need.id), within(GUANGMING), store=store, clock=CLOCK
        )


async def test_nobody_withdraws_what_they_have_not_seen(store: InMemoryStore) -> None:
    need = await a_stored_need(store)

    with pytest.raises(PreconditionFailed):
        await withdraw_need(
            WithdrawNeed(need_id=need.id, seen=7), within(XIANJIN), store=store, clock=CLOCK
        )


async def test_a_service_told_again_after_the_need_has_ended_is_still_on_record(
    store: InMemoryStore,
) -> None:
    need = await a_stored_need(store)
    match = await a_stored_match(store, need, MatchState.ACCEPTED)
    command = RecordService(
        record_id=ServiceRecordId(uuid4()), need_id=need.id, delivery=a_delivery(match)
    )
    first = await record_service(command, EVERYWHERE, store=store, clock=CLOCK)
    async with store.transaction() as cases:
        await cases.needs.save(need.withdraw(at=NOW))

    again = await record_service(command, EVERYWHERE, store=store, clock=CLOCK)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.thing == first.thing


async def test_the_id_of_a_record_says_the_same_for_ever(store: InMemoryStore) -> None:
    need = await a_stored_need(store)
    match = await a_stored_match(store, need, MatchState.ACCEPTED)
    record_id = ServiceRecordId(uuid4())
    once = RecordService(record_id=record_id, need_id=need.id, delivery=a_delivery(match))
    await record_service(once, EVERYWHERE, store=store, clock=CLOCK)
    otherwise = RecordService(
        record_id=record_id, need_id=need.id, delivery=a_delivery(match, persons=2)
    )

    with pytest.raises(ServiceRecordIdTaken):
        await record_service(otherwise, EVERYWHERE, store=store, clock=CLOCK)
