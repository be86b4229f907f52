"""The part of the composition root that is about sheets of what hangs on stations and parties."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from common.grants import Scope
from registry.adapters.postgres.profiles import PostgresProfiles
from registry.app.creations import Outcome
from registry.app.organisation_sheet import ORGANISATIONS
from registry.app.party_sheet import PartyLookup
from registry.app.posting_sheet import TakingPostings
from registry.app.profile_sheets import TakingProfiles
from registry.app.register_parties import RegisterParty
from registry.app.service_sheet import TakingServices
from registry.app.station_sheet import StationLookup
from registry.app.volunteer_sheet import volunteers
from registry.app.worker_sheet import WORKERS
from registry.domain.party import Party

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.ports.postings import Postings
    from registry.app.ports.service_entries import ServiceEntries
    from registry.app.ports.stations import Stations
    from registry.app.service_abilities import ServiceAbilities
    from registry.app.sheets import Sheet

Register: TypeAlias = Callable[
    [Sequence[RegisterParty], Scope], Awaitable[Sequence[Outcome[Party]]]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """Stations and parties by what people know them by."""

    stations: StationLookup
    parties: PartyLookup


def profile_sheets(frame: Frame, *, register: Register, found: Lookups) -> tuple[Sheet, ...]:
    """Return the subjects that are about what is said of parties."""
    work, areas, new_id = frame.unit_of_work, frame.areas, frame.new_id
    profiles = PostgresProfiles(work)
    return (
        TakingProfiles(
            describing=WORKERS,
            register=register,
            lookup=found.parties,
            profiles=profiles.workers,
            areas=areas,
            work=work,
            new_id=new_id,
        ).sheet(),
        TakingProfiles(
            describing=volunteers(new_id),
            register=register,
            lookup=found.parties,
            profiles=profiles.volunteers,
            areas=areas,
            work=work,
            new_id=new_id,
        ).sheet(),
        TakingProfiles(
            describing=ORGANISATIONS,
            register=register,
            lookup=found.parties,
            profiles=profiles.organisations,
            areas=areas,
            work=work,
            new_id=new_id,
        ).sheet(),
    )


def posting_sheet(frame: Frame, *, found: Lookups, stations: Stations, postings: Postings) -> Sheet:
    """Return the subject that is about who is posted where."""
    return TakingPostings(
        postings=postings,
        stations=stations,
        by_name=found.stations,
        parties=found.parties,
        areas=frame.areas,
        work=frame.unit_of_work,
        new_id=frame.new_id,
    ).sheet()


def service_sheet(
    frame: Frame, *, found: Lookups, services: ServiceAbilities, entries: ServiceEntries
) -> Sheet:
    """Return the subject that is about the service list."""
    return TakingServices(
        add=services.add,
        add_each=services.add_each,
        revise=services.revise,
        verify=services.verify,
        withdraw=services.withdraw,
        entries=entries,
        stations=found.stations,
        parties=found.parties,
        areas=frame.areas,
        work=frame.unit_of_work,
    ).sheet()
