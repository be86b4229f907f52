"""Who plans some partitions finds what waits in them, however much waits in those of others."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

import pytest
from matching_builders import NOW, a_line, named
from matching_desk import DALIAN, EVERYWHERE, Desk

from common.vocabulary import Weekday
from matching.adapters.postgres.partitions import partition_of
from matching.adapters.postgres.store import PostgresStore
from matching.app.schedule_offers import PutCalendar
from matching.domain.calendar import Calendar, Hours, WeeklyHours
from matching.domain.identity import PoolId
from matching.domain.policy import POLICY

if TYPE_CHECKING:
    from uuid import UUID

ELSEWHERE: Final = next(
    PoolId(named(f"pool {number}"))
    for number in range(100)
    if partition_of(PoolId(named(f"pool {number}"))) != partition_of(DALIAN)
)
OURS: Final = [partition_of(DALIAN)]
EARLIER: Final = (NOW - timedelta(days=1)).isoformat()
PATIENCE: Final = timedelta(seconds=POLICY.asking.patience_seconds)


async def crowd(
    desk: Desk, table: str, thing: UUID, links: dict[str, str] | None = None, **changes: object
) -> None:
    """Put five hundred like one into the database, linked to five hundred in other tables."""
    made = "".join(f", '{column}', md5('{of}' || n)" for column, of in (links or {}).items())
    await desk.rows(
        f"""
        insert into {table} select (jsonb_populate_record(one, jsonb_build_object(
            'id', md5('{table}' || n) {made}
        ) || cast(:changes as jsonb))).* from {table} as one, generate_series(1, 500) as n
        where one.id = :thing returning 1
        """,  # noqa: S608  # Names of our own.
        thing=thing,
        changes=json.dumps(changes, default=str),
    )


def store(desk: Desk) -> PostgresStore:
    return PostgresStore(desk.frame.unit_of_work, desk.frame.outbox)


@pytest.mark.parametrize("ability", ["remind_asks", "expire_asks"])
async def test_asks_without_an_answer_are_found(desk: Desk, ability: str) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await crowd(desk, "match", asked.id, pool_id=ELSEWHERE, asked_at=EARLIER)
    desk.clock.at += PATIENCE + timedelta(seconds=1)

    assert await getattr(desk.app, ability)(OURS) == 1


async def test_proposals_without_a_decision_are_found(desk: Desk) -> None:
    await desk.offer()
    line = a_line()
    need = await desk.need("need", line)
    await desk.plan()
    (proposed,) = await desk.matches()
    await crowd(desk, "need", need, pool_id=ELSEWHERE)
    await crowd(desk, "need_line", line.id, {"need_id": "need"})
    links = {"need_id": "need", "line_id": "need_line"}
    await crowd(desk, "match", proposed.match.id, links, pool_id=ELSEWHERE, proposed_at=EARLIER)
    desk.clock.at += timedelta(days=3)

    assert await desk.app.tell_undecided(OURS) == 1


async def test_what_is_to_be_confirmed_is_found(desk: Desk) -> None:
    offer = await desk.offer(valid_until=NOW + timedelta(days=400))
    await crowd(desk, "offer", offer.id, pool_id=ELSEWHERE, published_at=EARLIER)
    desk.clock.at += timedelta(days=60)

    assert await desk.app.ask_confirmations(OURS) == 1


async def test_what_is_to_be_given_back_is_found(desk: Desk) -> None:
    offer = await desk.offer()
    await desk.rows(
        "update offer set origin_id = id, origin_pool_id = :pool where id = :id returning id",
        id=offer.id,
        pool=ELSEWHERE,
    )
    await crowd(desk, "offer", offer.id, pool_id=ELSEWHERE, valid_until=EARLIER)

    async with store(desk).transaction() as matching:
        found = await matching.allotments.to_return(OURS, at=offer.supply.valid_until)

    assert found == [offer.id]


async def test_calendars_that_are_behind_are_found(desk: Desk) -> None:
    # They come in the order of their ids.
    offer = await desk.offer(max(("one", "two", "three", "four", "five"), key=named))
    morning = Hours(time(9), time(11), 10)
    calendar = Calendar(weekly=(WeeklyHours(Weekday.SATURDAY, morning),))
    await desk.app.put_calendar(PutCalendar(offer_id=offer.id, calendar=calendar), EVERYWHERE)
    await crowd(desk, "offer", offer.id, pool_id=ELSEWHERE)
    await crowd(desk, "calendar", offer.id, {"id": "offer"})
    desk.clock.at += timedelta(days=6)

    assert await desk.app.extend_sessions(OURS) == 1
