"""Sessions on the database: published, booked with a yes, given back; nobody booked twice."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import NOW, a_line, named
from matching_desk import EVERYWHERE, Desk
from sqlalchemy.exc import IntegrityError

from common.errors import PreconditionFailed
from common.paging import Window as Page
from common.vocabulary import MatchState, Weekday
from matching.app.end_acceptance import DropOut
from matching.app.schedule_offers import PutCalendar
from matching.domain.calendar import Calendar, Hours, Period, PerPeriod, WeeklyHours
from matching.domain.errors import OfferExhausted, SessionTaken
from matching.domain.match import DeclineReason
from matching.domain.window import Window

if TYPE_CHECKING:
    from matching.domain.identity import OfferId
    from matching.domain.match import Match
    from matching.domain.session import Session

MORNING = Hours(time(9), time(11), 10)
LATER = Hours(time(10), time(12), 10)
SATURDAY = frozenset({Weekday.SATURDAY})


def on_saturdays(hours: Hours = MORNING, *, is_exclusive: bool = True) -> Calendar:
    return Calendar(weekly=(WeeklyHours(Weekday.SATURDAY, hours),), is_exclusive=is_exclusive)


async def scheduled(
    desk: Desk, name: str, calendar: Calendar | None = None, **supply: object
) -> OfferId:
    offer = await desk.offer(name, **supply)
    command = PutCalendar(offer_id=offer.id, calendar=calendar or on_saturdays())
    await desk.app.put_calendar(command, EVERYWHERE)
    await desk.app.mark_pool(offer.site.pool_id)
    return offer.id


async def sessions(desk: Desk, offer_id: OfferId) -> list[Session]:
    found = await desk.app.find_sessions(offer_id, Page(limit=200), EVERYWHERE)
    return list(found.items)


async def held(desk: Desk, offer_id: OfferId) -> list[int]:
    return [session.held for session in await sessions(desk, offer_id)]


async def asked(desk: Desk, name: str, **line: object) -> Match:
    need = await desk.need(name, a_line(f"{name} line", weekdays=SATURDAY, **line))
    (match,) = await desk.asked(need)
    return match


async def test_a_yes_takes_the_next_session_and_a_yes_taken_back_gives_it_back(
    desk: Desk,
) -> None:
    offer_id = await scheduled(desk, "offer")
    match = await desk.accept(await asked(desk, "need", quantity=7))
    assert await held(desk, offer_id) == [7, *[0] * 7]
    offer = (await desk.app.find_offer(offer_id, EVERYWHERE)).offer
    # What is free are the seats of the coming sessions.
    assert (offer.free, offer.held) == (73, 7)
    assert [each.free for each in offer.openings or ()] == [3, *[10] * 7]

    await desk.accept(await asked(desk, "second", quantity=4))
    assert await held(desk, offer_id) == [7, 4, *[0] * 6]

    command = DropOut(match_id=match.id, reason=DeclineReason.NO_TIME)
    await desk.app.drop_out(command, EVERYWHERE)
    assert await held(desk, offer_id) == [0, 4, *[0] * 6]


async def test_a_line_with_a_window_gets_a_session_within_it(desk: Desk) -> None:
    offer_id = await scheduled(desk, "offer")
    window = Window(NOW + timedelta(days=6), NOW + timedelta(days=13))

    await desk.accept(await asked(desk, "need", quantity=7, window=window))

    assert await held(desk, offer_id) == [0, 7, *[0] * 6]


async def test_of_two_that_want_the_last_seat_one_is_proposed_it(desk: Desk) -> None:
    week = Window(NOW, NOW + timedelta(days=7))
    await scheduled(desk, "offer", calendar=on_saturdays(Hours(time(9), time(11), 1)))
    needs = [
        await desk.need(name, a_line(f"{name} line", weekdays=SATURDAY, quantity=1, window=week))
        for name in ("first", "second")
    ]
    await desk.plan()

    states = [await desk.states(need) for need in needs]

    assert sorted(states) == [[], [MatchState.PROPOSED]]


async def test_a_yes_takes_the_session_that_was_told(desk: Desk) -> None:
    offer_id = await scheduled(desk, "offer", calendar=on_saturdays(Hours(time(9), time(11), 1)))
    first, second = await asked(desk, "first", quantity=1), await asked(desk, "second", quantity=1)
    at = [session.starts_at for session in await sessions(desk, offer_id)]
    assert [_starts(match) for match in (first, second)] == at[:2]

    await desk.accept(second)
    assert await held(desk, offer_id) == [0, 1, *[0] * 6]
    accepted = await desk.accept(first)

    assert await held(desk, offer_id) == [1, 1, *[0] * 6]
    assert _starts(accepted) == at[0]


async def test_who_says_yes_when_the_session_is_taken_gets_the_next_that_suits(
    desk: Desk,
) -> None:
    offer_id = await scheduled(desk, "offer", calendar=on_saturdays(Hours(time(9), time(11), 1)))
    match = await asked(desk, "need", quantity=1)
    await desk.rows(
        "update session set held = 1 where starts_at = :at returning id", at=_starts(match)
    )

    accepted = await desk.accept(match)

    assert await held(desk, offer_id) == [1, 1, *[0] * 6]
    assert _starts(accepted) == (await sessions(desk, offer_id))[1].starts_at


def _starts(match: Match) -> datetime | None:
    return None if match.appointment is None else match.appointment.starts_at


async def test_nothing_is_proposed_that_no_session_is_large_enough_for(desk: Desk) -> None:
    await scheduled(desk, "offer")
    large = await desk.need("large", a_line("large", weekdays=SATURDAY, quantity=11))
    sunday = frozenset({Weekday.SUNDAY})
    other_day = await desk.need("other", a_line("other", weekdays=sunday, quantity=1))
    await desk.plan()

    assert await desk.states(large) == await desk.states(other_day) == []


async def test_one_giver_is_not_booked_for_two_offers_at_once(desk: Desk) -> None:
    one = await scheduled(desk, "one", metres=100)
    await asked(desk, "first")
    await scheduled(desk, "two", calendar=on_saturdays(LATER), metres=50)
    for number in range(7):
        await asked(desk, f"need {number}")
    ninth = await desk.need("ninth", a_line("ninth line", weekdays=SATURDAY))
    await desk.plan()

    # Eight Saturdays, two offers whose hours overlap, ten seats each time: eight are booked.
    assert await desk.states(ninth) == []
    matches = [each.match for each in await desk.matches() if each.match.state is MatchState.ASKED]
    assert len(matches) == 8
    assert all([await _answer(desk, match) for match in matches])
    booked = await desk.rows("""
        select count(*) as pairs from session a join session b
            on a.party_id = b.party_id and a.id < b.id and a.held > 0 and b.held > 0
            and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    """)
    assert booked[0].pairs == 0
    assert len(await sessions(desk, one)) == 8


async def _answer(desk: Desk, match: Match) -> bool:
    try:
        await desk.accept(match)
    except (SessionTaken, OfferExhausted):
        return False
    return True


async def test_of_two_that_book_one_giver_at_the_same_moment_one_is_told(desk: Desk) -> None:
    short = timedelta(days=6)
    shared = [on_saturdays(hours, is_exclusive=False) for hours in (MORNING, LATER)]
    one = await scheduled(desk, "one", calendar=shared[0], valid_until=NOW + short)
    first = await asked(desk, "first")
    two = await scheduled(desk, "two", calendar=shared[1], valid_until=NOW + short, metres=10)
    second = await asked(desk, "second")
    for offer_id, hours in ((one, MORNING), (two, LATER)):
        exclusive = PutCalendar(offer_id=offer_id, calendar=on_saturdays(hours))
        await desk.app.put_calendar(exclusive, EVERYWHERE)

    answers = await asyncio.gather(_answer(desk, first), _answer(desk, second))

    assert sorted(answers) == [False, True]


async def test_the_database_alone_books_nobody_twice(desk: Desk) -> None:
    await scheduled(desk, "one")
    await scheduled(desk, "two", calendar=on_saturdays(LATER))

    with pytest.raises(IntegrityError, match="nobody_is_booked_twice_at_a_time"):
        await desk.rows("update session set held = 1 returning id")


async def test_another_calendar_keeps_what_is_booked_and_nothing_else_of_the_old_one(
    desk: Desk,
) -> None:
    offer_id = await scheduled(desk, "offer")
    await desk.accept(await asked(desk, "need", quantity=7))
    sundays = Calendar(weekly=(WeeklyHours(Weekday.SUNDAY, MORNING),))
    stale = PutCalendar(offer_id=offer_id, calendar=sundays, seen=7)
    fresh = PutCalendar(offer_id=offer_id, calendar=sundays, seen=1)

    with pytest.raises(PreconditionFailed):
        await desk.app.put_calendar(stale, EVERYWHERE)
    await desk.app.put_calendar(fresh, EVERYWHERE)

    found = await sessions(desk, offer_id)
    assert [(s.weekday, s.held, s.is_closed) for s in found][:2] == [
        (Weekday.SATURDAY, 7, True),
        (Weekday.SUNDAY, 0, False),
    ]
    assert len(found) == 9
    offer = (await desk.app.find_offer(offer_id, EVERYWHERE)).offer
    assert [(each.weekday, each.free) for each in offer.openings or ()] == [
        (Weekday.SATURDAY, 0),
        *[(Weekday.SUNDAY, 10)] * 8,
    ]


async def test_another_calendar_can_be_kept_after_a_yes_was_taken_back(desk: Desk) -> None:
    offer_id = await scheduled(desk, "offer")
    match = await desk.accept(await asked(desk, "need", quantity=7))
    await desk.app.drop_out(DropOut(match_id=match.id, reason=DeclineReason.NO_TIME), EVERYWHERE)
    sundays = Calendar(weekly=(WeeklyHours(Weekday.SUNDAY, MORNING),))

    await desk.app.put_calendar(PutCalendar(offer_id=offer_id, calendar=sundays), EVERYWHERE)

    # What was booked once stays on record, and can be had no more.
    found = [(each.weekday, each.held, each.is_closed) for each in await sessions(desk, offer_id)]
    assert found == [(Weekday.SATURDAY, 0, True), *[(Weekday.SUNDAY, 0, False)] * 8]


async def test_every_day_the_sessions_of_another_day_are_published_once(desk: Desk) -> None:
    offer_id = await scheduled(desk, "offer", valid_until=NOW + timedelta(days=200))
    partitions = [desk.app.partition_of((await desk.find_offer_by(offer_id)).site.pool_id)]
    desk.clock.at = NOW + timedelta(days=6)

    extended = [await desk.app.extend_sessions(partitions) for _ in range(2)]

    assert extended == [1, 0]
    found = await sessions(desk, offer_id)
    assert len(found) == len({session.starts_at for session in found}) == 9
    # The first Saturday is over, so eight are free.
    assert (await desk.find_offer_by(offer_id)).free == 80


async def test_so_much_in_a_week_is_had_on_any_day_of_it(desk: Desk) -> None:
    weekly = Calendar(per_period=PerPeriod(Period.WEEK, 10))
    offer_id = await scheduled(desk, "offer", calendar=weekly)

    await desk.accept(await asked(desk, "need", quantity=8))
    await desk.accept(await asked(desk, "more", quantity=8))

    assert (await held(desk, offer_id))[:3] == [8, 8, 0]
    assert await desk.states() == [MatchState.ACCEPTED] * 2
    assert named("offer") == offer_id
