"""The part of the composition root that is about stations and what they offer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from registry.adapters.postgres.staffing_rules import PostgresStaffingRules
from registry.app.begin_building import begin_building
from registry.app.edit_station import EditingStations
from registry.app.find_stations import list_steps
from registry.app.fund_station import FundingStations
from registry.app.join_stations import JoiningStations
from registry.app.list_entries import list_entries
from registry.app.list_services import ListingServices
from registry.app.service_abilities import ServiceAbilities
from registry.app.staff_stations import StaffingStations
from registry.app.station_abilities import StationAbilities
from registry.app.station_dependants import People
from registry.settings import Settings

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.ports.parties import Parties
    from registry.app.ports.postings import Postings
    from registry.app.ports.service_entries import ServiceEntries
    from registry.app.ports.station_records import StationRecords
    from registry.app.ports.stations import Stations


def station_abilities(
    frame: Frame,
    *,
    stations: Stations,
    parties: Parties,
    records: StationRecords,
    entries: ServiceEntries,
    postings: Postings,
) -> StationAbilities:
    """Bind what can be done about stations beyond planning, opening, closing and finding them."""
    work, areas, clock, new_id = frame.unit_of_work, frame.areas, frame.clock, frame.new_id
    editing = EditingStations(
        unit_of_work=work, stations=stations, parties=parties, areas=areas, clock=clock
    )
    joining = JoiningStations(
        unit_of_work=work,
        stations=stations,
        people=People(postings=postings, records=records),
        entries=entries,
        areas=areas,
        clock=clock,
        new_id=new_id,
    )
    funding = FundingStations(
        unit_of_work=work,
        stations=stations,
        records=records,
        areas=areas,
        clock=clock,
        new_id=new_id,
    )
    staffing = StaffingStations(
        unit_of_work=work,
        stations=stations,
        records=records,
        postings=postings,
        rules=PostgresStaffingRules(work, frame.outbox, areas),
        areas=areas,
        clock=clock,
        new_id=new_id,
    )
    return StationAbilities(
        begin_building=partial(
            begin_building, unit_of_work=work, stations=stations, areas=areas, clock=clock
        ),
        edit=editing.edit,
        merge=joining.merge,
        split=joining.split,
        list_steps=partial(
            list_steps, unit_of_work=work, stations=stations, records=records, areas=areas
        ),
        fund=funding.fund,
        cancel_funding=funding.cancel,
        list_fundings=funding.list,
        state_headcount=staffing.state,
        judge_staffing=staffing.judge,
        set_staffing_rule=staffing.set_rule,
        end_staffing_rule=staffing.end_rule,
        list_staffing_rules=staffing.list_rules,
    )


def service_abilities(
    frame: Frame, *, stations: Stations, parties: Parties, entries: ServiceEntries
) -> ServiceAbilities:
    """Bind what can be done about the service list."""
    assert isinstance(frame.settings, Settings), "the registry says how long an entry counts"
    listing = ListingServices(
        unit_of_work=frame.unit_of_work,
        entries=entries,
        stations=stations,
        parties=parties,
        areas=frame.areas,
        clock=frame.clock,
        new_id=frame.new_id,
        fresh_days=frame.settings.service_fresh_days,
    )
    return ServiceAbilities(
        today=listing.today,
        add=listing.add,
        add_each=listing.add_each,
        revise=listing.revise,
        verify=listing.verify,
        withdraw=listing.withdraw,
        find=listing.find,
        list=listing.list,
        list_found=partial(
            list_entries,
            unit_of_work=frame.unit_of_work,
            entries=entries,
            stations=stations,
            parties=parties,
        ),
        show=listing.show,
        show_list=listing.show_list,
    )
