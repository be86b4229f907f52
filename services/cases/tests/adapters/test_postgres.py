"""What only PostgreSQL can show: rivals at one moment, staged events, the number of statements."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from case_builders import (
    EVERYWHERE,
    NOW,
    a_line,
    a_match,
    a_meeting_record,
    a_recording,
    a_submission,
)
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from cases.adapters.postgres.store import PostgresStore
from cases.adapters.postgres.views import PostgresViews
from cases.app.queries import FindNeeds
from cases.domain.errors import NeedChangedMeanwhile
from common.paging import Window

if TYPE_CHECKING:
    from collections.abc import Generator

    from cases.domain.need import Need, NeedWasSubmitted
    from common.change import Change
    from common.frame import Frame


@pytest.fixture
def store(frame: Frame) -> PostgresStore:
    return PostgresStore(frame.unit_of_work, frame.outbox, frame.areas)


@pytest.fixture
def statements(frame: Frame) -> Generator[list[str]]:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(frame.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(frame.engine.sync_engine, "before_cursor_execute", note)


async def staged(frame: Frame) -> list[tuple[str, str, int, str]]:
    query = text("select type, aggregateid, version, partitionkey from outbox order by seq")
    async with frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(query)
        return [(row.type, row.aggregateid, row.version, row.partitionkey) for row in found]


async def add(store: PostgresStore, *submissions: Change[Need, NeedWasSubmitted]) -> None:
    async with store.transaction() as cases:
        await cases.needs.add(submissions)


async def test_a_change_and_its_events_are_stored_together(
    frame: Frame, store: PostgresStore
) -> None:
    meeting, submission = a_meeting_record(), a_submission()
    need = submission.state
    match = a_match(need)
    recording = a_recording(need, match)
    closing = need.close(is_met=False, fulfilled=(), at=NOW)

    async with store.transaction() as cases:
        await cases.meetings.add(meeting)
        await cases.needs.add([submission])
        await cases.service_records.add(recording)
        await cases.needs.save(closing)

    pool = str(need.pool_id)
    assert await staged(frame) == [
        ("cases.meeting.recorded.v1", str(meeting.state.id), 1, pool),
        ("cases.need.submitted.v1", str(need.id), 1, pool),
        ("cases.service_record.recorded.v1", str(recording.state.id), 1, pool),
        ("cases.need.closed.v1", str(need.id), 2, pool),
    ]


async def test_what_was_refused_stages_nothing(frame: Frame, store: PostgresStore) -> None:
    submission = a_submission()
    await add(store, submission)
    closing = submission.state.close(is_met=False, fulfilled=(), at=NOW)
    async with store.transaction() as cases:
        await cases.needs.save(closing)

    await add(store, submission)
    with pytest.raises(NeedChangedMeanwhile):
        async with store.transaction() as cases:
            await cases.needs.save(submission.state.withdraw(at=NOW))

    assert [kind for kind, *_ in await staged(frame)] == [
        "cases.need.submitted.v1",
        "cases.need.closed.v1",
    ]


async def test_one_of_many_decisions_at_the_same_moment_wins(
    frame: Frame, store: PostgresStore
) -> None:
    submission = a_submission()
    await add(store, submission)

    async def decide() -> None:
        async with store.transaction() as cases:
            await cases.needs.save(submission.state.withdraw(at=NOW))

    outcomes = await asyncio.gather(*(decide() for _ in range(8)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        *["NeedChangedMeanwhile"] * 7,
        "NoneType",
    ]
    assert len(await staged(frame)) == 2


async def test_the_same_need_told_by_many_at_the_same_moment_is_one(
    frame: Frame, store: PostgresStore
) -> None:
    submission = a_submission()

    async def tell() -> int:
        async with store.transaction() as cases:
            return len(await cases.needs.add([submission, a_submission()]))

    found_before = await asyncio.gather(*(tell() for _ in range(8)))

    assert sorted(found_before) == [0, *[1] * 7]
    assert len(await staged(frame)) == 9


async def test_batches_with_needs_in_common_never_wait_for_each_other_in_a_circle(
    store: PostgresStore,
) -> None:
    submissions = [a_submission() for _ in range(40)]

    async def tell(batch: list[Change[Need, NeedWasSubmitted]]) -> int:
        async with store.transaction() as cases:
            return len(await cases.needs.add(batch))

    found_before = await asyncio.gather(
        *(tell(batch) for batch in (submissions, submissions[::-1], submissions[20:]))
    )

    assert sum(found_before) == 60


async def test_a_need_does_not_end_while_a_service_is_being_recorded(
    store: PostgresStore,
) -> None:
    submission = a_submission()
    await add(store, submission)
    is_held, may_go_on = asyncio.Event(), asyncio.Event()

    async def record() -> str:
        async with store.transaction() as cases:
            await cases.needs.hold(submission.state.id, within=EVERYWHERE)
            is_held.set()
            await may_go_on.wait()
            return "recorded"

    async def withdraw() -> str:
        await is_held.wait()
        async with store.transaction() as cases:
            saving = asyncio.ensure_future(cases.needs.save(submission.state.withdraw(at=NOW)))
            done, _ = await asyncio.wait({saving}, timeout=0.2)
            assert not done
            may_go_on.set()
            await saving
        return "withdrawn"

    assert list(await asyncio.gather(record(), withdraw())) == ["recorded", "withdrawn"]


async def test_many_needs_take_as_many_statements_as_one(
    store: PostgresStore, statements: list[str]
) -> None:
    await add(store, a_submission())
    for_one = len(statements)
    statements.clear()

    await add(store, *(a_submission(lines=(a_line(), a_line())) for _ in range(200)))

    assert len(statements) == for_one == 4


async def test_a_long_page_takes_as_many_statements_as_a_short_one(
    frame: Frame, store: PostgresStore, statements: list[str]
) -> None:
    await add(store, *(a_submission(lines=(a_line(), a_line())) for _ in range(60)))
    views = PostgresViews(frame.unit_of_work, frame.areas)
    counts: list[int] = []

    for limit in (1, 50):
        statements.clear()
        page = await views.find_needs(FindNeeds(window=Window(limit=limit)), EVERYWHERE)
        assert len(page.items) == limit
        counts.append(len(statements))

    assert counts == [5, 5]


async def test_pages_are_complete_and_overlap_nowhere(frame: Frame, store: PostgresStore) -> None:
    changes = [a_submission() for _ in range(7)]
    await add(store, *changes)
    views = PostgresViews(frame.unit_of_work, frame.areas)
    seen: list[Need] = []
    window = Window(limit=3)

    while True:
        page = await views.find_needs(FindNeeds(window=window), EVERYWHERE)
        seen += [followed.need for followed in page.items]
        if page.next is None:
            break
        window = Window(limit=3, after=page.next)

    expected = sorted((change.state for change in changes), key=lambda need: need.id, reverse=True)
    assert seen == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "update need set state = 'closed', ended_at = now()",
        "update need set state = 'withdrawn'",
        "update need set is_met = true",
        "update need set longitude = 121.6",
        "delete from need",
    ],
)
async def test_the_database_refuses_what_cannot_be(
    frame: Frame, store: PostgresStore, wrong: str
) -> None:
    await add(store, a_submission())

    with pytest.raises(IntegrityError):
        async with frame.unit_of_work.transaction() as session:
            await (await session.connection()).execute(text(wrong))
