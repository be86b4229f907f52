"""Every ability of the service in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.account_abilities import AccountAbilities
from registry.app.area_abilities import AreaAbilities
from registry.app.close_station import CloseStation
from registry.app.contact_abilities import ContactAbilities
from registry.app.creations import Made, Outcome
from registry.app.directory_abilities import DirectoryAbilities
from registry.app.fetch_area_list import FetchedList
from registry.app.grant_roles import AddGrant, GrantRoles
from registry.app.import_abilities import ImportAbilities
from registry.app.import_areas import ImportAreas
from registry.app.open_station import OpenStation
from registry.app.plan_stations import PlanStation
from registry.app.ports.areas import AreaList
from registry.app.ports.changes import ChangeFilter, Stretch
from registry.app.ports.parties import PartyFilter
from registry.app.ports.stations import StationFilter
from registry.app.ports.stock import Stock
from registry.app.professional_abilities import ProfessionalAbilities
from registry.app.profile_abilities import ProfileAbilities
from registry.app.register_parties import RegisterParty
from registry.app.service_abilities import ServiceAbilities
from registry.app.standing_abilities import StandingAbilities
from registry.app.station_abilities import StationAbilities
from registry.app.suspend_party import SuspendParty
from registry.app.vet_party import VetParty
from registry.app.volunteer_hour_abilities import VolunteerHourAbilities
from registry.domain.account import Account
from registry.domain.party import Party, PartyId
from registry.domain.station import Station, StationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the registry can do, each ability bound to what it needs; entry points call only these.

    What is done in a caller's name takes the scope within which the caller may want it.
    """

    plan_station: Callable[[PlanStation, Scope], Awaitable[Made[Station]]]
    plan_stations: Callable[[Sequence[PlanStation], Scope], Awaitable[Sequence[Outcome[Station]]]]
    open_station: Callable[[OpenStation, Scope], Awaitable[Station]]
    close_station: Callable[[CloseStation, Scope], Awaitable[Station]]
    find_station: Callable[[StationId, Scope], Awaitable[Station]]
    list_stations: Callable[[StationFilter, Scope, Window], Awaitable[Slice[Station]]]
    stations: StationAbilities
    services: ServiceAbilities

    register_party: Callable[[RegisterParty, Scope], Awaitable[Made[Party]]]
    register_parties: Callable[
        [Sequence[RegisterParty], Scope], Awaitable[Sequence[Outcome[Party]]]
    ]
    vet_party: Callable[[VetParty, Scope], Awaitable[Party]]
    suspend_party: Callable[[SuspendParty, Scope], Awaitable[Party]]
    find_party: Callable[[PartyId, Scope], Awaitable[Party]]
    list_parties: Callable[[PartyFilter, Scope, Window], Awaitable[Slice[Party]]]

    contacts: ContactAbilities
    standings: StandingAbilities
    profiles: ProfileAbilities

    grant_roles: Callable[[GrantRoles], Awaitable[Account]]
    add_grant: Callable[[AddGrant], Awaitable[Account]]
    find_account: Callable[[str], Awaitable[Account]]

    access: AccountAbilities
    hours: VolunteerHourAbilities

    import_areas: Callable[[ImportAreas], Awaitable[AreaList]]
    fetch_area_list: Callable[[UUID], Awaitable[FetchedList]]
    find_area_list: Callable[[UUID], Awaitable[AreaList]]
    list_area_lists: Callable[[Window], Awaitable[Slice[AreaList]]]

    areas: AreaAbilities

    directory: DirectoryAbilities
    take_stock: Callable[[], Awaitable[Stock]]
    follow_changes: Callable[[ChangeFilter, Scope, Window], Awaitable[Stretch]]
    profession: ProfessionalAbilities
    imports: ImportAbilities
