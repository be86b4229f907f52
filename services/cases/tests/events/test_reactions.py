"""What cases does when matching tells it something, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from case_builders import (
    EVERYWHERE,
    NOW,
    POOL,
    StoppedClock,
    a_delivery,
    a_line,
    a_match,
    a_submission,
)

from cases.adapters.postgres.store import PostgresStore
from cases.adapters.postgres.views import PostgresViews
from cases.app.close_need import CloseNeed
from cases.app.record_service import RecordService
from cases.bootstrap import bind
from cases.domain.errors import MatchAlreadyFulfilled, MatchNotFound, NeedLinesOpen
from cases.domain.line import LineId, NeedLine
from cases.domain.match import MatchId
from cases.domain.need import Need, NeedState
from cases.domain.progress import LineState
from cases.domain.service_record import Delivery, ServiceRecordId
from cases.entrypoints.events import reactions
from common.contracts.matching import (
    LinkagePlanProposed,
    MatchAccepted,
    MatchDeclined,
    MatchEvent,
    MatchExpired,
    MatchFulfilled,
    MatchProposed,
    MatchStarted,
    MatchSuperseded,
    MatchWithdrawn,
    PlannedLine,
)
from common.messaging.event import Envelope, Event
from common.vocabulary import LineKind, ServiceCode, Society, Unit
from testing.reactions import react

if TYPE_CHECKING:
    from cases.app.application import Application
    from cases.app.ports import Entered
    from cases.domain.service_record import ServiceRecord
    from common.frame import Frame

OFFER, PARTY = uuid4(), uuid4()


@pytest.fixture
def store(frame: Frame) -> PostgresStore:
    return PostgresStore(frame.unit_of_work, frame.outbox, frame.areas)


@pytest.fixture
def app(frame: Frame, store: PostgresStore) -> Application:
    views = PostgresViews(frame.unit_of_work, frame.areas)
    return bind(store=store, views=views, areas=frame.areas, clock=StoppedClock())


class Matching:
    """Tells what matching would tell, in the way that the consumer passes it on."""

    def __init__(self, frame: Frame, app: Application, need: Need, line: UUID) -> None:
        self._frame = frame
        self._handlers = reactions(app)
        self._need = need
        self.match_id = MatchId(uuid4())
        self.line = LineId(line)
        self._version = 0

    async def proposes(self, unit: Unit = Unit.PERSON) -> None:
        await self._tell(
            MatchProposed,
            society=Society.VOLUNTEER,
            kind=LineKind.COMPANIONSHIP,
            service=ServiceCode.COMPANY,
            quantity=4,
            unit=unit,
            value=700,
            proposed_at=NOW,
        )

    async def says(self, event_type: type[MatchEvent], **data: object) -> None:
        await self._tell(event_type, **data)

    async def accepts(self) -> None:
        await self.proposes()
        await self._tell(MatchAccepted, accepted_at=NOW)

    async def fulfils(self) -> None:
        await self.accepts()
        await self._tell(MatchStarted, delivered=2, started_at=NOW)
        await self._tell(MatchFulfilled, society=Society.VOLUNTEER, delivered=4, fulfilled_at=NOW)

    async def plans(self, *lines: PlannedLine) -> None:
        plan = LinkagePlanProposed(
            need_id=self._need.id,
            pool_id=POOL,
            plan_sequence=1,
            lines=lines,
            value=700,
            bound=700,
            gap=0,
            status="optimal",
            engine_version="1",
            policy_version=1,
            proposed_at=NOW,
            missing=0,
        )
        await self._publish(plan)

    async def _tell(self, event_type: type[MatchEvent], **data: object) -> None:
        event = event_type.model_validate(
            {
                "match_id": self.match_id,
                "need_id": self._need.id,
                "line_id": self.line,
                "offer_id": OFFER,
                "party_id": PARTY,
                "pool_id": POOL,
                **data,
            }
        )
        await self._publish(event)

    async def _publish(self, event: Event) -> None:
        self._version += 1
        envelope = Envelope(
            id=uuid4(),
            source="urn:wushe:matching",
            type=event.name,
            subject=event.subject,
            version=self._version,
            time=datetime.now(UTC),
            partition_key=str(POOL),
            data=event,
        )
        async with self._frame.unit_of_work.transaction() as session:
            await react(self._handlers, envelope, session)

    def delivery(self, unit: Unit = Unit.PERSON) -> Delivery:
        match = a_match(self._need, id=self.match_id, line_id=self.line, unit=unit)
        return a_delivery(match)


async def a_told_need(store: PostgresStore, *lines: NeedLine) -> Need:
    change = a_submission(lines=lines or (a_line(),))
    async with store.transaction() as cases:
        await cases.needs.add([change])
    return change.state


async def serve(app: Application, need: Need, delivery: Delivery) -> Entered[ServiceRecord]:
    record_id = ServiceRecordId(uuid4())
    command = RecordService(record_id=record_id, need_id=need.id, delivery=delivery)
    return await app.record_service(command, EVERYWHERE)


async def test_a_service_can_be_recorded_after_the_party_said_yes(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store)
    matching = Matching(frame, app, need, need.description.lines[0].id)

    await matching.proposes()
    with pytest.raises(MatchNotFound):
        await serve(app, need, matching.delivery())
    await matching.says(MatchAccepted, accepted_at=NOW)

    recorded = await serve(app, need, matching.delivery())
    assert recorded.thing.society is Society.VOLUNTEER


async def test_services_can_be_recorded_until_the_line_is_fulfilled(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store)
    matching = Matching(frame, app, need, need.description.lines[0].id)
    await matching.accepts()

    await matching.says(MatchStarted, delivered=2, started_at=NOW)
    assert (await serve(app, need, matching.delivery())).is_new

    await matching.says(MatchFulfilled, society=Society.VOLUNTEER, delivered=4, fulfilled_at=NOW)
    with pytest.raises(MatchAlreadyFulfilled):
        await serve(app, need, matching.delivery())


async def test_a_fulfilled_match_fulfils_its_line(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store, a_line(), a_line())
    first, second = need.description.lines
    await Matching(frame, app, need, first.id).fulfils()
    with pytest.raises(NeedLinesOpen) as refusal:
        await app.close_need(CloseNeed(need_id=need.id, is_met=True), EVERYWHERE)
    assert refusal.value.line_ids == (second.id,)

    await Matching(frame, app, need, second.id).fulfils()

    closed = await app.close_need(CloseNeed(need_id=need.id, is_met=True), EVERYWHERE)
    assert closed.need.state is NeedState.CLOSED


async def test_what_matching_tells_leaves_the_version_of_the_need_alone(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store)

    await Matching(frame, app, need, need.description.lines[0].id).fulfils()

    followed = await app.find_need(need.id, EVERYWHERE)
    assert followed.need == need


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        (MatchWithdrawn, {"withdrawn_at": NOW}),
        (MatchSuperseded, {"superseded_at": NOW}),
        (MatchDeclined, {"reason": "no_time", "declined_at": NOW}),
        (MatchExpired, {"expired_at": NOW}),
    ],
)
async def test_nothing_is_recorded_for_a_match_that_came_to_nothing(
    frame: Frame,
    app: Application,
    store: PostgresStore,
    event_type: type[MatchEvent],
    data: dict[str, object],
) -> None:
    need = await a_told_need(store)
    matching = Matching(frame, app, need, need.description.lines[0].id)
    await matching.proposes()

    await matching.says(event_type, **data)

    with pytest.raises(MatchNotFound):
        await serve(app, need, matching.delivery())


async def test_an_acceptance_waits_for_its_proposal(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store)
    matching = Matching(frame, app, need, need.description.lines[0].id)

    with pytest.raises(MatchNotFound):
        await matching.says(MatchAccepted, accepted_at=NOW)


async def test_a_derived_line_is_shown_and_served_and_does_not_hold_up_the_closing(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store, a_line(service=ServiceCode.WAITING_ROOM, unit=Unit.ROOM))
    [room] = need.description.lines
    carrier = Matching(frame, app, need, uuid4())
    await carrier.plans(
        PlannedLine(line_id=room.id, kind=LineKind.VENUE, service=ServiceCode.WAITING_ROOM),
        PlannedLine(
            line_id=carrier.line,
            kind=LineKind.CAPACITY,
            service=ServiceCode.VENUE_OPERATION,
            derived_from=room.id,
        ),
    )
    await carrier.proposes(unit=Unit.ROOM)
    await carrier.says(MatchAccepted, accepted_at=NOW)
    await Matching(frame, app, need, room.id).fulfils()

    followed = await app.find_need(need.id, EVERYWHERE)
    assert [line.derived_from for line in followed.progress.derived] == [room.id]
    assert followed.progress.state_of(carrier.line) is LineState.OPEN
    assert (await serve(app, need, carrier.delivery(Unit.ROOM))).is_new
    closed = await app.close_need(CloseNeed(need_id=need.id, is_met=True), EVERYWHERE)
    assert closed.need.state is NeedState.CLOSED


async def test_a_later_plan_takes_the_place_of_the_derived_lines(
    frame: Frame, app: Application, store: PostgresStore
) -> None:
    need = await a_told_need(store)
    [line] = need.description.lines
    matching = Matching(frame, app, need, line.id)
    derived = PlannedLine(
        line_id=uuid4(),
        kind=LineKind.CAPACITY,
        service=ServiceCode.VENUE_OPERATION,
        derived_from=line.id,
    )
    await matching.plans(derived)

    await matching.plans(PlannedLine(line_id=line.id, kind=line.kind, service=line.service))

    assert (await app.find_need(need.id, EVERYWHERE)).progress.derived == ()
