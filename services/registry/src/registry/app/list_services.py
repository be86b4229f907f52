"""Keeping the service list: listing, revising, verifying, withdrawing, and showing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.clearance import cleared, public, system
from common.clock import CHINA, Clock
from common.errors import DomainError
from common.grants import OutsideYourScope
from common.places import AreaRef
from registry.app.creations import Made, create_each
from registry.app.permissions import WRITE_SERVICE_ENTRIES
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.parties import Parties
from registry.app.ports.service_entries import ServiceEntries
from registry.app.ports.stations import Stations
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.errors.service_list import (
    ProviderNotServing,
    ServiceEntryIdTaken,
    ServiceEntryNotFound,
    UnknownProvider,
)
from registry.domain.party import PartyId
from registry.domain.service_entry import (
    EntryId,
    Offering,
    Provider,
    ServiceEntry,
    Verification,
    list_service,
)
from registry.domain.station import StationId, StationStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.creations import Outcome
    from registry.app.ports.service_entries import EntryFilter
    from registry.domain.service_entry import ServiceEntryFact


@dataclass(frozen=True, slots=True, kw_only=True)
class ListService:
    """Put a service on the list, under an id that the caller may choose."""

    id: UUID | None
    provider: Provider
    offering: Offering


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseService:
    """Offer something else; ``seen`` is the version that the caller decided upon."""

    entry_id: EntryId
    offering: Offering
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyService:
    """Make sure of an entry; ``seen`` is the version that the caller decided upon."""

    entry_id: EntryId
    verified_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawService:
    """Take an entry off; ``seen`` is the version that the caller decided upon."""

    entry_id: EntryId
    withdrawn_on: date
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A provider as it was found: where it is, and whether it serves."""

    area: AreaRef
    org: UUID | None
    is_serving: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingServices:
    """Keeps the service list; an entry counts for ``fresh_days`` after it was verified."""

    unit_of_work: UnitOfWork
    entries: ServiceEntries
    stations: Stations
    parties: Parties
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]
    fresh_days: int

    def today(self) -> date:
        """Return the day on which entries are looked at."""
        return self.clock.now().astimezone(CHINA).date()

    async def add(self, command: ListService, scope: Scope) -> Made[ServiceEntry]:
        """List a service, verified by whoever lists it, and tell the other services.

        Raises:
            UnknownProvider: There is none, or it is a person.
            OutsideYourScope: The provider is not the caller's.
            ProviderNotServing: A station that is not open, or a party that is suspended.
            ServiceEntryIdTaken: The id belongs to another entry.
        """
        async with self.unit_of_work.transaction():
            known = await self._known(command.provider)
            if not await is_within(scope, known.area, areas=self.areas, org=known.org):
                raise OutsideYourScope(permission=WRITE_SERVICE_ENTRIES.name)
            entry = self._entry(command, known, scope)
            there = await self.entries.find(entry.id)
            if there is not None:
                return _found_again(there, entry)
            _refuse_idle(command.provider, known)
            change = list_service(entry, at=self.clock.now())
            await self.entries.add(change)
        return Made(change.state, is_new=True)

    async def add_each(
        self, commands: Sequence[ListService], scope: Scope
    ) -> Sequence[Outcome[ServiceEntry]]:
        """List services as ``add`` does; what is wrong with one stops none of the others."""
        async with self.unit_of_work.transaction():
            known = {
                provider: await self._known_or_not(provider)
                for provider in dict.fromkeys(command.provider for command in commands)
            }
            return await create_each(
                [await self._propose(each, known[each.provider], scope) for each in commands],
                shelf=self.entries,
                differs=lambda entry: ServiceEntryIdTaken(entry_id=entry.id),
            )

    async def revise(self, command: ReviseService, scope: Scope) -> ServiceEntry:
        """Offer something else and tell the other services; it is verified no sooner by this."""
        async with self.unit_of_work.transaction():
            entry, known = await self._mine(command.entry_id, scope)
            refuse_stale(entry, command.seen)
            change = entry.revise(command.offering, area=known.area, at=self.clock.now())
            await self.entries.save(change)
        return change.state

    async def verify(self, command: VerifyService, scope: Scope) -> ServiceEntry:
        """Make sure of an entry and tell the other services.

        Raises:
            ProviderNotServing: Nothing that it offers can be had.
        """
        async with self.unit_of_work.transaction():
            entry, known = await self._mine(command.entry_id, scope)
            refuse_stale(entry, command.seen)
            _refuse_idle(entry.provider, known)
            verification = self._verified(scope, command.verified_on)
            change = entry.verify(verification, at=self.clock.now())
            await self.entries.save(change)
        return change.state

    async def withdraw(self, command: WithdrawService, scope: Scope) -> ServiceEntry:
        """Take an entry off the list and tell the other services."""
        async with self.unit_of_work.transaction():
            entry, _ = await self._mine(command.entry_id, scope)
            refuse_stale(entry, command.seen)
            change = entry.withdraw(command.withdrawn_on, at=self.clock.now())
            await self.entries.save(change)
        return change.state

    async def find(self, entry_id: EntryId, scope: Scope) -> ServiceEntry:
        """Return an entry of the caller's, with all that is confidential.

        Raises:
            ServiceEntryNotFound: There is none, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            return (await self._mine(entry_id, scope))[0]

    async def list(self, wanted: EntryFilter, scope: Scope, window: Window) -> Slice[ServiceEntry]:
        """Return the caller's entries, lapsed and withdrawn ones too."""
        async with self.unit_of_work.transaction():
            return await self.entries.page(wanted, scope, window)

    async def show_list(self, wanted: EntryFilter, window: Window) -> Slice[ServiceEntry]:
        """Return what everybody may see: what counts today, and no confidential place."""
        with cleared(public()):
            async with self.unit_of_work.transaction():
                return await self.entries.page_for_everybody(wanted, window)

    async def show(self, entry_id: EntryId) -> ServiceEntry:
        """Return an entry as everybody may see it.

        Raises:
            ServiceEntryNotFound: There is none that counts today.
        """
        with cleared(public()):
            async with self.unit_of_work.transaction():
                entry = await self.entries.find_for_everybody(entry_id, on=self.today())
        if entry is None:
            raise ServiceEntryNotFound(entry_id=entry_id)
        return entry

    async def _known_or_not(self, provider: Provider) -> _Known | DomainError:
        try:
            return await self._known(provider)
        except DomainError as refusal:
            return refusal

    async def _propose(
        self, command: ListService, known: _Known | DomainError, scope: Scope
    ) -> Change[ServiceEntry, ServiceEntryFact] | DomainError:
        if isinstance(known, DomainError):
            return known
        if not await is_within(scope, known.area, areas=self.areas, org=known.org):
            return OutsideYourScope(permission=WRITE_SERVICE_ENTRIES.name)
        try:
            _refuse_idle(command.provider, known)
        except DomainError as refusal:
            return refusal
        return list_service(self._entry(command, known, scope), at=self.clock.now())

    def _entry(self, command: ListService, known: _Known, scope: Scope) -> ServiceEntry:
        return ServiceEntry(
            id=EntryId(command.id or self.new_id()),
            version=1,
            provider=command.provider,
            area=known.area,
            offering=command.offering,
            verification=self._verified(scope, self.today()),
        )

    def _verified(self, scope: Scope, day: date) -> Verification:
        return Verification.lasting(self.fresh_days, verified_on=day, verified_by=scope.sub)

    async def _mine(self, entry_id: EntryId, scope: Scope) -> tuple[ServiceEntry, _Known]:
        entry = await self.entries.get(entry_id)
        known = await self._known(entry.provider)
        if not await is_within(scope, known.area, areas=self.areas, org=known.org):
            raise ServiceEntryNotFound(entry_id=entry_id)
        return entry, known

    async def _known(self, provider: Provider) -> _Known:
        # Whoever names a provider is told whether it is theirs, and so that it exists.
        with cleared(system("whose service it is")):
            if provider.station is not None:
                return await self._known_station(StationId(provider.station))
            assert provider.party is not None, "a provider is one of the two"
            return await self._known_party(PartyId(provider.party))

    async def _known_station(self, station_id: StationId) -> _Known:
        # Held, so that it does not close while something is listed for it.
        station = (await self.stations.hold([station_id])).get(station_id)
        if station is None:
            raise UnknownProvider(provider_id=station_id)
        is_open = station.status is StationStatus.OPEN
        return _Known(area=station.area, org=None, is_serving=is_open)

    async def _known_party(self, party_id: PartyId) -> _Known:
        party = (await self.parties.find_many([party_id])).get(party_id)
        if party is None or party.is_person:
            raise UnknownProvider(provider_id=party_id)
        return _Known(area=party.area, org=party.id, is_serving=party.suspension is None)


async def end_services_of(
    station_id: StationId, *, entries: ServiceEntries, ended_on: date, clock: Clock
) -> None:
    """Withdraw all that a station offers, as part of its ending."""
    with cleared(system("a station ends")):
        for entry in await entries.of_station(station_id):
            await entries.save(entry.withdraw(ended_on, at=clock.now()))


def _refuse_idle(provider: Provider, known: _Known) -> None:
    if not known.is_serving:
        named = provider.station or provider.party
        assert named is not None, "a provider is one of the two"
        raise ProviderNotServing(provider_id=named)


def _found_again(there: ServiceEntry, wanted: ServiceEntry) -> Made[ServiceEntry]:
    if not there.has_content_of(wanted):
        raise ServiceEntryIdTaken(entry_id=there.id)
    return Made(there, is_new=False)
