"""The feed tells everything once and in one order, however transactions overlap."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from matching_desk import EVERYWHERE, Desk, org_of
from sqlalchemy import text

from common.clearance import system
from common.persistence.unit_of_work import tell
from common.vocabulary import MatchState
from matching.adapters.postgres import feed as feeds
from matching.adapters.postgres.feed import PostgresFeed, Settling, Sight
from matching.app.watch_proposals import Proposal
from testing.chance import seeded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from random import Random

    import pytest

    from matching.domain.identity import MatchId

TIMEOUT = 15


async def take(proposals: AsyncGenerator[Proposal], count: int) -> list[Proposal]:
    async with asyncio.timeout(TIMEOUT):
        return [await anext(proposals) for _ in range(count)]


async def some_history(desk: Desk) -> None:
    """Leave three facts: proposed, asked, accepted."""
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)


async def test_who_resumes_hears_what_was_missed_and_then_what_happens(desk: Desk) -> None:
    await some_history(desk)
    async with aclosing(desk.app.watch_proposals(EVERYWHERE, 0)) as proposals:
        (first, *_others) = await take(proposals, 3)

    async with aclosing(desk.app.watch_proposals(EVERYWHERE, first.sequence)) as proposals:
        missed = await take(proposals, 2)
        await desk.need("later")
        await desk.plan()
        (live,) = await take(proposals, 1)

    assert [each.state for each in missed] == [MatchState.ASKED, MatchState.ACCEPTED]
    assert live.state is MatchState.PROPOSED
    assert live.sequence > missed[-1].sequence


async def test_who_comes_without_a_past_hears_only_what_happens_now(desk: Desk) -> None:
    await some_history(desk)

    async with aclosing(desk.app.watch_proposals(EVERYWHERE, None)) as proposals:
        hearing = asyncio.create_task(take(proposals, 1))
        await asyncio.sleep(0)
        while not desk.app.watch_proposals.keywords["feed"]._listeners:  # type: ignore[attr-defined] # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
        await desk.need("later")
        await desk.plan()
        (live,) = await hearing

    assert live.state is MatchState.PROPOSED


async def test_a_party_hears_of_a_match_from_the_moment_it_is_asked(desk: Desk) -> None:
    await some_history(desk)
    party_id = (await desk.matches())[0].match.pairing.party_id

    async with aclosing(desk.app.watch_proposals(org_of(party_id), 0)) as proposals:
        heard = await take(proposals, 2)

    assert [each.state for each in heard] == [MatchState.ASKED, MatchState.ACCEPTED]


async def test_a_lower_number_that_is_committed_later_is_waited_for(desk: Desk) -> None:
    await desk.offer("a", party="a")
    await desk.offer("b", party="b")
    await desk.need("one")
    await desk.need("two")
    await desk.plan()
    slow, fast = sorted((seen.match for seen in await desk.matches()), key=lambda match: match.id)
    start = (await desk.rows("select max(sequence) as last from proposal_feed"))[0].last

    async with aclosing(desk.app.watch_proposals(EVERYWHERE, start)) as proposals:
        hearing = asyncio.create_task(take(proposals, 2))
        async with asyncio.timeout(TIMEOUT), desk.frame.engine.connect() as connection:
            await tell(connection, system("the slow one"))
            # The slow one draws the lower number and commits after the fast one.
            inserted = await connection.execute(
                text("""
                    insert into proposal_feed (
                        match_id, version, need_id, line_id, offer_id, party_id, scheme, area,
                        state, society, service, quantity, unit, value, is_known_to_party, at
                    )
                    select match_id, 99, need_id, line_id, offer_id, party_id, scheme, area, state,
                        society, service, quantity, unit, value, is_known_to_party, at
                    from proposal_feed where match_id = :id returning sequence
                """),
                {"id": slow.id},
            )
            lower = inserted.scalar_one()
            await desk.approve(fast.pairing.need_id)
            await asyncio.sleep(0.3)
            assert not hearing.done()
            await connection.commit()
        heard = await hearing

    assert [each.sequence for each in heard] == sorted(each.sequence for each in heard)
    assert heard[0].sequence == lower
    assert heard[1].match_id == fast.id


async def test_listeners_of_one_process_share_one_reader_that_rests_without_them(
    desk: Desk,
) -> None:
    await some_history(desk)
    feed = PostgresFeed(desk.frame.unit_of_work, desk.settings.database_url)

    async with aclosing(feed.listen(0)) as one, aclosing(feed.listen(0)) as other:
        heard = await take(one, 3), await take(other, 3)
        reading = feed._reading  # noqa: SLF001

    assert heard[0] == heard[1]
    assert reading is not None
    assert feed._reading is None  # noqa: SLF001
    assert reading.done()


async def test_who_falls_too_far_behind_is_let_go_and_may_resume(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FARTHEST_BEHIND", 1)
    await desk.offer(capacity=1_000)
    feed = PostgresFeed(desk.frame.unit_of_work, desk.settings.database_url)

    async with aclosing(feed.listen(0)) as proposals:
        reader = asyncio.create_task(anext(proposals))
        while feed._reading is None:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
        (listener,) = feed._listeners  # noqa: SLF001
        for _ in range(5):
            await another_proposal(desk)
        await reader
        while listener._heard.qsize() < 2:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
        rest = [each async for each in proposals]

    assert len(rest) < 4
    async with aclosing(feed.listen(0)) as resumed:
        assert len(await take(resumed, 5)) == 5


_names = iter(f"another {n}" for n in range(100))


async def another_proposal(desk: Desk) -> None:
    await desk.need(next(_names))
    await desk.plan()


def sight(sequences: list[int], *, running: set[int], writers: set[int]) -> Sight:
    rows = tuple(a_proposal(sequence) for sequence in sequences)
    return Sight(rows=rows, running=frozenset(running), writers=frozenset(writers))


def a_proposal(sequence: int) -> Proposal:
    made = object.__new__(Proposal)
    object.__setattr__(made, "sequence", sequence)
    return made


def told(settling: Settling, seen: Sight) -> list[int]:
    return [each.sequence for each in settling.look(seen)]


def test_what_is_seen_while_nobody_writes_is_final_at_once() -> None:
    settling = Settling(4)

    assert told(settling, sight([5, 7], running={90}, writers=set())) == [5, 7]
    assert not settling.is_waiting


def test_what_is_seen_while_others_write_is_final_when_these_have_ended() -> None:
    settling = Settling(0)

    assert told(settling, sight([2], running={50, 51}, writers={50})) == []
    assert told(settling, sight([2, 3], running={50, 60}, writers={50, 60})) == []
    assert told(settling, sight([1, 2, 3], running={51, 60}, writers={60})) == [1, 2]
    assert told(settling, sight([3, 4], running=set(), writers=set())) == [3, 4]


def test_a_long_writer_that_began_later_does_not_hold_back_what_was_before() -> None:
    settling = Settling(0)

    assert told(settling, sight([1], running={10, 11}, writers={10, 11})) == []
    assert told(settling, sight([1, 2], running={12}, writers={12})) == [1]
    assert settling.is_waiting


async def test_a_long_write_of_something_else_holds_nothing_back(desk: Desk) -> None:
    await some_history(desk)

    async with desk.frame.engine.connect() as busy:
        await tell(busy, system("somebody else"))
        await busy.execute(ELSEWHERE)
        async with aclosing(desk.app.watch_proposals(EVERYWHERE, 0)) as proposals:
            heard = await take(proposals, 3)
            await another_proposal(desk)
            (live,) = await take(proposals, 1)

    assert [each.state for each in heard] == [
        MatchState.PROPOSED,
        MatchState.ASKED,
        MatchState.ACCEPTED,
    ]
    assert live.state is MatchState.PROPOSED


async def test_whatever_order_writers_end_in_everything_is_told_once_and_in_order(
    desk: Desk,
) -> None:
    await desk.offer(capacity=1_000)
    await another_proposal(desk)
    (proposed,) = await desk.matches()
    chance = seeded()

    async with aclosing(desk.app.watch_proposals(EVERYWHERE, 0)) as proposals:
        await take(proposals, 1)
        hearing = asyncio.create_task(take(proposals, WRITERS * WRITES))
        await asyncio.gather(
            *(write_slowly(desk, proposed.match.id, chance) for _ in range(WRITERS))
        )
        heard = await hearing

    written = await desk.rows("select sequence from proposal_feed where version > 1000")
    assert [each.sequence for each in heard] == sorted(row.sequence for row in written)


WRITERS, WRITES = 6, 8
ELSEWHERE = text("""
    insert into pool (id, wanted_sequence, planned_sequence, told_version)
    values (gen_random_uuid(), 0, 0, 0)
""")


async def write_slowly(desk: Desk, match_id: MatchId, chance: Random) -> None:
    """Write facts in transactions that end a while after they drew their number."""
    for _ in range(WRITES):
        async with desk.frame.engine.connect() as connection:
            await tell(connection, system("a writer"))
            await connection.execute(AGAIN, {"id": match_id, "version": next(_versions)})
            await asyncio.sleep(chance.random() / 50)
            await connection.commit()


_versions = iter(range(1_001, 10_000))

# It draws its number as whoever writes about a match does.
AGAIN = text("""
    insert into proposal_feed (
        match_id, version, need_id, line_id, offer_id, party_id, scheme, area,
        state, society, service, quantity, unit, value, is_known_to_party, at
    )
    select match_id, :version, need_id, line_id, offer_id, party_id, scheme, area, state,
        society, service, quantity, unit, value, is_known_to_party, at
    from proposal_feed where match_id = :id and version = 1
""")
