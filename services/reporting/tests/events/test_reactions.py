"""Events come in, facts come out, whatever a log does to their order."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from reporting_story import (
    CARRIER,
    COUNSELLING,
    FIVE,
    STREET,
    WATER,
    StationLife,
    Story,
    hear,
    named,
    place,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.contracts import promised_events
from common.contracts.registry import AccountChanged, PartyRegistered, PartyVetted
from common.grants import Scope
from common.persistence.engine import create_engine
from common.places import AreaRef
from common.vocabulary import AreaScheme, Beneficiary, Society
from reporting.adapters.postgres.store import PostgresStore
from reporting.bootstrap import build
from reporting.domain.errors import EventNotJournalled
from reporting.domain.linkage import Leg, legs
from reporting.domain.timeline import NeedState, Timeline, timeline
from reporting.settings import Settings
from testing.api import api
from testing.postgres import all_seeing, owner_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from common.messaging.event import Envelope, Event
    from common.service import Service
    from reporting.app.ports import Reports

EVERYWHERE = Scope(sub="test", is_everywhere=True)
DALIAN = AreaRef(AreaScheme.NBS, "2102")
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
async def service() -> AsyncGenerator[Service]:
    async with api(build, Settings, "reporting") as client:
        yield client.service


@asynccontextmanager
async def reports(service: Service) -> AsyncGenerator[Reports]:
    frame = service.frame
    async with PostgresStore(frame.unit_of_work, frame.areas).snapshot() as found:
        yield found


async def story_of(service: Service, story: Story) -> Timeline:
    async with reports(service) as found:
        facts = await found.facts.need(story.need_id, within=EVERYWHERE)
    return timeline(facts, as_of=LATER)


async def state_of(service: Service) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that events fill, but for what depends on when and where."""
    tables = ("need", "need_line", "match", "service", "station", "place")
    queries = {table: f"select * from {table} order by 1" for table in tables}  # noqa: S608
    queries["journal"] = "select source, id, type, about, data from journal order by source, id"
    async with service.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        return {
            name: [tuple(row) for row in await connection.execute(text(query))]
            for name, query in queries.items()
        }


def shuffled(events: Sequence[Envelope[Event]], seed: int) -> list[Envelope[Event]]:
    """Return events in another order that keeps the order of each subject."""
    queues: dict[tuple[str, str], list[Envelope[Event]]] = {}
    for event in events:
        queues.setdefault((event.data.topic(), event.subject), []).append(event)
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    mixed: list[Envelope[Event]] = []
    while queues:
        subject = chance.choice(sorted(queues))
        mixed.append(queues[subject].pop(0))
        if not queues[subject]:
            del queues[subject]
    return mixed


async def test_every_published_event_is_heard(service: Service) -> None:
    for event_type in promised_events().values():
        event = replace(Story().submitted(), data=event_type.model_construct())
        assert len(list(service.handlers.batches([event]))) == 1


async def test_a_whole_story_is_told_by_its_events(service: Service) -> None:
    story = Story()
    await hear(service, story.met())

    told = await story_of(service, story)

    assert told.state is NeedState.MET
    assert told.is_met_by_all_five
    assert legs(told) == {
        Leg.TO_PROPOSAL: 60,
        Leg.TO_FIRST_ACCEPTANCE: 600,
        Leg.TO_ALL_ACCEPTED: 35 * 60,
        Leg.TO_FULFILMENT: 1300 * 60,
        Leg.TO_CLOSURE: 86_400,
    }
    assert (told.measures.records, told.measures.persons) == (3, 40)
    assert (told.measures.person_times, told.measures.sessions) == (58, 3)
    assert told.measures.households == 0


async def test_a_derived_line_takes_its_quantity_from_its_match(service: Service) -> None:
    story = Story()
    await hear(service, [story.submitted(), story.planned()])
    before = (await story_of(service, story)).lines[-1].line
    await hear(service, [story.proposed(CARRIER)])

    after = (await story_of(service, story)).lines[-1].line

    assert before.derived_from == after.derived_from == story.id("room")
    assert (before.quantity, after.quantity) == (None, 1)


async def test_hearing_everything_again_changes_nothing(service: Service) -> None:
    events = Story().met()
    await hear(service, events)
    once = await state_of(service)

    await hear(service, events)
    await hear(service, reversed(events))

    assert await state_of(service) == once
    assert len(once["journal"]) == len(events)


@pytest.mark.parametrize("seed", range(6))
async def test_the_order_between_subjects_does_not_matter(service: Service, seed: int) -> None:
    told, other = Story("one"), Story("two", beneficiary=Beneficiary.HOUSEHOLD)
    station = StationLife(STREET)
    life = [station.planned(date(2024, 1, 1)), station.opened(date(2024, 5, 1))]
    events = [*told.met(), *other.met(), *life, station.closed(date(2025, 1, 1))]
    async with api(build, Settings, "reporting") as client:
        await hear(client.service, events)
        expected = await state_of(client.service)

    await hear(service, shuffled(events, seed))

    assert await state_of(service) == expected


async def test_a_need_is_no_need_before_its_submission_is_heard(service: Service) -> None:
    story = Story()
    submission, *rest = story.met()
    await hear(service, rest)

    async with reports(service) as found:
        assert [need async for need in found.facts.needs_of(DALIAN, by=LATER)] == []

    await hear(service, [submission])

    assert (await story_of(service, story)).state is NeedState.MET


async def test_a_plan_that_found_nobody_is_no_proposal(service: Service) -> None:
    story = Story()
    await hear(service, [story.submitted(), story.planned(is_empty=True)])
    empty = await story_of(service, story)
    await hear(service, [story.planned(minutes=9), story.planned(minutes=12)])

    found = await story_of(service, story)

    assert empty.proposed_at is None
    assert legs(found)[Leg.TO_PROPOSAL] == 9 * 60


async def test_what_fails_leaves_neither_a_journal_row_nor_a_fact(service: Service) -> None:
    story = Story()

    async def hear_and_fail() -> None:
        async with service.frame.unit_of_work.transaction():
            await hear(service, story.met())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await hear_and_fail()

    assert not any((await state_of(service)).values())


async def test_the_journal_keeps_what_was_said_word_for_word(service: Service) -> None:
    submission = Story().submitted()
    await hear(service, [submission])

    async with reports(service) as found:
        entry = await found.journal.get(submission.id, within=EVERYWHERE)

    assert type(submission.data).model_validate(entry.data) == submission.data
    assert (entry.source, entry.version) == ("urn:wushe:cases", 1)
    assert (entry.topic, entry.time) == ("cases.need", submission.time)


@pytest.mark.parametrize(
    "statement",
    ["update journal set type = 'other'", "delete from journal", "truncate journal"],
)
async def test_the_journal_is_never_changed(service: Service, statement: str) -> None:
    await hear(service, [Story().submitted()])

    owner = owner_url(service.frame.settings.database_url)
    engine = create_engine(all_seeing(owner), pool=1, application_name="owner")
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_what_belongs_to_no_place_is_journalled_for_administrators(service: Service) -> None:
    changed = AccountChanged(account_id=named("account"), sub="somebody", grants=())
    event = Story().told(changed, LATER)
    await hear(service, [event])

    async with reports(service) as found:
        entry = await found.journal.get(event.id, within=EVERYWHERE)

    assert entry.subject == str(named("account"))
    assert (await state_of(service))["journal"][0][3] is None


async def test_an_event_without_a_place_lies_where_its_subject_lies(service: Service) -> None:
    story = Story()
    party = named("party")
    registered = PartyRegistered(
        party_id=party, society=Society.VOLUNTEER, public_name="志愿队", place=place()
    )
    vetted = PartyVetted(party_id=party, vetted_on=date(2026, 1, 1), valid_until=date(2027, 1, 1))
    events = [story.told(registered, LATER), story.told(vetted, LATER), story.planned()]
    await hear(service, [*events, story.submitted()])
    street = Scope(sub="test", areas=frozenset({AreaRef(AreaScheme.NBS, STREET)}))
    beside = Scope(sub="test", areas=frozenset({AreaRef(AreaScheme.NBS, "210213008")}))

    async with reports(service) as found:
        for event in events:
            entry = await found.journal.get(event.id, within=street)
            assert entry.type == event.type
            with pytest.raises(EventNotJournalled):
                await found.journal.get(event.id, within=beside)


async def test_stations_are_kept_with_the_days_of_their_life(service: Service) -> None:
    station = StationLife(STREET)
    life = [station.planned(date(2024, 1, 1)), station.opened(date(2024, 5, 1))]
    await hear(service, [*life, station.closed(date(2025, 1, 1))])

    async with reports(service) as found:
        (span,) = await found.facts.stations_of(DALIAN)

    assert [span.is_open(date(2024, 4, 30)), span.is_open(date(2024, 5, 1))] == [False, True]
    assert [span.is_open(date(2024, 12, 31)), span.is_open(date(2025, 1, 1))] == [True, False]


async def test_a_station_that_was_only_planned_never_opened(service: Service) -> None:
    await hear(service, [StationLife(STREET).planned(date(2024, 1, 1))])

    async with reports(service) as found:
        assert await found.facts.stations_of(DALIAN) == []


async def test_services_are_counted_in_the_unit_of_their_line(service: Service) -> None:
    story = Story(parts=FIVE)
    await hear(service, story.met())

    told = await story_of(service, story)

    delivered = {line.line.line_id: line.delivered for line in told.lines}
    assert delivered[story.id(COUNSELLING.name)] == 18
    assert delivered[story.id(WATER.name)] == 40
