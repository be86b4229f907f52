"""A service record: what was done for one line of a need, once it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from cases.domain.errors import (
    MatchNotFound,
    ServiceEndsBeforeItStarts,
    ServiceNotOverYet,
    UnitDiffers,
)
from cases.domain.line import LineId
from cases.domain.match import Match, MatchId
from cases.domain.need import NeedId
from common.change import Change
from common.places import AreaRef
from common.vocabulary import ServicePath, Society, Unit

if TYPE_CHECKING:
    from cases.domain.need import Need

ServiceRecordId = NewType("ServiceRecordId", UUID)

# A phone's clock may run ahead of ours by as much and still be believed.
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was given, to how many, when.

    Persons, person-times and sessions are different measures; none is computed from another.
    """

    match_id: MatchId
    line_id: LineId
    path: ServicePath
    quantity: int
    unit: Unit
    persons: int
    person_times: int
    sessions: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecord:
    """A service that was given.

    It is written once and stays: every ledger, certificate and report is derived from it, so a
    mistake is to be put right by another record and not by a different past.
    """

    id: ServiceRecordId
    version: int
    need_id: NeedId
    area: AreaRef
    pool_id: UUID
    society: Society
    delivery: Delivery
    recorded_at: datetime

    @classmethod
    def record(
        cls,
        record_id: ServiceRecordId,
        delivery: Delivery,
        *,
        need: Need,
        match: Match,
        at: datetime,
    ) -> Change[ServiceRecord, ServiceWasRecorded]:
        """Put a service on record.

        Raises:
            NeedAlreadyEnded: Nothing more is done for the need.
            MatchNotFound: This line has no such match, or nobody has accepted it.
            MatchAlreadyFulfilled: There is nothing left to be served.
            UnitDiffers: The service is measured in another unit than the match.
            ServiceEndsBeforeItStarts: The times are the wrong way round.
            ServiceNotOverYet: Its end is still to come.
        """
        need.refuse_if_ended()
        _refuse_what_the_match_does_not_cover(delivery, need, match)
        _refuse_impossible_times(delivery, at)
        record = cls(
            id=record_id,
            version=1,
            need_id=need.id,
            area=need.description.area,
            pool_id=need.pool_id,
            society=match.society,
            delivery=delivery,
            recorded_at=at,
        )
        return Change(record, (ServiceWasRecorded(record),))


@dataclass(frozen=True, slots=True)
class ServiceWasRecorded:
    """A service was put on record."""

    record: ServiceRecord


def _refuse_what_the_match_does_not_cover(delivery: Delivery, need: Need, match: Match) -> None:
    if (match.need_id, match.line_id) != (need.id, delivery.line_id):
        raise MatchNotFound(match_id=delivery.match_id)
    match.refuse_unless_serving()
    if delivery.unit != match.unit:
        raise UnitDiffers(unit=delivery.unit, agreed=match.unit)


def _refuse_impossible_times(delivery: Delivery, now: datetime) -> None:
    if delivery.ended_at < delivery.started_at:
        raise ServiceEndsBeforeItStarts(started_at=delivery.started_at, ended_at=delivery.ended_at)
    if delivery.ended_at > now + CLOCKS_DIFFER_BY:
        raise ServiceNotOverYet(ended_at=delivery.ended_at)
