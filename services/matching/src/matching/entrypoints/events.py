"""Which ability reacts to which event."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from common.contracts.cases import (
    LineAsked,
    NeedChanged,
    NeedClosed,
    NeedSubmitted,
    NeedWithdrawn,
    Point,
    ServiceRecorded,
)
from common.contracts.matching import (
    AllotmentGranted,
    AllotmentRecalled,
    AllotmentReturned,
    MatchAccepted,
    MatchDeclined,
    MatchExpired,
    MatchWithdrawn,
    OfferApproved,
    OfferConfirmed,
    OfferPublished,
    OfferRevised,
    OfferScheduled,
    OfferWithdrawn,
    PoolDisturbed,
)
from common.contracts.registry import (
    AskAnswered,
    PartyApproved,
    PartyMerged,
    PartyRegistered,
    PartySuspended,
    PartyVetted,
)
from common.contracts.services import (
    ServiceEntryListed,
    ServiceEntryOffered,
    ServiceEntryRevised,
    ServiceEntryVerified,
    ServiceEntryWithdrawn,
)
from common.messaging.handlers import Handlers, data_of
from common.places import AreaRef, Position
from common.vocabulary import PartyStanding
from matching.app.answer_match import TakeAnswer
from matching.app.follow_entries import StateEntry, VerifyEntry
from matching.app.follow_needs import ChangeNeed, CountService, ReceiveNeed
from matching.app.follow_parties import SuspendParty, VetParty
from matching.domain.allotment import Returned
from matching.domain.entry import Entry, OpenHours
from matching.domain.identity import (
    AllotmentId,
    EntryId,
    LineId,
    MatchId,
    NeedId,
    OfferId,
    PartyId,
    PoolId,
)
from matching.domain.need import Line
from matching.domain.party import Party
from matching.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.contracts.stations import HoursOfWeekday, PlacePosition
    from common.messaging.event import Envelope, Event
    from matching.app.application import Application

_MINUTES: Final = 60


def reactions(app: Application) -> Handlers:
    """Bind every event that matching listens to; abilities join the consumer's transaction."""
    handlers = Handlers()
    handlers.join(_to_needs(app))
    handlers.join(_to_parties(app))
    handlers.join(_to_entries(app))
    handlers.join(_to_own_decisions(app))
    handlers.join(_to_allotments(app))
    handlers.join(_to_answers(app))
    return handlers


def _to_needs(app: Application) -> Handlers:
    handlers = Handlers()

    @handlers.on_batch(NeedSubmitted)
    async def receive(events: Sequence[Envelope[Event]], _: AsyncSession) -> None:
        await app.receive_needs([_received(told) for told in data_of(NeedSubmitted, events)])

    @handlers.on(NeedChanged)
    async def change(event: Envelope[NeedChanged], _: AsyncSession) -> None:
        told = event.data
        await app.change_need(
            ChangeNeed(
                need_id=NeedId(told.need_id),
                area=AreaRef(told.place.scheme, told.place.code),
                point=_position(told.point),
                lines=tuple(_line(line) for line in told.lines),
            )
        )

    @handlers.on(NeedWithdrawn)
    async def withdraw(event: Envelope[NeedWithdrawn], _: AsyncSession) -> None:
        await app.end_need(NeedId(event.data.need_id))

    @handlers.on(NeedClosed)
    async def close(event: Envelope[NeedClosed], _: AsyncSession) -> None:
        await app.end_need(NeedId(event.data.need_id))

    @handlers.on(ServiceRecorded)
    async def count(event: Envelope[ServiceRecorded], _: AsyncSession) -> None:
        given = event.data
        await app.count_service(
            CountService(match_id=MatchId(given.match_id), quantity=given.quantity, unit=given.unit)
        )

    return handlers


def _to_parties(app: Application) -> Handlers:
    handlers = Handlers()

    @handlers.on(PartyRegistered)
    async def remember(event: Envelope[PartyRegistered], _: AsyncSession) -> None:
        told = event.data
        await app.remember_party(
            Party(
                id=PartyId(told.party_id),
                society=told.society,
                public_name=told.public_name,
                area=AreaRef(told.place.scheme, told.place.code),
                is_approved=told.standing is not PartyStanding.INVITED,
            )
        )

    @handlers.on(PartyVetted)
    async def vet(event: Envelope[PartyVetted], _: AsyncSession) -> None:
        told = event.data
        await app.vet_party(VetParty(party_id=PartyId(told.party_id), valid_until=told.valid_until))

    @handlers.on(PartyApproved)
    async def approve(event: Envelope[PartyApproved], _: AsyncSession) -> None:
        await app.approve_party(PartyId(event.data.party_id))

    @handlers.on(PartyMerged)
    async def end(event: Envelope[PartyMerged], _: AsyncSession) -> None:
        told = event.data
        # What it offers is to be published anew by the one as which it lives on.
        await app.suspend_party(
            SuspendParty(party_id=PartyId(told.party_id), suspended_on=told.merged_on)
        )

    @handlers.on(PartySuspended)
    async def suspend(event: Envelope[PartySuspended], _: AsyncSession) -> None:
        told = event.data
        await app.suspend_party(
            SuspendParty(party_id=PartyId(told.party_id), suspended_on=told.suspended_on)
        )

    return handlers


def _to_entries(app: Application) -> Handlers:
    handlers = Handlers()

    @handlers.on(ServiceEntryListed)
    async def begin(event: Envelope[ServiceEntryListed], _: AsyncSession) -> None:
        await app.state_entry(_stated(event))

    @handlers.on(ServiceEntryRevised)
    async def revise(event: Envelope[ServiceEntryRevised], _: AsyncSession) -> None:
        await app.state_entry(_stated(event))

    @handlers.on(ServiceEntryVerified)
    async def verify(event: Envelope[ServiceEntryVerified], _: AsyncSession) -> None:
        told = event.data
        await app.verify_entry(
            VerifyEntry(
                entry_id=EntryId(told.entry_id),
                version=event.version,
                verified_on=told.verified_on,
                lapses_on=told.lapses_on,
            )
        )

    @handlers.on(ServiceEntryWithdrawn)
    async def end(event: Envelope[ServiceEntryWithdrawn], _: AsyncSession) -> None:
        await app.withdraw_entry(EntryId(event.data.entry_id))

    return handlers


def _to_answers(app: Application) -> Handlers:
    handlers = Handlers()

    @handlers.on(AskAnswered)
    async def take(event: Envelope[AskAnswered], _: AsyncSession) -> None:
        told = event.data
        await app.take_answer(
            TakeAnswer(
                match_id=MatchId(told.match_id),
                party_id=PartyId(told.party_id),
                answer=told.answer,
            )
        )

    return handlers


def _to_allotments(app: Application) -> Handlers:
    """Hear, as the owner of a pool, what was granted to it, asked back and given back."""
    handlers = Handlers()

    @handlers.on(AllotmentGranted)
    async def receive(event: Envelope[AllotmentGranted], _: AsyncSession) -> None:
        await app.receive_allotment(AllotmentId(event.data.allotment_id))

    @handlers.on(AllotmentRecalled)
    async def close(event: Envelope[AllotmentRecalled], _: AsyncSession) -> None:
        await app.close_allotment(AllotmentId(event.data.allotment_id))

    @handlers.on(AllotmentReturned)
    async def have_back(event: Envelope[AllotmentReturned], _: AsyncSession) -> None:
        told = event.data
        await app.have_back(
            OfferId(told.offer_id),
            Returned(
                allotment_id=AllotmentId(told.allotment_id),
                number=told.number,
                quantity=told.quantity,
                lots=told.lots,
            ),
        )

    return handlers


def _to_own_decisions(app: Application) -> Handlers:
    """Hear, as the owner of a pool, what people decided in any process."""
    handlers = Handlers()

    # A plan's own proposals, asks and supersessions are not among these: they come of it.
    @handlers.on_any(
        OfferPublished,
        OfferApproved,
        OfferConfirmed,
        OfferRevised,
        OfferScheduled,
        OfferWithdrawn,
        MatchAccepted,
        MatchDeclined,
        MatchExpired,
        MatchWithdrawn,
        PoolDisturbed,
    )
    async def mark(event: Envelope[Event], _: AsyncSession) -> None:
        await app.mark_pool(_pool_of(event.data))

    return handlers


def _pool_of(
    event: Event,
) -> PoolId:
    pool_id = getattr(event, "pool_id", None)
    assert pool_id is not None, "every event of a topic keyed by pool names its pool"
    return PoolId(pool_id)


def _received(told: NeedSubmitted) -> ReceiveNeed:
    return ReceiveNeed(
        need_id=NeedId(told.need_id),
        pool_id=PoolId(told.pool_id),
        area=AreaRef(told.place.scheme, told.place.code),
        point=_position(told.point),
        beneficiary=told.beneficiary,
        persons=told.persons,
        urgency=told.urgency,
        lines=tuple(_line(line) for line in told.lines),
        submitted_at=told.submitted_at,
    )


def _stated(event: Envelope[ServiceEntryListed] | Envelope[ServiceEntryRevised]) -> StateEntry:
    told: ServiceEntryOffered = event.data
    giver = told.station_id or told.party_id
    assert giver is not None, "an entry is of a station or of a party"
    return StateEntry(
        entry=Entry(
            id=EntryId(told.entry_id),
            version=event.version,
            is_of_station=told.station_id is not None,
            service=told.service,
            unit=told.unit,
            capacity=told.capacity,
            period=told.period,
            audiences=told.audiences,
            is_for_residents=told.is_for_residents,
            cost=told.cost,
            cost_fen=told.cost_fen,
            given=told.given,
            is_confidential=told.is_confidential,
            reach_metres=told.reach_metres,
            weekly=tuple(_open_hours(each) for each in told.weekly),
            offered_from=told.offered_from,
            offered_until=told.offered_until,
            lapses_on=told.lapses_on,
            verified_on=told.verified_on or event.time.astimezone(CHINA).date(),
        ),
        giver_id=PartyId(giver),
        area=AreaRef(told.place.scheme, told.place.code),
        point=_position(told.position),
    )


def _open_hours(told: HoursOfWeekday) -> OpenHours:
    return OpenHours(
        weekday=told.weekday,
        begins=time(*divmod(told.begins_minute, _MINUTES)),
        ends=time(*divmod(told.ends_minute, _MINUTES)),
    )


def _position(point: Point | PlacePosition | None) -> Position | None:
    if point is None:
        return None
    return Position(longitude=point.longitude, latitude=point.latitude)


def _line(asked: LineAsked) -> Line:
    return Line(
        id=LineId(asked.line_id),
        kind=asked.kind,
        service=asked.service,
        quantity=asked.quantity,
        unit=asked.unit,
        weekdays=asked.weekdays,
        within_metres=asked.within_metres,
        needs_vetting=asked.needs_vetting,
        all_or_nothing=asked.all_or_nothing,
        window=Window(asked.not_before, asked.not_after),
    )
