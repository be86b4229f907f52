"""Taking in needs, on the store in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_builders import (
    EVERYWHERE,
    GUANGMING,
    JINZHOU,
    NOW,
    XIANJIN,
    StoppedClock,
    a_description,
    a_line,
    a_meeting_record,
    within,
)
from case_fakes import InMemoryStore, SmallTree

from cases.app.ports import Entered
from cases.app.submit_needs import SubmitNeed, submit_need, submit_needs
from cases.domain.errors import LineIdTaken, MeetingNotFound, NeedIdTaken, PlaceOfHomeGiven
from cases.domain.meeting import MeetingId
from cases.domain.need import Need, NeedId
from common.grants import OutsideYourScope, Scope
from common.places import AreaRef, Position, UnknownArea
from common.vocabulary import AreaScheme, Beneficiary

if TYPE_CHECKING:
    from cases.domain.progress import FollowedNeed
    from common.errors import DomainError

UNKNOWN = AreaRef(AreaScheme.NBS, "999999999")


@pytest.fixture
def store() -> InMemoryStore:
    return InMemoryStore()


def a_command(**fields: object) -> SubmitNeed:
    return SubmitNeed(need_id=NeedId(uuid4()), description=a_description(**fields))


async def tell(
    store: InMemoryStore, *commands: SubmitNeed, scope: Scope = EVERYWHERE
) -> list[Entered[Need] | DomainError]:
    return list(
        await submit_needs(commands, scope, store=store, areas=SmallTree(), clock=StoppedClock())
    )


async def tell_one(
    store: InMemoryStore, command: SubmitNeed, scope: Scope = EVERYWHERE
) -> Entered[FollowedNeed]:
    return await submit_need(command, scope, store=store, areas=SmallTree(), clock=StoppedClock())


async def test_a_need_gets_the_pool_of_its_area(store: InMemoryStore) -> None:
    told = await tell_one(store, a_command(area=XIANJIN))

    area = await SmallTree().find(XIANJIN)
    assert told.is_new
    assert told.thing.need.pool_id == area.pool_id
    assert told.thing.need.submitted_at == NOW


async def test_the_same_need_told_twice_is_one_need(store: InMemoryStore) -> None:
    command = a_command()

    first, second = await tell_one(store, command), await tell_one(store, command)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.thing == second.thing
    assert len(store.kept.staged) == 1


async def test_an_id_says_the_same_for_ever(store: InMemoryStore) -> None:
    command = a_command(persons=40)
    await tell_one(store, command)
    other = SubmitNeed(need_id=command.need_id, description=a_description(persons=41))

    with pytest.raises(NeedIdTaken):
        await tell_one(store, other)


async def test_a_bad_need_stops_none_of_the_others(store: InMemoryStore) -> None:
    home = a_command(
        beneficiary=Beneficiary.HOUSEHOLD, place=Position(longitude=121.6, latitude=39.0)
    )

    outcomes = await tell(
        store,
        a_command(),
        a_command(area=UNKNOWN),
        home,
        a_command(area=GUANGMING),
        a_command(),
        scope=within(XIANJIN),
    )

    assert [type(outcome) for outcome in outcomes] == [
        Entered,
        UnknownArea,
        PlaceOfHomeGiven,
        OutsideYourScope,
        Entered,
    ]
    assert len(store.kept.needs) == len(store.kept.staged) == 2


async def test_a_batch_may_tell_a_need_twice(store: InMemoryStore) -> None:
    command = a_command()
    other = SubmitNeed(need_id=command.need_id, description=a_description())

    first, second, third = await tell(store, command, command, other)

    assert isinstance(first, Entered)
    assert isinstance(second, Entered)
    assert (first.is_new, second.is_new) == (True, False)
    assert isinstance(third, NeedIdTaken)


async def test_a_need_of_an_area_within_the_scope_is_taken_in(store: InMemoryStore) -> None:
    told = await tell_one(store, a_command(area=XIANJIN), within(JINZHOU))

    assert told.is_new


async def test_a_line_belongs_to_one_need(store: InMemoryStore) -> None:
    line = a_line()
    await tell_one(store, a_command(lines=(line,)))

    with pytest.raises(LineIdTaken):
        await tell_one(store, a_command(lines=(line,)))


async def test_two_needs_of_a_batch_share_no_line(store: InMemoryStore) -> None:
    line = a_line()

    first, second = await tell(store, a_command(lines=(line,)), a_command(lines=(line,)))

    assert isinstance(first, Entered)
    assert isinstance(second, LineIdTaken)


async def test_a_refused_need_claims_no_line(store: InMemoryStore) -> None:
    line = a_line()

    first, second = await tell(
        store, a_command(area=UNKNOWN, lines=(line,)), a_command(lines=(line,))
    )

    assert isinstance(first, UnknownArea)
    assert isinstance(second, Entered)


async def test_a_need_may_come_from_a_meeting(store: InMemoryStore) -> None:
    meeting = a_meeting_record(area=XIANJIN)
    async with store.transaction() as cases:
        await cases.meetings.add(meeting)

    told = await tell_one(store, a_command(meeting_id=meeting.state.id))

    assert told.thing.need.description.meeting_id == meeting.state.id


async def test_a_meeting_out_of_reach_is_not_found(store: InMemoryStore) -> None:
    meeting = a_meeting_record(area=GUANGMING)
    async with store.transaction() as cases:
        await cases.meetings.add(meeting)

    outcomes = await tell(
        store,
        a_command(area=XIANJIN, meeting_id=meeting.state.id),
        a_command(area=XIANJIN, meeting_id=MeetingId(uuid4())),
        scope=within(XIANJIN),
    )

    assert [type(outcome) for outcome in outcomes] == [MeetingNotFound, MeetingNotFound]
