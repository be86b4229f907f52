"""Saying what a worker, a volunteer, an organisation is, and posting workers to stations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from common.clearance import cleared, system
from common.vocabulary import Society
from registry.app.find_parties import find_party
from registry.app.find_stations import hold_station
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.postings import PostingFilter, Postings
from registry.app.ports.profiles import Profiles, Shelf
from registry.app.ports.stations import Stations
from registry.app.ports.trainings import Education
from registry.app.ports.volunteer_hours import Hours
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.errors.profiles import PostingNotFound, ProfileNotFound
from registry.domain.organisation import Organisation, describe_organisation
from registry.domain.party import Party, PartyId
from registry.domain.posting import Posting, PostingId, post_worker
from registry.domain.social_worker import SocialWorker, refuse_misfit
from registry.domain.station import StationId
from registry.domain.volunteer import Language, Skill, Volunteer, WeeklyHours, in_order, new_number

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window

P = TypeVar("P", SocialWorker, Volunteer, Organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeVolunteer:
    """What a volunteer can do and when; number and confirmed hours are not for anybody to say."""

    party_id: PartyId
    skills: frozenset[Skill]
    languages: frozenset[Language]
    available: tuple[WeeklyHours, ...]
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWorker:
    """Post a social worker to a station."""

    id: UUID | None
    worker_id: PartyId
    station_id: StationId
    is_full_time: bool
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingProfiles:
    """The abilities around what is said about parties."""

    unit_of_work: UnitOfWork
    profiles: Profiles
    postings: Postings
    parties: Parties
    stations: Stations
    hours: Hours
    areas: Areas
    education: Education
    new_id: Callable[[], UUID]

    async def describe_worker(
        self, wanted: SocialWorker, scope: Scope, seen: int | None
    ) -> SocialWorker:
        """Say what a social worker is; it takes the place of what was said."""
        async with self.unit_of_work.transaction():
            party = await self._party(wanted.party_id, scope)
            refuse_misfit(party, Society.SOCIAL_WORKER)
            known = await self._known(self.profiles.workers, party, seen)
            # They may have learnt in another county.
            with cleared(system("counts continuing education")):
                trained = await self.education.hours_of(party.id)
            worker = replace(wanted, party_id=party.id, version=_next(known), trained_hours=trained)
            await self.profiles.workers.put(worker)
        return worker

    async def describe_volunteer(
        self, command: DescribeVolunteer, scope: Scope, seen: int | None
    ) -> Volunteer:
        """Say what a volunteer is; the first time they get a number of their own."""
        async with self.unit_of_work.transaction():
            party = await self._party(command.party_id, scope)
            refuse_misfit(party, Society.VOLUNTEER)
            known = await self._known(self.profiles.volunteers, party, seen)
            volunteer = Volunteer(
                party_id=party.id,
                version=_next(known),
                number=known.number if known else new_number(self.new_id()),
                skills=command.skills,
                languages=command.languages,
                available=in_order(command.available),
                organisation_id=command.organisation_id,
                confirmed_minutes=await self.hours.minutes_of(party.id),
            )
            await self.profiles.volunteers.put(volunteer)
        return volunteer

    async def describe_organisation(
        self, wanted: Organisation, scope: Scope, seen: int | None
    ) -> Organisation:
        """Say what an organisation, community or provider is."""
        async with self.unit_of_work.transaction():
            party = await self._party(wanted.party_id, scope)
            described = describe_organisation(wanted, party)
            known = await self._known(self.profiles.organisations, party, seen)
            organisation = replace(described, version=_next(known))
            await self.profiles.organisations.put(organisation)
        return organisation

    async def worker(self, party_id: PartyId, scope: Scope) -> SocialWorker:
        """Return what is said about a social worker."""
        return await self._found(self.profiles.workers, party_id, scope)

    async def volunteer(self, party_id: PartyId, scope: Scope) -> Volunteer:
        """Return what is said about a volunteer, with the time that both sides confirmed."""
        async with self.unit_of_work.transaction():
            found = await self._found(self.profiles.volunteers, party_id, scope)
            confirmed = await self.hours.minutes_of(found.party_id)
        return replace(found, confirmed_minutes=confirmed)

    async def organisation(self, party_id: PartyId, scope: Scope) -> Organisation:
        """Return what is said about an organisation."""
        return await self._found(self.profiles.organisations, party_id, scope)

    async def post(self, command: PostWorker, scope: Scope) -> Posting:
        """Post a worker to a station that both lie within the scope.

        Raises:
            StationHasClosed: It was closed, or merged into another one.
            PostingsOverlap: The worker works full time elsewhere on some of the days.
        """
        async with self.unit_of_work.transaction():
            worker = await self._party(command.worker_id, scope)
            # Held, so that nobody closes it who has not seen this posting.
            station = await hold_station(
                command.station_id, scope, stations=self.stations, areas=self.areas
            )
            posting = post_worker(
                PostingId(command.id or self.new_id()),
                worker=worker,
                station=station,
                is_full_time=command.is_full_time,
                starts_on=command.starts_on,
                ends_on=command.ends_on,
            )
            await self.postings.add(posting)
        return posting

    async def end_posting(
        self, posting_id: PostingId, ends_on: date, scope: Scope, seen: int | None
    ) -> Posting:
        """Give a posting its last day."""
        async with self.unit_of_work.transaction():
            posting = await self.postings.find(posting_id, scope)
            if posting is None:
                raise PostingNotFound(posting_id=posting_id)
            refuse_stale(posting, seen)
            ended = posting.end(ends_on=ends_on)
            await self.postings.save(ended)
        return ended

    async def list_postings(
        self, wanted: PostingFilter, scope: Scope, window: Window
    ) -> Slice[Posting]:
        """Return the postings that the caller may see."""
        async with self.unit_of_work.transaction():
            return await self.postings.page(wanted, scope, window)

    async def _found(self, shelf: Shelf[P], party_id: PartyId, scope: Scope) -> P:
        async with self.unit_of_work.transaction():
            party = await self._party(party_id, scope)
            found = await shelf.find(party.id)
        if found is None:
            raise ProfileNotFound(party_id=party_id)
        return found

    async def _known(self, shelf: Shelf[P], party: Party, seen: int | None) -> P | None:
        known = await shelf.find(party.id)
        if known is not None:
            refuse_stale(known, seen)
        return known

    async def _party(self, party_id: PartyId, scope: Scope) -> Party:
        return await find_party(
            party_id,
            scope,
            unit_of_work=self.unit_of_work,
            parties=self.parties,
            areas=self.areas,
        )


def _next(known: SocialWorker | Volunteer | Organisation | None) -> int:
    return 1 if known is None else known.version + 1
