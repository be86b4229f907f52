"""Planning on a real database: what waits is proposed, asked, accepted, given; and starts anew."""

from __future__ import annotations

from datetime import timedelta

from matching_builders import NOW, a_line, named
from matching_desk import ANSHAN, EVERYWHERE, Desk

from common.vocabulary import MatchState, ServiceCode, Unit, Weekday
from matching.app.answer_match import DeclineMatch
from matching.app.decide_plan import NoteRefusal
from matching.app.follow_needs import CountService
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.identity import PartyId
from matching.domain.match import DeclineReason

SATURDAY = frozenset({Weekday.SATURDAY})


async def test_a_need_is_planned_asked_accepted_served_and_fulfilled(desk: Desk) -> None:
    offer = await desk.offer()
    need_id = await desk.need()

    (asked,) = await desk.asked(need_id)
    accepted = await desk.accept(asked)
    for quantity in (4, 6):
        await desk.app.count_service(
            CountService(match_id=asked.id, quantity=quantity, unit=Unit.PERSON_TIME)
        )

    assert (asked.state, accepted.state) == (MatchState.ASKED, MatchState.ACCEPTED)
    assert await desk.states(need_id) == [MatchState.FULFILLED]
    assert (await desk.find_offer(offer)).held == 10
    assert await desk.told(about="matching.match") == [
        "matching.match.proposed.v1",
        "matching.match.asked.v1",
        "matching.match.accepted.v1",
        "matching.match.started.v1",
        "matching.match.fulfilled.v1",
    ]


async def test_the_events_of_a_match_carry_its_versions_without_a_gap(desk: Desk) -> None:
    await desk.offer()
    (asked,) = await desk.asked(await desk.need())
    await desk.accept(asked)

    staged = await desk.rows(
        "select version, partitionkey, source from outbox where aggregateid = :id order by seq",
        id=str(asked.id),
    )

    assert [row.version for row in staged] == [1, 2, 3]
    assert {row.partitionkey for row in staged} == {str(asked.pairing.pool_id)}
    assert {row.source for row in staged} == {"urn:wushe:matching"}


async def test_who_declines_is_not_asked_again_and_the_next_best_is_at_once(desk: Desk) -> None:
    near = await desk.offer("near", party="near")
    far = await desk.offer("far", party="far", metres=3_000)
    need_id = await desk.need()
    (asked,) = await desk.asked(need_id)
    assert asked.pairing.offer_id == near.id

    await desk.app.decline_match(
        DeclineMatch(match_id=asked.id, reason=DeclineReason.NO_TIME), EVERYWHERE
    )
    await desk.plan()

    (part,) = (await desk.find_plan(need_id)).parts
    assert part.seen is not None
    assert (part.seen.match.pairing.offer_id, part.seen.match.state) == (far.id, MatchState.ASKED)
    assert (await desk.find_plan(need_id)).version == 2


async def test_a_refusal_told_by_telephone_counts_like_a_decline(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    await desk.plan()

    await desk.app.note_refusal(
        NoteRefusal(
            need_id=need_id,
            party_id=PartyId(named("party")),
            reason=DeclineReason.TOO_FAR,
            said_on=NOW.date(),
        ),
        EVERYWHERE,
    )
    await desk.plan()

    assert await desk.states(need_id) == [MatchState.DECLINED]
    assert [line.id for line in (await desk.find_plan(need_id)).need.lines] == [named("need line")]
    assert (await desk.find_plan(need_id)).parts[0].seen is None


async def test_a_room_is_planned_together_with_whoever_runs_it(desk: Desk) -> None:
    await desk.offer(
        "room", service=ServiceCode.WAITING_ROOM, unit=Unit.ROOM, capacity=1, weekdays=SATURDAY
    )
    await desk.offer(
        "runner",
        party="runner",
        service=ServiceCode.VENUE_OPERATION,
        unit=Unit.ROOM,
        capacity=2,
    )
    venue = a_line(
        "venue", service=ServiceCode.WAITING_ROOM, quantity=1, unit=Unit.ROOM, weekdays=SATURDAY
    )

    need_id = await desk.need("need", venue)
    await desk.plan()

    found = await desk.find_plan(need_id)
    filled = {part.line.service: part.seen for part in found.parts}
    assert filled.keys() == {ServiceCode.WAITING_ROOM, ServiceCode.VENUE_OPERATION}
    assert all(filled.values())
    assert found.certificate is not None
    assert found.certificate.gap == 0


async def test_offers_of_another_pool_are_no_candidates(desk: Desk) -> None:
    across = await desk.offer("across", area="210302001")
    need_id = await desk.need()

    await desk.plan()

    assert across.site.pool_id == ANSHAN
    assert (await desk.find_plan(need_id)).parts[0].seen is None


async def test_a_plan_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    await desk.plan()
    before = await desk.told()
    await desk.app.mark_pool((await desk.find_plan(need_id)).need.site.pool_id)

    planning = await desk.plan()

    assert planning.changes == 0
    assert await desk.told() == before
    assert not await desk.is_dirty()


async def test_a_need_without_any_candidate_gets_one_plan_that_says_so(desk: Desk) -> None:
    need_id = await desk.need()

    await desk.plan()
    await desk.app.mark_pool((await desk.find_plan(need_id)).need.site.pool_id)
    await desk.plan()

    assert await desk.told() == ["matching.linkage_plan.proposed.v1"]
    assert (await desk.find_plan(need_id)).version == 1


async def test_the_end_of_a_need_ends_its_matches_and_gives_back_what_they_held(
    desk: Desk,
) -> None:
    offer = await desk.offer()
    need_id = await desk.need("need", a_line("one"), a_line("two"))
    first, _second = await desk.asked(need_id)
    await desk.accept(first)
    assert (await desk.find_offer(offer)).held == 10

    await desk.app.end_need(need_id)
    await desk.app.end_need(need_id)

    assert await desk.states(need_id) == [MatchState.WITHDRAWN, MatchState.WITHDRAWN]
    assert (await desk.find_offer(offer)).held == 0
    assert await desk.is_dirty()


async def test_what_was_fulfilled_outlives_the_need(desk: Desk) -> None:
    await desk.offer()
    need_id = await desk.need()
    (asked,) = await desk.asked(need_id)
    await desk.accept(asked)
    await desk.app.count_service(
        CountService(match_id=asked.id, quantity=10, unit=Unit.PERSON_TIME)
    )

    await desk.app.end_need(need_id)

    assert await desk.states(need_id) == [MatchState.FULFILLED]


async def test_a_withdrawn_offer_ends_its_asks_and_keeps_its_word(desk: Desk) -> None:
    offer = await desk.offer()
    need_id = await desk.need("need", a_line("one"), a_line("two"))
    first, _second = await desk.asked(need_id)
    await desk.accept(first)

    await desk.app.withdraw_offer(WithdrawOffer(offer_id=offer.id), EVERYWHERE)

    assert await desk.states(need_id) == [MatchState.ACCEPTED, MatchState.WITHDRAWN]


async def test_an_unanswered_ask_expires_and_the_next_best_is_asked(desk: Desk) -> None:
    await desk.offer("near", party="near")
    far = await desk.offer("far", party="far", metres=3_000)
    need_id = await desk.need()
    (asked,) = await desk.asked(need_id)
    partitions = [desk.app.partition_of(asked.pairing.pool_id)]
    assert await desk.app.expire_asks(partitions) == 0

    desk.clock.at = NOW + timedelta(days=4)
    assert await desk.app.expire_asks(partitions) == 1
    await desk.plan()

    by_state = {seen.match.state: seen.match for seen in await desk.matches(need_id)}
    assert by_state.keys() == {MatchState.EXPIRED, MatchState.ASKED}
    assert by_state[MatchState.ASKED].pairing.offer_id == far.id


async def test_the_calendar_makes_a_pool_due_though_nothing_happens(desk: Desk) -> None:
    await desk.offer(valid_until=NOW + timedelta(hours=2))
    need_id = await desk.need()
    await desk.plan()
    assert not await desk.is_dirty()

    desk.clock.at = NOW + timedelta(hours=3)
    assert await desk.is_dirty()
    await desk.plan()

    assert await desk.states(need_id) == [MatchState.SUPERSEDED]


async def test_a_suspended_party_disturbs_the_pools_of_its_offers(desk: Desk) -> None:
    from matching.app.follow_parties import SuspendParty, VetParty  # noqa: PLC0415

    party_id = await desk.party()
    await desk.offer()
    await desk.app.vet_party(VetParty(party_id=party_id, valid_until=NOW.date()))
    await desk.app.suspend_party(SuspendParty(party_id=party_id, suspended_on=NOW.date()))

    staged = await desk.rows(
        "select version, aggregateid from outbox where type = 'matching.pool.disturbed.v1'"
        " order by seq"
    )

    assert [row.version for row in staged] == [1, 2]
    need_id = await desk.need()
    await desk.plan()
    assert (await desk.find_plan(need_id)).parts[0].seen is None
