"""A posting: a social worker at a station, from one day to another or until further notice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NewType
from uuid import UUID

from common.vocabulary import Society
from registry.domain.errors.profiles import (
    PostingAlreadyEnded,
    PostingDaysOutOfOrder,
    StationHasClosed,
)
from registry.domain.party import Party, PartyId
from registry.domain.social_worker import refuse_misfit
from registry.domain.station import Station, StationId, StationStatus

PostingId = NewType("PostingId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Somebody at a station; both days belong to it.

    Nobody has two full-time postings on one day; part-time ones may stand beside each other.
    """

    id: PostingId
    version: int
    worker_id: PartyId
    station_id: StationId
    is_full_time: bool
    starts_on: date
    ends_on: date | None = None

    def refuse_ended(self, *, by: date) -> None:
        """Go on only with a posting that has not ended before a day.

        Raises:
            PostingAlreadyEnded: It has.
        """
        if self.ends_on is not None and self.ends_on < by:
            raise PostingAlreadyEnded(posting_id=self.id, ended_on=self.ends_on)

    def end(self, *, ends_on: date) -> Posting:
        """Return the posting with its last day.

        Raises:
            PostingAlreadyEnded: It has one that is not later.
            PostingDaysOutOfOrder: It would end before it began.
        """
        if self.ends_on is not None and self.ends_on <= ends_on:
            raise PostingAlreadyEnded(posting_id=self.id, ended_on=self.ends_on)
        refuse_disorder(self.starts_on, ends_on)
        return replace(self, version=self.version + 1, ends_on=ends_on)


def post_worker(
    posting_id: PostingId,
    *,
    worker: Party,
    station: Station,
    is_full_time: bool,
    starts_on: date,
    ends_on: date | None,
) -> Posting:
    """Post a social worker to a station.

    Raises:
        PostingDaysOutOfOrder: It would end before it begins.
        ProfileDoesNotFitParty: The party is no person of the social workers.
        StationHasClosed: The station was closed, or merged into another one.
    """
    refuse_disorder(starts_on, ends_on)
    refuse_misfit(worker, Society.SOCIAL_WORKER)
    refuse_closed(station)
    return Posting(
        id=posting_id,
        version=1,
        worker_id=worker.id,
        station_id=station.id,
        is_full_time=is_full_time,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def refuse_disorder(starts_on: date, ends_on: date | None) -> None:
    """Go on only with days in their order.

    Raises:
        PostingDaysOutOfOrder: They are not.
    """
    if ends_on is not None and ends_on < starts_on:
        raise PostingDaysOutOfOrder(starts_on=starts_on, ends_on=ends_on)


def refuse_closed(station: Station) -> None:
    """Go on only with a station that somebody can be posted to.

    Raises:
        StationHasClosed: It was closed, or merged into another one.
    """
    if station.status in {StationStatus.CLOSED, StationStatus.MERGED}:
        raise StationHasClosed(station_id=station.id)
