from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from common.contracts.registry import PartySuspended, PartyVetted
from common.errors import Conflict, NotFound
from common.messaging import dead_letters
from common.messaging.dead_letters import Selection
from common.messaging.fates import Patience, Reason, State, is_infrastructure
from common.messaging.handlers import Handlers
from testing.ledger.book import (
    Effect,
    count,
    effects,
    inversions,
    message,
    note,
    note_all,
    noting,
    outgoing,
)
from testing.ledger.desk import Desk
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event, Message


@dataclass(eq=False)
class PartyMissing(NotFound, code="party-missing"):
    """There is no such party."""


@dataclass(eq=False)
class PartyGone(Conflict, code="party-gone"):
    """The party is gone."""


class Whims:
    """Handlers that write down every fact, after raising what was asked for."""

    def __init__(self, *, together: bool) -> None:
        self.errors: dict[tuple[str, int], list[Exception]] = {}
        self.attempts: Counter[tuple[str, int]] = Counter()
        self.handlers = Handlers()
        if together:
            self.handlers.on_batch(PartyVetted)(self._handle_all)
        else:
            self.handlers.on(PartyVetted)(self._handle)

    def refuse(self, party: UUID, version: int, *errors: Exception) -> None:
        self.errors[str(party), version] = list(errors)

    async def _handle(self, envelope: Envelope[Event], session: AsyncSession) -> None:
        key = envelope.subject, envelope.version
        self.attempts[key] += 1
        await note(envelope, session)
        if self.errors.get(key):
            raise self.errors[key].pop(0)

    async def _handle_all(
        self, envelopes: Sequence[Envelope[Event]], session: AsyncSession
    ) -> None:
        for envelope in envelopes:
            errors = self.errors.get((envelope.subject, envelope.version))
            if errors and len(envelopes) > 1 and not is_infrastructure(errors[0]):
                # It will come again with fewer others, and at last alone.
                raise errors[0]
            await self._handle(envelope, session)


@pytest.fixture(params=[False, True], ids=["one by one", "together"])
def whims(request: pytest.FixtureRequest) -> Whims:
    return Whims(together=request.param)


@pytest.fixture
async def desk(engine: AsyncEngine, whims: Whims) -> Desk:
    return await Desk(engine, whims.handlers).open()


async def done(engine: AsyncEngine) -> list[tuple[str, int]]:
    return [(effect.subject, effect.version) for effect in await effects(engine)]


async def held(engine: AsyncEngine) -> list[tuple[str | None, int | None, State, Reason]]:
    found = await dead_letters.find(engine, Selection(states=tuple(State)))
    return [(it.subject, it.version, it.state, it.reason) for it in found]


async def test_each_event_has_one_effect_in_order(engine: AsyncEngine, desk: Desk) -> None:
    party = uuid4()

    await desk.take(*(message(party, version) for version in range(1, 6)))

    assert await done(engine) == [(str(party), version) for version in range(1, 6)]
    assert desk.committed == [5]


async def test_a_duplicate_has_no_second_effect(engine: AsyncEngine, desk: Desk) -> None:
    event = outgoing(message(uuid4(), 1))

    await desk.take(desk.record(event), desk.record(event))
    await desk.take(desk.record(event))

    assert await count(engine, "effect") == 1


async def test_another_event_of_a_version_that_was_reached_is_too_late(
    engine: AsyncEngine, desk: Desk
) -> None:
    party = uuid4()

    await desk.take(message(party, 1), message(party, 1))

    assert await count(engine, "effect") == 1
    assert not await held(engine)


async def test_an_event_nobody_handles_still_counts(engine: AsyncEngine, desk: Desk) -> None:
    party = uuid4()

    await desk.take(message(party, 1), suspended(party, 2), message(party, 3))

    assert await done(engine) == [(str(party), 1), (str(party), 3)]


async def test_a_gap_parks_the_subject_until_it_is_filled(engine: AsyncEngine, desk: Desk) -> None:
    party, other = uuid4(), uuid4()
    two, three = message(party, 2), message(party, 3)

    await desk.take(message(party, 1), three, message(party, 4), message(other, 1))
    assert await done(engine) == [(str(party), 1), (str(other), 1)]
    assert await held(engine) == [
        (str(party), 3, State.PARKED, Reason.GAP),
        (str(party), 4, State.QUEUED, Reason.QUEUED),
    ]

    await desk.take(two)
    await desk.sweep()

    assert await done(engine) == [
        *((str(party), 1), (str(other), 1)),
        *((str(party), 2), (str(party), 3), (str(party), 4)),
    ]
    assert not await held(engine)


async def test_a_gap_within_a_batch_that_comes_out_of_order_is_filled(
    engine: AsyncEngine, desk: Desk
) -> None:
    party = uuid4()

    await desk.take(*(message(party, version) for version in (3, 1, 5, 2, 4)))
    await desk.sweep()

    assert await done(engine) == [(str(party), version) for version in range(1, 6)]


async def test_what_is_parked_too_long_is_a_dead_letter(engine: AsyncEngine, whims: Whims) -> None:
    desk = await Desk(engine, whims.handlers, Patience(park=0.0)).open()
    party = uuid4()

    await desk.take(message(party, 2), message(party, 3))
    await desk.sweep()

    assert await held(engine) == [
        (str(party), 2, State.DEAD, Reason.EXPIRED),
        (str(party), 3, State.QUEUED, Reason.QUEUED),
    ]


async def test_a_gap_can_be_declared_final(engine: AsyncEngine, whims: Whims) -> None:
    desk = await Desk(engine, whims.handlers, Patience(park=0.0)).open()
    party = uuid4()
    await desk.take(message(party, 2), message(party, 3))
    await desk.sweep()

    assert await dead_letters.replay(engine, Selection(), despite_gap=True) == 1
    await desk.sweep()

    assert await done(engine) == [(str(party), 2), (str(party), 3)]


async def test_a_replay_does_not_pretend_that_a_gap_is_none(
    engine: AsyncEngine, whims: Whims
) -> None:
    desk = await Desk(engine, whims.handlers, Patience(park=60.0)).open()
    party = uuid4()
    await desk.take(message(party, 2))
    await execute(engine, "update held_event set deadline_at = now()")
    await desk.sweep()
    assert await held(engine) == [(str(party), 2, State.DEAD, Reason.EXPIRED)]

    await dead_letters.replay(engine, Selection())
    await desk.sweep()

    assert await held(engine) == [(str(party), 2, State.PARKED, Reason.GAP)]
    assert await count(engine, "held_event", "deadline_at > now()") == 1


async def test_what_is_not_there_yet_is_waited_for(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party, other = uuid4(), uuid4()
    whims.refuse(party, 1, PartyMissing(), PartyMissing())

    await desk.take(message(party, 1), message(party, 2), message(other, 1))
    assert await done(engine) == [(str(other), 1)]
    assert (await held(engine))[0] == (str(party), 1, State.PARKED, Reason.NOT_FOUND)

    await desk.sweep(2)

    assert await done(engine) == [(str(other), 1), (str(party), 1), (str(party), 2)]


async def test_waiting_for_something_ends_at_the_deadline_and_not_later(
    engine: AsyncEngine, whims: Whims
) -> None:
    desk = await Desk(engine, whims.handlers, Patience(first_retry=0.0, park=60.0)).open()
    party = uuid4()
    whims.refuse(party, 1, *(PartyMissing() for _ in range(20)))
    await desk.take(message(party, 1))
    await execute(engine, "update held_event set deadline_at = now() + interval '1 s'")

    async with engine.connect() as connection:
        given = await connection.scalar(text("select deadline_at from held_event"))
    await desk.sweep(3)
    async with engine.connect() as connection:
        assert await connection.scalar(text("select deadline_at from held_event")) == given


async def test_what_a_rule_refuses_is_dead_and_holds_up_its_subject_only(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party, other = uuid4(), uuid4()
    whims.refuse(party, 2, PartyGone())

    await desk.take(*(message(p, v) for v in (1, 2, 3) for p in (party, other)))
    await desk.sweep()

    assert await done(engine) == [
        *((str(party), 1), (str(other), 1)),
        *((str(other), 2), (str(other), 3)),
    ]
    assert await held(engine) == [
        (str(party), 2, State.DEAD, Reason.REFUSED),
        (str(party), 3, State.QUEUED, Reason.QUEUED),
    ]
    assert whims.attempts[str(party), 2] == 1


async def test_a_replayed_letter_and_its_followers_have_their_effects_in_order(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party = uuid4()
    whims.refuse(party, 1, PartyGone())
    await desk.take(*(message(party, version) for version in (1, 2, 3)))

    assert await dead_letters.replay(engine, Selection(reason=Reason.REFUSED)) == 1
    await desk.sweep()

    assert await done(engine) == [(str(party), version) for version in (1, 2, 3)]
    assert not await held(engine)


async def test_a_discarded_letter_lets_the_followers_go_on(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party = uuid4()
    whims.refuse(party, 1, PartyGone())
    await desk.take(*(message(party, version) for version in (1, 2, 3)))
    letter = (await dead_letters.find(engine, Selection()))[0]

    assert await dead_letters.discard(engine, Selection(ids=[letter.id])) == 1
    await desk.sweep()

    assert await done(engine) == [(str(party), 2), (str(party), 3)]
    shown = await dead_letters.show(engine, letter.id)
    assert shown is not None
    assert shown.state is State.DISCARDED


async def test_a_defect_is_tried_five_times_and_holds_up_its_subject_only(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party, other = uuid4(), uuid4()
    whims.refuse(party, 1, *(ValueError("broken") for _ in range(9)))

    await desk.take(message(other, 1), message(party, 1), message(party, 2), message(other, 2))
    await desk.sweep(9)

    assert await done(engine) == [(str(other), 1), (str(other), 2)]
    assert whims.attempts[str(party), 1] == 5
    letter = (await dead_letters.find(engine, Selection(reason=Reason.DEFECT)))[0]
    assert letter.attempts == 5
    assert "ValueError: broken" in letter.detail
    assert "raise self.errors" in letter.stack
    assert (letter.record.partition.topic, letter.record.offset) == ("registry.party", 1)


async def test_a_passing_defect_is_forgotten(engine: AsyncEngine, desk: Desk, whims: Whims) -> None:
    party = uuid4()
    whims.refuse(party, 1, ValueError("once"), KeyError("twice"))

    await desk.take(message(party, 1), message(party, 2))
    await desk.sweep(2)

    assert await done(engine) == [(str(party), 1), (str(party), 2)]
    assert not await held(engine)


async def test_trouble_with_the_database_is_waited_out_where_it_is(
    engine: AsyncEngine, desk: Desk, whims: Whims
) -> None:
    party = uuid4()
    whims.refuse(party, 2, ConnectionResetError(), TimeoutError())

    await desk.take(*(message(party, version) for version in (1, 2, 3)))

    assert await done(engine) == [(str(party), version) for version in (1, 2, 3)]
    assert not await held(engine)


async def test_an_unreadable_record_is_kept_as_it_came(engine: AsyncEngine, desk: Desk) -> None:
    record = replace(
        desk.record(message(uuid4(), 1)),
        value=b"\xff\0",
        key=None,
        headers=(("ce_id", None), ("x\0", b"\xfe"), ("ce_type", b"\xff")),
    )

    await desk.take(record, message(uuid4(), 1))
    await desk.take(record)

    letters = await dead_letters.find(engine, Selection())
    assert [letter.record for letter in letters] == [record]
    assert letters[0].reason is Reason.UNREADABLE
    assert await count(engine, "effect") == 1


async def test_an_unreadable_event_of_a_known_subject_holds_up_its_followers(
    engine: AsyncEngine, desk: Desk
) -> None:
    party = uuid4()
    broken = replace(desk.record(message(party, 2)), value=b"{")

    await desk.take(desk.record(message(party, 1)), broken, desk.record(message(party, 3)))
    assert await done(engine) == [(str(party), 1)]

    await dead_letters.discard(engine, Selection())
    await desk.sweep()

    assert await done(engine) == [(str(party), 1), (str(party), 3)]


async def test_an_impostor_with_a_subjects_next_version_does_not_hold_it_up(
    engine: AsyncEngine, desk: Desk
) -> None:
    party = uuid4()
    impostor = replace(desk.record(message(party, 1)), value=b"{")

    await desk.take(impostor, desk.record(message(party, 1)), desk.record(message(party, 2)))
    await desk.sweep()

    assert await done(engine) == [(str(party), 1), (str(party), 2)]
    assert await held(engine) == [(str(party), 1, State.DEAD, Reason.UNREADABLE)]


async def test_what_a_new_program_can_read_is_taken_in_at_its_replay(
    engine: AsyncEngine, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = uuid4()
    with monkeypatch.context() as former:
        former.setattr("common.messaging.codec.published_events", dict)
        await desk.take(message(party, 1), message(party, 2))
    assert await count(engine, "held_event", "reason = 'unreadable'") == 2

    await dead_letters.replay(engine, Selection())
    await desk.sweep(2)

    assert await done(engine) == [(str(party), 1), (str(party), 2)]


async def test_a_replay_of_what_is_still_unreadable_is_dead_again(
    engine: AsyncEngine, desk: Desk
) -> None:
    await desk.take(replace(desk.record(message(uuid4(), 1)), headers=()))

    await dead_letters.replay(engine, Selection())
    await desk.sweep()

    assert [it[2:] for it in await held(engine)] == [(State.DEAD, Reason.UNREADABLE)]


async def test_a_handler_that_hides_a_broken_transaction_loses_nothing(
    engine: AsyncEngine,
) -> None:
    party, other = uuid4(), uuid4()
    handlers = Handlers()

    @handlers.on(PartyVetted)
    async def hide(envelope: Envelope[PartyVetted], session: AsyncSession) -> None:
        await note(envelope, session)
        if envelope.subject == str(party):
            connection = await session.connection()
            same = "insert into account_book values (:it, 1), (:it, 1)"
            with suppress(IntegrityError):
                await connection.execute(text(same), {"it": party})

    desk = await Desk(engine, handlers).open()
    await desk.take(message(other, 1), message(party, 1), message(other, 2))
    await desk.sweep(9)

    assert await done(engine) == [(str(other), 1), (str(other), 2)]
    assert await held(engine) == [(str(party), 1, State.DEAD, Reason.DEFECT)]


async def test_more_than_a_hundred_bad_records_in_a_row_stop_the_partition(
    engine: AsyncEngine, desk: Desk
) -> None:
    records = [replace(desk.record(message(uuid4(), 1)), value=b"{") for _ in range(150)]

    taking = asyncio.create_task(desk.take(*records))
    await until(lambda: desk.committed)
    desk.leave()
    await taking

    assert desk.committed == [101]
    assert await count(engine, "held_event") == 101


async def test_effects_of_one_batch_and_where_it_ended_are_committed_together(
    engine: AsyncEngine,
) -> None:
    desk = await Desk(engine, noting()).open()
    parties = [uuid4() for _ in range(200)]

    await desk.take(*(message(party, version) for version in (1, 2) for party in parties))

    assert await count(engine, "effect") == 400
    assert await count(engine, "inbox") == 400
    assert await count(engine, "subject_state", "version = 2") == 200
    assert desk.committed == [400]
    assert isinstance((await effects(engine))[0], Effect)


async def execute(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def test_what_comes_together_and_what_comes_alone_keep_the_order_of_their_subject(
    engine: AsyncEngine,
) -> None:
    batches: list[list[tuple[str, int]]] = []
    handlers = Handlers()

    @handlers.on_batch(PartyVetted)
    async def gather(envelopes: Sequence[Envelope[Event]], session: AsyncSession) -> None:
        batches.append([(each.subject, each.version) for each in envelopes])
        await note_all(envelopes, session)

    handlers.on(PartySuspended)(note)
    desk = await Desk(engine, handlers).open()
    one, other, third = uuid4(), uuid4(), uuid4()

    await desk.take(
        *(message(one, 1), message(other, 1), suspended(one, 2), suspended(third, 1)),
        *(message(one, 3), message(other, 2)),
    )

    assert batches == [[(str(one), 1), (str(other), 1)], [(str(one), 3), (str(other), 2)]]
    assert inversions(await done(engine)) == 0
    assert sorted(await done(engine)) == sorted(
        [
            (str(party), version)
            for party, last in ((one, 3), (other, 2), (third, 1))
            for version in range(1, last + 1)
        ]
    )


async def test_a_batch_that_fails_on_the_way_is_held_against_the_event_that_it_fails_for(
    engine: AsyncEngine,
) -> None:
    one, other = uuid4(), uuid4()
    handlers = Handlers()

    @handlers.on_batch(PartyVetted)
    async def refuse(envelopes: Sequence[Envelope[Event]], session: AsyncSession) -> None:
        if any(each.subject == str(other) for each in envelopes):
            raise PartyGone
        await note_all(envelopes, session)

    handlers.on(PartySuspended)(note)
    desk = await Desk(engine, handlers).open()

    await desk.take(message(one, 1), message(other, 1), suspended(one, 2))

    assert await done(engine) == [(str(one), 1), (str(one), 2)]
    assert await held(engine) == [(str(other), 1, State.DEAD, Reason.REFUSED)]


def suspended(party: UUID, version: int) -> Message:
    gone = PartySuspended(party_id=party, suspended_on=date(2026, 6, 1))
    return replace(message(party, version), event=gone)
