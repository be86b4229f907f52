"""What follows when cases tells of another time or place of a need."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import GATE, NOW, a_line, named
from matching_desk import DALIAN, EVERYWHERE, Desk, org_of, tell

from common.contracts.cases import LineAsked, NeedChanged, NeedWithdrawn, Point
from common.contracts.registry import PlaceCode
from common.paging import Window
from common.vocabulary import AreaScheme, LineKind, MatchState, ServiceCode, Unit, Weekday
from matching.app.answer_match import DeclineMatch
from matching.app.queries import FindMatches, SeenMatch
from matching.app.schedule_offers import PutCalendar
from matching.domain.calendar import Calendar, Hours, WeeklyHours
from matching.domain.errors import NeedNotKnown
from matching.domain.identity import NeedId
from matching.domain.match import DeclineReason, SaidNo

if TYPE_CHECKING:
    from matching.domain.match import Match

NEED = NeedId(named("need"))
SATURDAY, SUNDAY = frozenset({Weekday.SATURDAY}), frozenset({Weekday.SUNDAY})
EVERY_DAY = frozenset(Weekday)
NEXT_STREET = PlaceCode(scheme=AreaScheme.NBS, code="210213008")
STREET = PlaceCode(scheme=AreaScheme.NBS, code="210213009")


def asked_for(weekdays: frozenset[Weekday] = SATURDAY, **changes: object) -> LineAsked:
    values: dict[str, Any] = {
        "line_id": named("line"),
        "kind": LineKind.SERVICE,
        "service": ServiceCode.COUNSELLING,
        "quantity": 10,
        "unit": Unit.PERSON_TIME,
        "weekdays": weekdays,
    }
    return LineAsked(**(values | changes))


def changed(weekdays: frozenset[Weekday] = SATURDAY, **changes: object) -> NeedChanged:
    values: dict[str, Any] = {
        "need_id": NEED,
        "pool_id": DALIAN,
        "place": STREET,
        "point": Point(longitude=GATE.longitude, latitude=GATE.latitude),
        "lines": (asked_for(weekdays),),
        "changed_at": NOW,
    }
    return NeedChanged(**(values | changes))


async def asked(desk: Desk, **offer: object) -> Match:
    await desk.offer(**({"weekdays": EVERY_DAY} | offer))
    await desk.need("need", a_line(weekdays=SATURDAY))
    (match,) = await desk.asked(NEED)
    return match


async def misfits(desk: Desk) -> list[SeenMatch]:
    query = FindMatches(window=Window(limit=10), is_misfit=True)
    return list((await desk.app.find_matches(query, EVERYWHERE)).items)


async def declined(desk: Desk) -> Match:
    match = await asked(desk)
    no = DeclineMatch(match_id=match.id, reason=DeclineReason.NO_TIME)
    await desk.app.decline_match(no, org_of(match.pairing.party_id))
    await desk.plan()
    return match


async def test_a_no_is_final_until_time_or_place_changes_and_stays_on_record(desk: Desk) -> None:
    match = await declined(desk)
    assert await desk.states() == [MatchState.DECLINED]

    await tell(desk, changed(SUNDAY))

    assert await desk.is_dirty()
    await desk.plan()
    assert await desk.states() == [MatchState.ASKED, MatchState.DECLINED]
    (kept,) = await desk.rows("select party_id, reason, lifted_at from past_refusal")
    assert (kept.party_id, kept.reason, kept.lifted_at) == (
        match.pairing.party_id,
        "no_time",
        desk.clock.at,
    )


async def test_an_explanation_shows_a_no_and_when_it_was_lifted(desk: Desk) -> None:
    offer_id = (await declined(desk)).pairing.offer_id
    (before,) = await desk.app.explain_offer(NEED, offer_id, EVERYWHERE)
    await tell(desk, changed(SUNDAY))
    (after,) = await desk.app.explain_offer(NEED, offer_id, EVERYWHERE)
    _, (candidate,) = await desk.app.find_candidates(NEED, EVERYWHERE)

    said = SaidNo(reason=DeclineReason.NO_TIME, said_on=desk.clock.at.date())
    assert (before.said_no, [each.rule.code for each in before.failed]) == (
        (said,),
        ["not_refused"],
    )
    assert after.said_no == candidate.said_no == (replace(said, lifted_at=desk.clock.at),)
    assert after.failed == ()


async def test_whoever_says_no_again_after_a_change_is_asked_no_more(desk: Desk) -> None:
    await declined(desk)
    await tell(desk, changed(SUNDAY))
    await desk.plan()
    (again,) = [seen.match for seen in await desk.matches() if seen.match.state == "asked"]

    no = DeclineMatch(match_id=again.id, reason=DeclineReason.OTHER)
    await desk.app.decline_match(no, org_of(again.pairing.party_id))
    await desk.plan()

    assert await desk.states() == [MatchState.DECLINED, MatchState.DECLINED]
    assert len(await desk.rows("select 1 from past_refusal")) == 1
    assert len(await desk.rows("select 1 from refusal")) == 1


async def test_a_change_that_is_known_lifts_nothing(desk: Desk) -> None:
    await declined(desk)

    await tell(desk, changed())

    assert await desk.rows("select 1 from past_refusal") == []
    assert not await desk.is_dirty()


async def test_an_ask_that_fits_no_more_ends_with_the_change_and_is_told(desk: Desk) -> None:
    await asked(desk, weekdays=SATURDAY)
    before = len(await desk.told(about="matching.match"))

    await tell(desk, changed(SUNDAY))

    assert await desk.states() == [MatchState.SUPERSEDED]
    assert (await desk.told(about="matching.match"))[before:] == ["matching.match.superseded.v1"]


async def test_an_ask_that_still_fits_stands(desk: Desk) -> None:
    match = await asked(desk)

    await tell(desk, changed(SUNDAY))
    await desk.plan()

    (seen,) = await desk.matches()
    assert (seen.match.id, seen.match.state) == (match.id, MatchState.ASKED)


async def test_a_plan_reckons_with_the_place_that_a_need_has_now(desk: Desk) -> None:
    await desk.offer("near", metres=200)
    await desk.offer("far", party="other", metres=40_000)
    await desk.need("need", a_line())
    await desk.plan()
    (near,) = await desk.matches()

    there = Point(longitude=GATE.longitude, latitude=GATE.latitude + 0.36)
    await tell(desk, changed(frozenset(), place=NEXT_STREET, point=there))
    await desk.plan()

    (now,) = [seen for seen in await desk.matches() if seen.match.state == "proposed"]
    assert near.match.pairing.offer_id == named("near")
    assert now.match.pairing.offer_id == named("far")
    assert now.need.site.area.code == NEXT_STREET.code
    assert now.need.site.pool_id == DALIAN


async def test_an_acceptance_that_fits_no_more_stands_and_workers_are_told(desk: Desk) -> None:
    await desk.accept(await asked(desk, weekdays=SATURDAY))

    await tell(desk, changed(SUNDAY))

    (seen,) = await desk.matches()
    assert seen.match.state is MatchState.ACCEPTED
    assert seen.match.misfit is not None
    assert seen.match.misfit.rules == ("weekday_fits",)
    assert (await desk.told(about="matching.notice")) == ["matching.notice.misfit_found.v1"]
    assert [each.match.id for each in await misfits(desk)] == [seen.match.id]

    await tell(desk, changed(SATURDAY))

    (again,) = await desk.matches()
    assert again.match.misfit is None
    assert await misfits(desk) == []
    assert len(await desk.told(about="matching.notice")) == 1


async def test_a_session_booked_on_another_day_is_told_too(desk: Desk) -> None:
    offer = await desk.offer(weekdays=EVERY_DAY)
    hours = Hours(time(9), time(11), seats=20)
    weekly = tuple(WeeklyHours(day, hours) for day in (Weekday.SATURDAY, Weekday.SUNDAY))
    calendar = Calendar(weekly=weekly)
    await desk.app.put_calendar(PutCalendar(offer_id=offer.id, calendar=calendar), EVERYWHERE)
    await desk.need("need", a_line(weekdays=SATURDAY))
    (match,) = await desk.asked(NEED)
    await desk.accept(match)

    await tell(desk, changed(SUNDAY))

    (seen,) = await desk.matches()
    assert seen.match.misfit is not None
    assert seen.match.misfit.rules == ("session_free",)


async def test_a_change_before_the_submission_waits_and_one_after_the_end_does_nothing(
    desk: Desk,
) -> None:
    with pytest.raises(NeedNotKnown):
        await tell(desk, changed(SUNDAY))
    await desk.need("need", a_line(weekdays=SATURDAY))
    await tell(desk, NeedWithdrawn(need_id=NEED, pool_id=DALIAN, withdrawn_at=NOW))

    await tell(desk, changed(SUNDAY))

    (line,) = await desk.rows("select weekdays from need_line")
    assert line.weekdays == "sat"


async def test_an_approval_outlasts_a_change_and_a_room_s_carrier_follows_it(desk: Desk) -> None:
    room = asked_for(
        kind=LineKind.VENUE, service=ServiceCode.WAITING_ROOM, quantity=1, unit=Unit.ROOM
    )
    waiting = a_line(
        service=ServiceCode.WAITING_ROOM, quantity=1, unit=Unit.ROOM, weekdays=SATURDAY
    )
    await desk.need("need", waiting)
    await desk.approve(NEED)

    await tell(desk, changed(lines=(room.model_copy(update={"weekdays": SUNDAY}),)))

    lines = await desk.rows("select weekdays, approved_at from need_line order by position")
    assert [line.weekdays for line in lines] == ["sun", "sun"]
    assert all(line.approved_at is not None for line in lines)
