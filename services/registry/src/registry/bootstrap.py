"""The composition root: the one module that knows every class."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from secrets import randbits, token_urlsafe
from typing import TYPE_CHECKING, TypedDict

from common.frame import Frame, build_frame
from common.personal.keeping import keeping_of
from common.personal.settings import PersonalSettings
from common.service import Service
from registry.adapters.borders import PackagedBorders
from registry.adapters.callers import CurrentCallers
from registry.adapters.ndjson import digest_of
from registry.adapters.packaged_areas import PackagedAreas
from registry.adapters.postgres.accounts import PostgresAccounts
from registry.adapters.postgres.applications import PostgresApplications
from registry.adapters.postgres.area_administrations import PostgresAdministrations
from registry.adapters.postgres.area_lists import PostgresAreaLists
from registry.adapters.postgres.area_names import NamesInForce
from registry.adapters.postgres.area_records import PostgresAreaRecords
from registry.adapters.postgres.area_successions import PostgresSuccessions
from registry.adapters.postgres.changes import PostgresChanges
from registry.adapters.postgres.contacts import PostgresContacts
from registry.adapters.postgres.directory import PostgresDirectory
from registry.adapters.postgres.duplicates import PostgresDuplicates
from registry.adapters.postgres.education import PostgresEducation
from registry.adapters.postgres.erasures import PostgresErasures
from registry.adapters.postgres.imports import PostgresImports
from registry.adapters.postgres.invitations import PostgresInvitations
from registry.adapters.postgres.natural_keys import PartiesByName, StationsByName
from registry.adapters.postgres.one_time_links import PostgresOneTimeLinks
from registry.adapters.postgres.parties import PostgresParties
from registry.adapters.postgres.posting_links import PostgresPostingLinks
from registry.adapters.postgres.postings import PostgresPostings
from registry.adapters.postgres.profiles import PostgresProfiles
from registry.adapters.postgres.service_entries import PostgresServiceEntries
from registry.adapters.postgres.station_records import PostgresStationRecords
from registry.adapters.postgres.stations import PostgresStations
from registry.adapters.postgres.stock import PostgresCounting
from registry.adapters.postgres.substitutions import PostgresSubstitutions
from registry.adapters.postgres.volunteer_hours import PostgresCertificates, PostgresHours
from registry.adapters.printing import print_certificate
from registry.adapters.pulses import Pulses
from registry.adapters.spreadsheets.reading import read
from registry.app.account_abilities import AccountAbilities
from registry.app.amend_areas import AmendingAreas
from registry.app.amend_parties import amend_parties
from registry.app.application import Application
from registry.app.apply_to_be_partner import Applying
from registry.app.area_abilities import AreaAbilities
from registry.app.browse_directory import BrowsingDirectory
from registry.app.certify_hours import Certifying
from registry.app.change_standing import ChangingStandings
from registry.app.close_station import close_station
from registry.app.contact_abilities import ContactAbilities
from registry.app.creations import alone
from registry.app.directory_abilities import DirectoryAbilities
from registry.app.erase_person import apply_erasures_again, erase_person
from registry.app.fetch_area_list import fetch_area_list
from registry.app.find_areas import (
    find_area,
    find_area_list,
    find_coverage_base,
    list_administrations,
    list_ancestors,
    list_area_lists,
    list_areas,
)
from registry.app.find_duplicates import find_duplicates
from registry.app.find_parties import find_party, list_parties
from registry.app.find_stations import find_station, list_stations
from registry.app.follow_changes import follow_changes
from registry.app.grant_roles import GrantingRoles
from registry.app.import_abilities import ImportAbilities
from registry.app.import_areas import ImportingAreas
from registry.app.import_files import ImportingFiles
from registry.app.invite import Inviting
from registry.app.keep_accounts import KeepingAccounts
from registry.app.keep_contacts import KeepingContacts
from registry.app.keep_profiles import KeepingProfiles
from registry.app.list_postings import list_postings
from registry.app.list_profiles import list_profiles
from registry.app.locate_area import locate_area
from registry.app.look_at_oneself import look_at_oneself
from registry.app.mint_links import MintingLinks
from registry.app.open_station import open_station
from registry.app.party_sheet import TakingParties
from registry.app.plan_stations import plan_stations
from registry.app.profile_abilities import ProfileAbilities
from registry.app.publish_areas import PublishingAreas
from registry.app.read_identity import read_identity
from registry.app.register_parties import register_parties
from registry.app.seed_area import Seeding
from registry.app.sheets import Sheets
from registry.app.standing_abilities import StandingAbilities
from registry.app.station_dependants import People
from registry.app.station_sheet import TakingStations
from registry.app.substitute import Substituting
from registry.app.suspend_party import suspend_party
from registry.app.take_stock import take_stock
from registry.app.trace_area import list_successions, trace_area
from registry.app.vet_party import vet_party
from registry.app.volunteer_hour_abilities import VolunteerHourAbilities
from registry.app.work_on_imports import Work
from registry.bootstrap_profession import PROFESSION_ROUTERS, professional_abilities
from registry.bootstrap_sheets import Lookups, posting_sheet, profile_sheets, service_sheet
from registry.bootstrap_stations import service_abilities, station_abilities
from registry.domain.certificate import BITS_OF_NUMBER
from registry.entrypoints.events import reactions
from registry.entrypoints.http import accounts as account_routes
from registry.entrypoints.http import applications as application_routes
from registry.entrypoints.http import area_lists as area_list_routes
from registry.entrypoints.http import area_successions as succession_routes
from registry.entrypoints.http import areas as area_routes
from registry.entrypoints.http import certificates as certificate_routes
from registry.entrypoints.http import changes as change_routes
from registry.entrypoints.http import contacts as contact_routes
from registry.entrypoints.http import coverage_bases as coverage_routes
from registry.entrypoints.http import duplicates as duplicate_routes
from registry.entrypoints.http import exports as export_routes
from registry.entrypoints.http import hsds as hsds_routes
from registry.entrypoints.http import imports as import_routes
from registry.entrypoints.http import invitations as invitation_routes
from registry.entrypoints.http import me as me_routes
from registry.entrypoints.http import one_time_links as link_routes
from registry.entrypoints.http import parties as party_routes
from registry.entrypoints.http import profiles as profile_routes
from registry.entrypoints.http import services as service_routes
from registry.entrypoints.http import sheets as sheet_routes
from registry.entrypoints.http import staffing as staffing_routes
from registry.entrypoints.http import standings as standing_routes
from registry.entrypoints.http import station_changes as station_change_routes
from registry.entrypoints.http import station_records as station_record_routes
from registry.entrypoints.http import stations as station_routes
from registry.entrypoints.http import substitutions as substitution_routes
from registry.entrypoints.importer import Importer, forgetting_old
from registry.entrypoints.stocktaking import taking_stock
from registry.entrypoints.timekeeping import keeping_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from common.clock import Clock
    from common.personal.keeping import Keeping
    from common.settings import ServiceSettings
    from registry.app.ports.accounts import Accounts
    from registry.app.ports.mergers import Following
    from registry.app.ports.parties import Parties
    from registry.app.ports.postings import Postings
    from registry.settings import Settings


def build_application(frame: Frame, people: Keeping | None = None) -> Application:
    """Bind every ability to the databases, the clock and the list of areas in this package."""
    people = people or _people(frame.settings)
    work, areas, clock, new_id = frame.unit_of_work, frame.areas, frame.clock, frame.new_id
    stations = PostgresStations(work, frame.outbox, areas)
    records = PostgresStationRecords(work)
    entries = PostgresServiceEntries(work, frame.outbox, areas)
    postings = PostgresPostings(work, areas)
    parties = PostgresParties(work, frame.outbox, areas)
    accounts = PostgresAccounts(work, frame.outbox)
    keeping = KeepingAccounts(
        unit_of_work=work,
        accounts=accounts,
        substitutions=PostgresSubstitutions(work, areas),
        clock=clock,
        new_id=new_id,
    )
    lists = PostgresAreaLists(work, frame.outbox)
    granting = GrantingRoles(
        unit_of_work=work,
        accounts=accounts,
        keeping=keeping,
        areas=areas,
        parties=parties,
        clock=clock,
    )

    plan = partial(
        plan_stations, unit_of_work=work, stations=stations, areas=areas, clock=clock, new_id=new_id
    )
    register = partial(
        register_parties,
        unit_of_work=work,
        parties=parties,
        areas=areas,
        clock=clock,
        new_id=new_id,
    )
    opening = partial(open_station, unit_of_work=work, stations=stations, areas=areas, clock=clock)
    closing = partial(
        close_station,
        unit_of_work=work,
        stations=stations,
        people=People(postings=postings, records=records),
        entries=entries,
        areas=areas,
        clock=clock,
    )
    vetting = partial(vet_party, unit_of_work=work, parties=parties, areas=areas, clock=clock)
    suspending = partial(
        suspend_party, unit_of_work=work, parties=parties, areas=areas, clock=clock
    )
    found = Lookups(stations=StationsByName(work, stations), parties=PartiesByName(work, parties))
    services = service_abilities(frame, stations=stations, parties=parties, entries=entries)
    sheets = Sheets(
        all=(
            TakingStations(
                plan=plan,
                open=opening,
                close=closing,
                lookup=found.stations,
                work=work,
            ).sheet(),
            TakingParties(
                register=register,
                amend=partial(
                    amend_parties, unit_of_work=work, parties=parties, areas=areas, clock=clock
                ),
                lookup=found.parties,
            ).sheet(),
            *profile_sheets(frame, register=register, found=found),
            posting_sheet(frame, found=found, stations=stations, postings=postings),
            service_sheet(frame, found=found, services=services, entries=entries),
        )
    )
    seeding = Seeding(
        unit_of_work=work,
        plan=plan,
        register=register,
        profiles=PostgresProfiles(work),
        postings=PostgresPostings(work, areas),
        stations=partial(list_stations, unit_of_work=work, stations=stations),
        parties=partial(list_parties, unit_of_work=work, parties=parties),
        areas=areas,
        prefetch=areas,
        names=NamesInForce(work),
    )
    return Application(
        plan_station=alone(plan),
        plan_stations=plan,
        open_station=opening,
        close_station=closing,
        find_station=partial(find_station, unit_of_work=work, stations=stations, areas=areas),
        list_stations=partial(list_stations, unit_of_work=work, stations=stations),
        stations=station_abilities(
            frame,
            stations=stations,
            parties=parties,
            records=records,
            entries=entries,
            postings=postings,
        ),
        services=services,
        register_party=alone(register),
        register_parties=register,
        vet_party=vetting,
        suspend_party=suspending,
        find_party=partial(find_party, unit_of_work=work, parties=parties, areas=areas),
        list_parties=partial(list_parties, unit_of_work=work, parties=parties),
        contacts=_contacts(frame, people, parties),
        standings=_standings(
            frame,
            parties,
            [
                PostgresContacts(work, people, areas),
                postings,
                PostgresHours(work),
                PostgresEducation(work),
            ],
        ),
        profiles=_profiles(frame, parties, stations, postings),
        grant_roles=granting.replace,
        add_grant=granting.add,
        find_account=granting.find,
        access=_access(frame, accounts, keeping, parties, postings),
        hours=_hours(frame, parties),
        import_areas=ImportingAreas(
            unit_of_work=work, publishing=_publishing(frame), sources=PackagedAreas()
        ),
        fetch_area_list=partial(fetch_area_list, unit_of_work=work, lists=lists),
        find_area_list=partial(find_area_list, unit_of_work=work, lists=lists),
        list_area_lists=partial(list_area_lists, unit_of_work=work, lists=lists),
        areas=_areas(frame),
        directory=_directory(frame),
        take_stock=partial(
            take_stock, unit_of_work=work, counting=PostgresCounting(work), clock=frame.clock
        ),
        follow_changes=partial(
            follow_changes, unit_of_work=work, changes=PostgresChanges(work, areas)
        ),
        profession=professional_abilities(frame, stations=stations, parties=parties),
        imports=_imports(frame, sheets, seeding),
    )


def _publishing(frame: Frame) -> PublishingAreas:
    work = frame.unit_of_work
    return PublishingAreas(
        lists=PostgresAreaLists(work, frame.outbox),
        records=PostgresAreaRecords(work),
        administrations=PostgresAdministrations(work),
        successions=PostgresSuccessions(work),
        digest=digest_of,
        clock=frame.clock,
    )


def _areas(frame: Frame) -> AreaAbilities:
    work = frame.unit_of_work
    publishing = _publishing(frame)
    records = publishing.records
    amending = AmendingAreas(unit_of_work=work, publishing=publishing, new_id=frame.new_id)
    return AreaAbilities(
        find=partial(find_area, unit_of_work=work, records=records),
        find_all=partial(list_areas, unit_of_work=work, records=records),
        ancestors=partial(list_ancestors, unit_of_work=work, records=records),
        coverage_base=partial(
            find_coverage_base, unit_of_work=work, records=records, clock=frame.clock
        ),
        locate=partial(
            locate_area,
            unit_of_work=work,
            records=records,
            successions=publishing.successions,
            borders=PackagedBorders(),
            clock=frame.clock,
        ),
        trace=partial(
            trace_area,
            unit_of_work=work,
            records=records,
            successions=publishing.successions,
            clock=frame.clock,
        ),
        successions=partial(
            list_successions, unit_of_work=work, successions=publishing.successions
        ),
        amend=amending.amend,
        administer=amending.administer,
        administrations=partial(
            list_administrations, unit_of_work=work, administrations=publishing.administrations
        ),
    )


def _directory(frame: Frame) -> DirectoryAbilities:
    browsing = BrowsingDirectory(
        unit_of_work=frame.unit_of_work,
        directory=PostgresDirectory(frame.unit_of_work, frame.areas),
    )
    return DirectoryAbilities(
        services=browsing.services,
        every_service=browsing.every_service,
        service=browsing.service,
        services_of=browsing.services_of,
        providers=browsing.providers,
        every_provider=browsing.every_provider,
        provider=browsing.provider,
    )


def _access(
    frame: Frame,
    accounts: Accounts,
    keeping: KeepingAccounts,
    parties: Parties,
    postings: Postings,
) -> AccountAbilities:
    """Bind what is about who may come in, and for how long."""
    work, areas = frame.unit_of_work, frame.areas
    time_and_ids = _TimeAndIds(clock=frame.clock, new_id=frame.new_id)
    links, invitations = PostgresPostingLinks(work), PostgresInvitations(work, areas)
    inviting = Inviting(
        unit_of_work=work,
        invitations=invitations,
        keeping=keeping,
        links=links,
        postings=postings,
        areas=areas,
        parties=parties,
        new_secret=token_urlsafe,
        **time_and_ids,
    )
    substituting = Substituting(
        unit_of_work=work,
        substitutions=PostgresSubstitutions(work, areas),
        accounts=accounts,
        keeping=keeping,
        areas=areas,
        parties=parties,
        **time_and_ids,
    )
    applying = Applying(
        unit_of_work=work,
        applications=PostgresApplications(work, areas),
        invitations=invitations,
        parties=parties,
        areas=areas,
        new_secret=token_urlsafe,
        **time_and_ids,
    )
    minting = MintingLinks(
        unit_of_work=work,
        links=PostgresOneTimeLinks(work, frame.outbox),
        parties=parties,
        areas=areas,
        new_secret=token_urlsafe,
        **time_and_ids,
    )
    return AccountAbilities(
        now=frame.clock.now,
        keep_time=keeping.keep_time,
        look_at_oneself=partial(look_at_oneself, unit_of_work=work, accounts=accounts, links=links),
        invite=inviting.invite,
        use_invitation=inviting.use,
        withdraw_invitation=inviting.withdraw,
        find_invitation=inviting.find,
        list_invitations=inviting.list,
        arrange_substitution=substituting.arrange,
        end_substitution=substituting.end,
        find_substitution=substituting.find,
        list_substitutions=substituting.list,
        apply=applying.apply,
        approve_application=applying.approve,
        refuse_application=applying.refuse,
        find_application=applying.find,
        follow_application=applying.follow,
        list_applications=applying.list,
        mint_link=minting.mint,
        use_link=minting.use,
        find_link=minting.find,
    )


def _contacts(frame: Frame, people: Keeping, parties: PostgresParties) -> ContactAbilities:
    work, clock, new_id = frame.unit_of_work, frame.clock, frame.new_id
    contacts = PostgresContacts(work, people, frame.areas)
    erasures = PostgresErasures(work, people, clock)
    kept = KeepingContacts(
        unit_of_work=work,
        contacts=contacts,
        parties=parties,
        areas=frame.areas,
        clock=clock,
        new_id=new_id,
    )
    return ContactAbilities(
        add=kept.add,
        describe=kept.describe,
        of_party=kept.of_party,
        search=kept.search,
        readings=kept.readings,
        read=partial(
            read_identity,
            unit_of_work=work,
            keeping=kept,
            contacts=contacts,
            clock=clock,
            new_id=new_id,
        ),
        erase=partial(
            erase_person,
            unit_of_work=work,
            keeping=kept,
            contacts=contacts,
            erasures=erasures,
            clock=clock,
        ),
        apply_erasures_again=partial(apply_erasures_again, unit_of_work=work, erasures=erasures),
        rewrap_keys=people.keys.rewrap,
        turn_key_ring=people.turn,
    )


def _standings(
    frame: Frame, parties: PostgresParties, following: Sequence[Following]
) -> StandingAbilities:
    changing = ChangingStandings(
        unit_of_work=frame.unit_of_work,
        parties=parties,
        areas=frame.areas,
        clock=frame.clock,
        following=following,
    )
    return StandingAbilities(
        approve=changing.approve,
        require_recertification=changing.require_recertification,
        merge=changing.merge,
        find_duplicates=partial(
            find_duplicates,
            unit_of_work=frame.unit_of_work,
            duplicates=PostgresDuplicates(frame.unit_of_work, frame.areas),
            parties=parties,
            areas=frame.areas,
        ),
    )


def _profiles(
    frame: Frame, parties: PostgresParties, stations: PostgresStations, postings: Postings
) -> ProfileAbilities:
    profiles = PostgresProfiles(frame.unit_of_work)
    listing = partial(list_profiles, unit_of_work=frame.unit_of_work, parties=parties)
    keeping = KeepingProfiles(
        unit_of_work=frame.unit_of_work,
        profiles=profiles,
        postings=postings,
        parties=parties,
        stations=stations,
        hours=PostgresHours(frame.unit_of_work),
        areas=frame.areas,
        education=PostgresEducation(frame.unit_of_work),
        new_id=frame.new_id,
    )
    return ProfileAbilities(
        describe_worker=keeping.describe_worker,
        describe_volunteer=keeping.describe_volunteer,
        describe_organisation=keeping.describe_organisation,
        worker=keeping.worker,
        volunteer=keeping.volunteer,
        organisation=keeping.organisation,
        list_workers=partial(listing, profiles=profiles.workers),
        list_volunteers=partial(listing, profiles=profiles.volunteers),
        list_organisations=partial(listing, profiles=profiles.organisations),
        post=keeping.post,
        end_posting=keeping.end_posting,
        list_postings_found=partial(
            list_postings,
            unit_of_work=frame.unit_of_work,
            postings=postings,
            stations=stations,
            parties=parties,
        ),
        list_postings=keeping.list_postings,
    )


def _people(settings: ServiceSettings) -> Keeping:
    assert isinstance(settings, PersonalSettings), "the registry keeps people"
    return keeping_of("registry", settings)


def _hours(frame: Frame, parties: Parties) -> VolunteerHourAbilities:
    """Bind what is about volunteers' hours."""
    work = frame.unit_of_work
    certifying = Certifying(
        unit_of_work=work,
        hours=PostgresHours(work),
        certificates=PostgresCertificates(work),
        parties=parties,
        profiles=PostgresProfiles(work),
        areas=frame.areas,
        clock=frame.clock,
        new_id=frame.new_id,
        new_number=partial(randbits, BITS_OF_NUMBER),
    )
    return VolunteerHourAbilities(
        public_url=str(getattr(frame.settings, "public_url", "")).rstrip("/"),
        note=certifying.note,
        record=certifying.record,
        list_hours=certifying.list_hours,
        certify=certifying.certify,
        find=certifying.find,
        list_certificates=certifying.list_certificates,
        revoke=certifying.revoke,
        verify=certifying.verify,
        print=print_certificate,
    )


class _TimeAndIds(TypedDict):
    clock: Clock
    new_id: Callable[[], UUID]


def _imports(frame: Frame, sheets: Sheets, seeding: Seeding) -> ImportAbilities:
    """Bind what is about files of rows."""
    work, areas = frame.unit_of_work, frame.areas
    imports = PostgresImports(work, areas)
    files = ImportingFiles(
        work=work,
        imports=imports,
        sheets=sheets,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )
    doing = Work(
        work=work,
        imports=imports,
        sheets=sheets,
        read=read,
        callers=CurrentCallers(frame.accounts),
        areas=areas,
        prefetch=areas,
        names=NamesInForce(work),
        pulse=Pulses(imports),
    )
    return ImportAbilities(files=files, work=doing, sheets=sheets, seeding=seeding)


def build(settings: Settings) -> Service:
    """Put the service together; nothing is opened before it is used."""
    people = _people(settings)
    frame = replace(build_frame("registry", settings), side_engines=(people.engine,))
    application = build_application(frame, people)
    return Service(
        name="registry",
        frame=frame,
        application=application,
        routers=(
            area_list_routes.routes,
            area_routes.routes,
            succession_routes.routes,
            coverage_routes.routes,
            station_routes.routes,
            station_change_routes.routes,
            station_record_routes.routes,
            staffing_routes.routes,
            service_routes.routes,
            party_routes.routes,
            contact_routes.routes,
            *PROFESSION_ROUTERS,
            standing_routes.routes,
            duplicate_routes.routes,
            profile_routes.routes,
            account_routes.routes,
            invitation_routes.routes,
            me_routes.routes,
            *hsds_routes.routers,
            change_routes.routes,
            substitution_routes.routes,
            application_routes.routes,
            link_routes.routes,
            import_routes.routes,
            sheet_routes.routes,
            export_routes.routes,
            certificate_routes.routes,
        ),
        handlers=reactions(application.hours),
        title="Wushe registry",
        description="Who and where: areas, stations, parties, accounts and grants.",
        background=(
            keeping_time(application.access),
            taking_stock(application.take_stock),
            Importer(application.imports.work).run,
            forgetting_old(application.imports.work),
        ),
        owns_accounts_and_areas=True,
        has_own_me=True,
        side_databases=(people.database,),
    )
