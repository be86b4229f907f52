"""Entries of the service list as standing offers, on a real database, told by events alone."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import GATE, NOW, a_line, metres_north, named
from matching_desk import DALIAN, EVERYWHERE, Desk, org_of, tell

from common.clock import CHINA
from common.contracts.registry import PlaceCode
from common.contracts.services import (
    ServiceEntryListed,
    ServiceEntryRevised,
    ServiceEntryVerified,
    ServiceEntryWithdrawn,
)
from common.contracts.stations import HoursOfWeekday, PlacePosition
from common.grants import Scope
from common.places import AreaRef
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import AreaScheme, MatchState, ServiceCode, Unit, Weekday
from matching.adapters.postgres.store import PostgresStore
from matching.app.answer_match import AcceptMatch
from matching.app.confirm_offers import ConfirmOffer
from matching.app.follow_parties import SuspendParty
from matching.app.schedule_offers import PutCalendar
from matching.app.territory import PlaceNotKnownYet
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.calendar import Calendar, Period, PerPeriod
from matching.domain.errors import (
    EntryNotKnown,
    MatchNotKnown,
    OfferOfServiceList,
    PartyNotKnown,
)
from matching.domain.identity import PartyId
from matching.domain.moderation import HiddenBecause
from testing.api import STREET

if TYPE_CHECKING:
    from matching.domain.match import Match
    from matching.domain.offer import Offer

ENTRY = named("entry")
STATION = named("station")
PLACE = PlaceCode(scheme=AreaScheme.NBS, code=STREET)
NEXT_STREET = AreaRef(AreaScheme.NBS, "210204008")
NOON = PlacePosition(longitude=GATE.longitude, latitude=metres_north(200).latitude)
MONDAY_MORNING = HoursOfWeekday(weekday=Weekday.MONDAY, begins_minute=540, ends_minute=660)
FRIDAY = HoursOfWeekday(weekday=Weekday.FRIDAY, begins_minute=540, ends_minute=720)


@dataclass
class Registry:
    """The registry, which tells of one entry, version by version."""

    desk: Desk
    version: int = 0

    async def lists(self, **changes: object) -> Offer:
        return await self._states(ServiceEntryListed, changes)

    async def revises(self, **changes: object) -> Offer:
        return await self._states(ServiceEntryRevised, changes)

    async def verifies(self, on: date, lapses: date) -> Offer:
        self.version += 1
        event = ServiceEntryVerified(entry_id=ENTRY, verified_on=on, lapses_on=lapses)
        await tell(self.desk, event, version=self.version)
        return await self.offer()

    async def withdraws(self) -> None:
        self.version += 1
        event = ServiceEntryWithdrawn(entry_id=ENTRY, withdrawn_on=date(2026, 3, 2))
        await tell(self.desk, event, version=self.version)

    async def offer(self) -> Offer:
        rows = await self.desk.rows(
            "select id from offer where entry_id = :entry order by withdrawn_at desc nulls first",
            entry=ENTRY,
        )
        return await self.desk.find_offer_by(rows[0].id)

    async def _states(
        self, kind: type[ServiceEntryListed | ServiceEntryRevised], changes: dict[str, object]
    ) -> Offer:
        self.version += 1
        await tell(self.desk, kind(**(said() | changes)), version=self.version)
        return await self.offer()


def said() -> dict[str, Any]:
    return {
        "entry_id": ENTRY,
        "station_id": STATION,
        "place": PLACE,
        "service": ServiceCode.COUNSELLING,
        "capacity": 20,
        "unit": Unit.PERSON_TIME,
        "period": CapacityPeriod.WEEK,
        "cost": CostKind.FREE,
        "given": ServicePlace.AT_ADDRESS,
        "position": NOON,
        "reach_metres": 5_000,
        "offered_from": date(2026, 1, 1),
        "lapses_on": date(2026, 8, 28),
        "verified_on": date(2026, 3, 1),
    }


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=CHINA)


def worker(area: str = STREET) -> Scope:
    return Scope(sub="worker", areas=frozenset({AreaRef(AreaScheme.NBS, area)}))


@pytest.fixture
def registry(desk: Desk) -> Registry:
    return Registry(desk)


async def test_an_entry_is_proposed_asked_and_accepted_like_any_offer(registry: Registry) -> None:
    desk = registry.desk
    offer = await registry.lists()

    (match,) = await desk.asked(await desk.need())
    accepted = await desk.accept(match)

    assert match.pairing.offer_id == offer.id
    assert match.pairing.party_id == STATION
    assert accepted.state is MatchState.ACCEPTED
    assert accepted.appointment is not None
    assert accepted.appointment.starts_at == midnight(2026, 3, 2)
    held = await registry.offer()
    assert [each.free for each in held.coming(at=NOW)] == [10, *[20] * 7]


async def test_a_revised_entry_is_exactly_as_it_says_and_what_fits_no_more_ends(
    registry: Registry,
) -> None:
    desk = registry.desk
    before = await registry.lists()
    far = await desk.need("far", point=metres_north(4_000))
    near = await desk.need("near", point=metres_north(300))
    (kept,) = await desk.asked(near)
    (ending,) = await desk.asked(far)

    after = await registry.revises(
        capacity=30, reach_metres=1_000, weekly=(FRIDAY,), offered_until=date(2026, 3, 20)
    )
    await desk.plan()

    assert (after.id, after.version) == (before.id, before.version + 1)
    assert after.supply.reach_metres == 1_000
    assert after.supply.weekdays == {Weekday.FRIDAY}
    assert after.supply.valid_until == midnight(2026, 3, 21)
    assert [each.free for each in after.coming(at=NOW)] == [30] * 3
    assert await state_of(desk, kept) is MatchState.ASKED
    assert await state_of(desk, ending) in {MatchState.WITHDRAWN, MatchState.SUPERSEDED}
    assert "matching.offer.revised.v1" in await desk.told(about="matching.offer")


async def test_what_is_held_stays_held_however_often_an_entry_is_revised(
    registry: Registry,
) -> None:
    desk = registry.desk
    await registry.lists()
    (match,) = await desk.asked(await desk.need())
    await desk.accept(match)

    for changes, capacity, free in [
        ({"capacity": 12}, 12, 2),
        ({"capacity": 3, "period": CapacityPeriod.IN_ALL}, 10, 0),
        ({"capacity": 25, "period": CapacityPeriod.IN_ALL}, 25, 15),
    ]:
        offer = await registry.revises(**changes, offered_until=date(2026, 3, 4))
        assert (offer.held, offer.supply.capacity, offer.free) == (10, capacity, free)


async def test_a_verification_prolongs_an_entry_and_it_is_as_fresh_as_that(
    registry: Registry,
) -> None:
    desk = registry.desk
    await registry.lists(verified_on=date(2025, 9, 10), lapses_on=date(2026, 3, 9))
    aged = await registry.offer()
    desk.clock.at = NOW + timedelta(days=8)
    need = await desk.need()
    assert await desk.asked(need) == []

    offer = await registry.verifies(on=date(2026, 3, 10), lapses=date(2026, 9, 6))

    assert aged.true_at == midnight(2025, 9, 10)
    assert offer.true_at == midnight(2026, 3, 10)
    assert offer.supply.valid_until == midnight(2026, 9, 7)
    await desk.app.mark_pool(DALIAN)
    assert [match.pairing.offer_id for match in await desk.asked(need)] == [offer.id]


async def test_an_entry_lapses_and_is_never_too_old_before(registry: Registry) -> None:
    desk = registry.desk
    offer = await registry.lists(verified_on=date(2026, 3, 1), lapses_on=date(2026, 8, 27))

    desk.clock.at = midnight(2026, 8, 27)
    seen = await desk.app.find_offer(offer.id, EVERYWHERE)

    assert (seen.hidden_because, seen.is_to_be_confirmed) == (None, False)
    assert await desk.app.ask_confirmations([desk.app.partition_of(DALIAN)]) == 0
    assert not offer.stands(at=midnight(2026, 8, 28))


async def test_a_withdrawn_entry_ends_what_was_asked_and_never_comes_back(
    registry: Registry,
) -> None:
    desk = registry.desk
    await registry.lists()
    need = await desk.need()
    (match,) = await desk.asked(need)

    await registry.withdraws()
    told = await desk.told()
    await registry.withdraws()
    await registry.revises(capacity=5)
    await registry.verifies(on=date(2026, 3, 2), lapses=date(2027, 3, 2))

    offer = await registry.offer()
    assert (offer.withdrawn_at, offer.entry and offer.entry.capacity) == (NOW, 20)
    assert await state_of(desk, match) is MatchState.WITHDRAWN
    assert await desk.told() == told
    await desk.plan()
    assert await desk.states(need) == [MatchState.WITHDRAWN]


async def test_what_is_told_twice_or_late_changes_nothing(registry: Registry) -> None:
    desk = registry.desk
    first = await registry.lists()
    last = await registry.revises(capacity=7)
    told = await desk.told()

    registry.version = 0
    await registry.lists()
    again = await registry.revises(capacity=9)

    assert (again, first.id) == (last, last.id)
    assert await desk.told() == told


async def test_an_entry_waits_for_its_party_its_place_and_its_beginning(registry: Registry) -> None:
    unknown = PlaceCode(scheme=AreaScheme.NBS, code="999999")

    with pytest.raises(PartyNotKnown):
        await registry.lists(station_id=None, party_id=named("party"))
    with pytest.raises(PlaceNotKnownYet):
        await registry.lists(place=unknown)
    with pytest.raises(EntryNotKnown):
        await registry.verifies(on=date(2026, 3, 2), lapses=date(2026, 3, 9))
    with pytest.raises(EntryNotKnown):
        await registry.withdraws()


async def test_a_confidential_place_is_kept_nowhere_and_its_area_is_served(
    registry: Registry,
) -> None:
    desk = registry.desk
    offer = await registry.lists(is_confidential=True)
    home, gate = await desk.need("home", point=None), await desk.need("gate")
    elsewhere = await desk.need("elsewhere", area=NEXT_STREET)
    await desk.plan()

    assert offer.site.point is None
    assert offer.supply.scope == AreaRef(AreaScheme.NBS, STREET)
    for need in (home, gate):
        [seen] = await desk.matches(need)
        assert seen.match.grounds.worth.metres is None
        assert seen.reason.en.startswith("It serves the whole area, wherever in it")
    assert await desk.matches(elsewhere) == []
    rows = await desk.rows("select longitude, latitude, entry::text as said from offer")
    assert [(row.longitude, row.latitude) for row in rows] == [(None, None)]
    assert str(NOON.latitude) not in rows[0].said


async def test_what_is_for_residents_serves_its_area_alone(registry: Registry) -> None:
    desk = registry.desk
    audiences = (Audience.OLDER_PEOPLE, Audience.VETERANS)
    await registry.lists(is_for_residents=True, audiences=audiences)
    here, there = await desk.need("here"), await desk.need("there", area=NEXT_STREET)

    await desk.plan()

    assert await desk.matches(there) == []
    [seen] = await desk.matches(here)
    assert seen.offer.entry is not None
    assert seen.offer.entry.audiences == audiences
    assert seen.match.grounds.worth.metres == 200


async def test_the_service_list_alone_changes_its_offers_and_no_measure_counts_them(
    registry: Registry,
) -> None:
    desk = registry.desk
    party = await desk.party()
    offer = await registry.lists(station_id=None, party_id=party)
    owner = org_of(party)
    calendar = Calendar(per_period=PerPeriod(Period.WEEK, 1))

    with pytest.raises(OfferOfServiceList):
        await desk.app.withdraw_offer(WithdrawOffer(offer_id=offer.id), owner)
    with pytest.raises(OfferOfServiceList):
        await desk.app.confirm_offer(ConfirmOffer(offer_id=offer.id), owner)
    with pytest.raises(OfferOfServiceList) as refused:
        await desk.app.put_calendar(PutCalendar(offer_id=offer.id, calendar=calendar), owner)

    assert refused.value.entry_id == ENTRY
    assert await desk.app.find_offer(offer.id, owner) == await desk.app.find_offer(
        offer.id, EVERYWHERE
    )
    store = PostgresStore(desk.frame.unit_of_work, desk.frame.outbox)
    async with store.transaction() as matching:
        assert await matching.offers.counts({party}, since=NOW, at=NOW) == {}


async def test_why_an_entry_was_never_used_has_an_answer(registry: Registry) -> None:
    offer = await registry.lists(unit=Unit.HOUR)
    await registry.desk.need()

    usage = await registry.desk.app.find_usage(offer.id, worker())

    assert (usage.lines, usage.of_service, usage.allowed) == (1, 1, 0)
    assert [each.rule.code for each in usage.failing] == ["unit_fits"]


async def test_a_suspended_party_gives_nothing_of_the_service_list_either(
    registry: Registry,
) -> None:
    desk = registry.desk
    party = await desk.party()
    offer = await registry.lists(station_id=None, party_id=party)
    (match,) = await desk.asked(await desk.need())

    suspension = SuspendParty(party_id=party, suspended_on=date(2026, 3, 2))
    await desk.app.suspend_party(suspension)

    seen = await desk.app.find_offer(offer.id, EVERYWHERE)
    assert seen.hidden_because is HiddenBecause.GIVER_NOT_ACTIVE
    assert await state_of(desk, match) is MatchState.WITHDRAWN


async def test_for_a_station_answers_whoever_works_in_its_area(registry: Registry) -> None:
    desk = registry.desk
    await registry.lists()
    need = await desk.need(area=NEXT_STREET)
    (match,) = await desk.asked(need)

    with pytest.raises(MatchNotKnown):
        await desk.app.accept_match(AcceptMatch(match_id=match.id), worker(NEXT_STREET.code))
    async with aclosing(desk.app.watch_proposals(worker(), 0)) as heard:
        asked = await anext(aiter(heard))
    assert (asked.match_id, asked.state) == (match.id, MatchState.ASKED)
    seen = await desk.app.accept_match(AcceptMatch(match_id=match.id), worker())

    assert seen.match.state is MatchState.ACCEPTED
    assert seen.party.public_name == "先进街道社工站"


async def test_for_a_party_no_worker_answers(registry: Registry) -> None:
    desk = registry.desk
    await registry.lists(station_id=None, party_id=await desk.party())
    (match,) = await desk.asked(await desk.need())

    with pytest.raises(MatchNotKnown):
        await desk.app.accept_match(AcceptMatch(match_id=match.id), worker())


async def test_what_comes_once_is_given_from_its_first_day_on(registry: Registry) -> None:
    desk = registry.desk
    offer = await registry.lists(period=CapacityPeriod.IN_ALL, offered_from=date(2026, 3, 4))
    need = await desk.need("need", a_line("line"))
    (explained,) = await desk.app.explain_offer(need, offer.id, EVERYWHERE)
    assert [check.says.en for check in explained.failed] == ["the offer begins on 2026-03-04"]
    assert explained.allowed_if is not None
    assert explained.allowed_if.says.en == ("It would be allowed if it had begun by 2026-03-02.")
    assert await desk.asked(need) == []

    desk.clock.at = midnight(2026, 3, 4)
    (match,) = await desk.asked(need)

    assert (await desk.accept(match)).appointment is None
    offer = await registry.offer()
    assert (offer.openings, offer.free) == (None, 10)


async def test_goods_of_a_month_are_given_from_that_month_and_come_again(
    registry: Registry,
) -> None:
    desk = registry.desk
    rice: dict[str, Any] = {"service": ServiceCode.RICE_AND_OIL, "unit": Unit.PIECE}
    await registry.lists(**rice, period=CapacityPeriod.MONTH)
    (match,) = await desk.asked(await desk.need("need", a_line("line", **rice, quantity=7)))

    accepted = await desk.accept(match)

    assert accepted.appointment is not None
    assert accepted.appointment.starts_at == midnight(2026, 3, 1)
    offer = await registry.offer()
    assert [each.free for each in offer.coming(at=NOW)] == [13, 20]


async def test_who_gives_an_entry_instead_is_asked_anew(registry: Registry) -> None:
    desk = registry.desk
    before = await registry.lists()
    (match,) = await desk.asked(await desk.need())

    after = await registry.revises(station_id=None, party_id=await desk.party())

    assert after.id != before.id
    assert after.supply.party_id == PartyId(named("party"))
    assert (await desk.find_offer(before)).withdrawn_at == NOW
    assert await state_of(desk, match) is MatchState.WITHDRAWN


async def state_of(desk: Desk, match: Match) -> MatchState:
    seen = await desk.matches(match.pairing.need_id)
    return next(each.match.state for each in seen if each.match.id == match.id)
