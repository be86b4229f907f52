"""What every store promises: one suite for the one in memory and the one on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_builders import (
    EVERYWHERE,
    GUANGMING,
    JINZHOU,
    NOW,
    NOWHERE,
    XIANJIN,
    a_description,
    a_line,
    a_match,
    a_meeting_record,
    a_recording,
    a_submission,
    within,
)
from case_fakes import InMemoryStore

from cases.adapters.postgres.store import PostgresStore
from cases.domain.errors import (
    LineIdTaken,
    MatchNotFound,
    NeedChangedMeanwhile,
    NeedNotFound,
)
from cases.domain.line import LineId
from cases.domain.match import MatchId
from cases.domain.meeting import MeetingId
from cases.domain.need import Need, NeedId
from cases.domain.progress import DerivedLine, Progress
from cases.domain.service_record import ServiceRecordId
from common.places import Position
from common.vocabulary import (
    Beneficiary,
    LineKind,
    MatchState,
    ServiceCode,
    Unit,
    Weekday,
)

if TYPE_CHECKING:
    from cases.app.ports import Store
    from common.frame import Frame


def on_postgres(frame: Frame) -> PostgresStore:
    return PostgresStore(frame.unit_of_work, frame.outbox, frame.areas)


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return InMemoryStore()
    return on_postgres(request.getfixturevalue("frame"))


async def stored(store: Store, **fields: object) -> Need:
    change = a_submission(**fields)
    async with store.transaction() as cases:
        assert await cases.needs.add([change]) == {}
    return change.state


async def found(store: Store, need_id: NeedId) -> Need:
    async with store.transaction() as cases:
        return await cases.needs.get(need_id, within=EVERYWHERE)


class TestNeeds:
    async def test_come_back_as_they_were_told(self, store: Store) -> None:
        need = await stored(
            store,
            title="八五〇农场 𠮷㐂 送餐",
            place=Position(longitude=121.6147, latitude=39.0125),
            lines=(
                a_line(weekdays=frozenset({Weekday.SATURDAY, Weekday.MONDAY}), needs_vetting=True),
                a_line(service=ServiceCode.WAITING_ROOM, unit=Unit.ROOM, within_metres=500),
            ),
        )

        assert await found(store, need.id) == need

    async def test_of_homes_come_back_with_their_pseudonym(self, store: Store) -> None:
        need = await stored(store, beneficiary=Beneficiary.HOUSEHOLD, client_ref=uuid4())

        assert await found(store, need.id) == need

    async def test_come_back_with_their_ending(self, store: Store) -> None:
        withdrawn = (await stored(store)).withdraw(at=NOW)
        given_up = (await stored(store)).close(is_met=False, fulfilled=(), at=NOW, note="搬走了")

        async with store.transaction() as cases:
            await cases.needs.save(withdrawn)
            await cases.needs.save(given_up)

        assert await found(store, withdrawn.state.id) == withdrawn.state
        assert await found(store, given_up.state.id) == given_up.state

    async def test_let_one_of_two_rival_changes_win(self, store: Store) -> None:
        need = await stored(store)
        withdrawn = need.withdraw(at=NOW)
        closed = need.close(is_met=False, fulfilled=(), at=NOW)

        async with store.transaction() as cases:
            await cases.needs.save(withdrawn)
        with pytest.raises(NeedChangedMeanwhile):
            async with store.transaction() as cases:
                await cases.needs.save(closed)

        assert await found(store, need.id) == withdrawn.state

    async def test_are_unchanged_after_an_exception(self, store: Store) -> None:
        need = await stored(store)

        async def fail() -> None:
            async with store.transaction() as cases:
                await cases.needs.save(need.withdraw(at=NOW))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()

        assert await found(store, need.id) == need

    async def test_out_of_reach_do_not_exist(self, store: Store) -> None:
        need = await stored(store, area=XIANJIN)

        async with store.transaction() as cases:
            assert await cases.needs.get(need.id, within=within(JINZHOU)) == need
            assert await cases.needs.hold(need.id, within=within(XIANJIN)) == need
            for scope in (within(GUANGMING), NOWHERE):
                with pytest.raises(NeedNotFound):
                    await cases.needs.get(need.id, within=scope)
                with pytest.raises(NeedNotFound):
                    await cases.needs.hold(need.id, within=scope)

    async def test_are_added_many_at_once(self, store: Store) -> None:
        changes = [a_submission(lines=(a_line(), a_line())) for _ in range(50)]

        async with store.transaction() as cases:
            assert await cases.needs.add(changes) == {}

        for change in changes:
            assert await found(store, change.state.id) == change.state

    async def test_keep_what_an_id_has_named(self, store: Store) -> None:
        first = await stored(store)
        other = Need.submit(first.id, a_description(), pool_id=first.pool_id, at=NOW)
        new = a_submission()

        async with store.transaction() as cases:
            earlier = await cases.needs.add([other, new])

        assert earlier == {first.id: first}
        assert await found(store, first.id) == first
        assert await found(store, new.state.id) == new.state

    async def test_share_no_line(self, store: Store) -> None:
        need = await stored(store)

        with pytest.raises(LineIdTaken):
            async with store.transaction() as cases:
                await cases.needs.add([a_submission(lines=need.description.lines)])

    async def test_own_their_lines(self, store: Store) -> None:
        need = await stored(store)
        [line] = need.description.lines

        async with store.transaction() as cases:
            owners = await cases.needs.owners_of([line.id, LineId(uuid4())])

        assert owners == {line.id: need.id}

    async def test_make_progress_as_matching_tells(self, store: Store) -> None:
        need = await stored(store, lines=(a_line(), a_line()))
        first, second = need.description.lines
        derived = DerivedLine(
            id=LineId(uuid4()),
            derived_from=first.id,
            kind=LineKind.CAPACITY,
            service=ServiceCode.VENUE_OPERATION,
        )
        async with store.transaction() as cases:
            await cases.matches.put([a_match(need, line_id=first.id, state=MatchState.FULFILLED)])
            await cases.matches.put([a_match(need, line_id=second.id)])
            await cases.needs.derive({need.id: [derived]})

        async with store.transaction() as cases:
            progress = await cases.needs.progress_of(need.id)

        assert progress == Progress(fulfilled=frozenset({first.id}), derived=(derived,))

    async def test_lose_the_derived_lines_of_an_older_plan(self, store: Store) -> None:
        need = await stored(store)
        older, newer = (
            DerivedLine(
                id=LineId(uuid4()),
                derived_from=need.description.lines[0].id,
                kind=LineKind.CAPACITY,
                service=ServiceCode.VENUE_OPERATION,
            )
            for _ in range(2)
        )
        async with store.transaction() as cases:
            await cases.needs.derive({need.id: [older]})
            await cases.needs.derive({need.id: [newer]})
            assert (await cases.needs.progress_of(need.id)).derived == (newer,)
            await cases.needs.derive({need.id: []})
            assert (await cases.needs.progress_of(need.id)).derived == ()


class TestMeetings:
    async def test_keep_what_an_id_has_named(self, store: Store) -> None:
        change = a_meeting_record(resolution="在㐂街设候学室")
        async with store.transaction() as cases:
            assert await cases.meetings.add(change) is None

        async with store.transaction() as cases:
            assert await cases.meetings.add(change) == change.state

    async def test_are_known_within_reach(self, store: Store) -> None:
        here, there = a_meeting_record(area=XIANJIN), a_meeting_record(area=GUANGMING)
        async with store.transaction() as cases:
            await cases.meetings.add(here)
            await cases.meetings.add(there)

        async with store.transaction() as cases:
            ids = [here.state.id, there.state.id, MeetingId(uuid4())]
            assert await cases.meetings.known(ids, within=within(XIANJIN)) == {here.state.id}
            assert await cases.meetings.known([], within=EVERYWHERE) == frozenset()


class TestMatches:
    async def test_move_from_state_to_state(self, store: Store) -> None:
        need = await stored(store)
        match = a_match(need, state=MatchState.PROPOSED)
        async with store.transaction() as cases:
            await cases.matches.put([match])
            assert await cases.matches.get(match.id) == match
            await cases.matches.move(match.id, MatchState.ACCEPTED)

        async with store.transaction() as cases:
            assert (await cases.matches.get(match.id)).state is MatchState.ACCEPTED

    async def test_that_are_unknown_cannot_move(self, store: Store) -> None:
        async with store.transaction() as cases:
            with pytest.raises(MatchNotFound):
                await cases.matches.move(MatchId(uuid4()), MatchState.ACCEPTED)

    async def test_can_be_forgotten(self, store: Store) -> None:
        match = a_match(await stored(store))
        async with store.transaction() as cases:
            await cases.matches.put([match])
            await cases.matches.forget(match.id)
            await cases.matches.forget(match.id)

        async with store.transaction() as cases:
            with pytest.raises(MatchNotFound):
                await cases.matches.get(match.id)


class TestServiceRecords:
    async def test_keep_what_an_id_has_named(self, store: Store) -> None:
        need = await stored(store)
        change = a_recording(need, a_match(need))
        async with store.transaction() as cases:
            assert await cases.service_records.find(change.state.id) is None
            assert await cases.service_records.add(change) is None

        async with store.transaction() as cases:
            assert await cases.service_records.add(change) == change.state
            assert await cases.service_records.find(change.state.id) == change.state
            assert await cases.service_records.find(ServiceRecordId(uuid4())) is None
