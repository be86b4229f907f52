"""The composition root: the one module that knows every class."""

from __future__ import annotations

from functools import partial
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from common.frame import Frame, build_frame
from common.messaging.handlers import Handlers
from common.service import Service
from registry.adapters.ndjson import digest_of
from registry.adapters.postgres.accounts import PostgresAccounts
from registry.adapters.postgres.area_lists import PostgresAreaLists
from registry.adapters.postgres.directory import PostgresDirectory
from registry.adapters.postgres.invitations import PostgresInvitations
from registry.adapters.postgres.parties import PostgresParties
from registry.adapters.postgres.posting_links import PostgresPostingLinks
from registry.adapters.postgres.stations import PostgresStations
from registry.adapters.townships import PackagedTownships
from registry.app.account_abilities import AccountAbilities
from registry.app.application import Application
from registry.app.browse_directory import BrowsingDirectory
from registry.app.close_station import close_station
from registry.app.creations import alone
from registry.app.directory_abilities import DirectoryAbilities
from registry.app.fetch_area_list import fetch_area_list
from registry.app.find_areas import find_area, find_area_list, list_area_lists, list_areas
from registry.app.find_parties import find_party, list_parties
from registry.app.find_stations import find_station, list_stations
from registry.app.grant_roles import GrantingRoles
from registry.app.import_areas import import_areas
from registry.app.invite import Inviting
from registry.app.keep_accounts import KeepingAccounts
from registry.app.look_at_oneself import look_at_oneself
from registry.app.open_station import open_station
from registry.app.plan_stations import plan_stations
from registry.app.register_parties import register_parties
from registry.app.suspend_party import suspend_party
from registry.app.vet_party import vet_party
from registry.entrypoints.http import accounts as account_routes
from registry.entrypoints.http import areas as area_routes
from registry.entrypoints.http import hsds as hsds_routes
from registry.entrypoints.http import invitations as invitation_routes
from registry.entrypoints.http import me as me_routes
from registry.entrypoints.http import parties as party_routes
from registry.entrypoints.http import stations as station_routes
from registry.entrypoints.timekeeping import keeping_time

if TYPE_CHECKING:
    from registry.app.ports.accounts import Accounts
    from registry.app.ports.parties import Parties
    from registry.settings import Settings


def build_application(frame: Frame) -> Application:
    """Bind every ability to the database, the clock and the list of areas in this package."""
    work, areas, clock, new_id = frame.unit_of_work, frame.areas, frame.clock, frame.new_id
    stations = PostgresStations(work, frame.outbox, areas)
    parties = PostgresParties(work, frame.outbox, areas)
    accounts = PostgresAccounts(work, frame.outbox)
    keeping = KeepingAccounts(unit_of_work=work, accounts=accounts, clock=clock, new_id=new_id)
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
    return Application(
        plan_station=alone(plan),
        plan_stations=plan,
        open_station=partial(
            open_station, unit_of_work=work, stations=stations, areas=areas, clock=clock
        ),
        close_station=partial(
            close_station, unit_of_work=work, stations=stations, areas=areas, clock=clock
        ),
        find_station=partial(find_station, unit_of_work=work, stations=stations, areas=areas),
        list_stations=partial(list_stations, unit_of_work=work, stations=stations),
        register_party=alone(register),
        register_parties=register,
        vet_party=partial(vet_party, unit_of_work=work, parties=parties, areas=areas, clock=clock),
        suspend_party=partial(
            suspend_party, unit_of_work=work, parties=parties, areas=areas, clock=clock
        ),
        find_party=partial(find_party, unit_of_work=work, parties=parties, areas=areas),
        list_parties=partial(list_parties, unit_of_work=work, parties=parties),
        grant_roles=granting.replace,
        add_grant=granting.add,
        find_account=granting.find,
        access=_access(frame, accounts, keeping, parties),
        import_areas=partial(
            import_areas,
            unit_of_work=work,
            lists=lists,
            townships=PackagedTownships(),
            digest=digest_of,
            clock=clock,
        ),
        fetch_area_list=partial(fetch_area_list, unit_of_work=work, lists=lists),
        find_area_list=partial(find_area_list, unit_of_work=work, lists=lists),
        list_area_lists=partial(list_area_lists, unit_of_work=work, lists=lists),
        find_area=partial(find_area, unit_of_work=work, lists=lists),
        list_areas=partial(list_areas, unit_of_work=work, lists=lists),
        directory=_directory(frame),
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
    frame: Frame, accounts: Accounts, keeping: KeepingAccounts, parties: Parties
) -> AccountAbilities:
    """Bind what is about who may come in, and for how long."""
    work = frame.unit_of_work
    links = PostgresPostingLinks(work)
    inviting = Inviting(
        unit_of_work=work,
        invitations=PostgresInvitations(work, frame.areas),
        keeping=keeping,
        links=links,
        areas=frame.areas,
        parties=parties,
        clock=frame.clock,
        new_id=frame.new_id,
        new_secret=token_urlsafe,
    )
    return AccountAbilities(
        invite=inviting.invite,
        use_invitation=inviting.use,
        withdraw_invitation=inviting.withdraw,
        find_invitation=inviting.find,
        list_invitations=inviting.list,
        now=frame.clock.now,
        look_at_oneself=partial(look_at_oneself, unit_of_work=work, accounts=accounts, links=links),
        keep_time=keeping.keep_time,
    )


def build(settings: Settings) -> Service:
    """Put the service together; nothing is opened before it is used."""
    frame = build_frame("registry", settings)
    application = build_application(frame)
    return Service(
        name="registry",
        frame=frame,
        application=application,
        routers=(
            area_routes.routes,
            station_routes.routes,
            party_routes.routes,
            account_routes.routes,
            invitation_routes.routes,
            me_routes.routes,
            *hsds_routes.routers,
        ),
        handlers=Handlers(),
        title="Wushe registry",
        description="Who and where: areas, stations, parties, accounts and grants.",
        background=(keeping_time(application.access),),
        owns_accounts_and_areas=True,
        has_own_me=True,
    )
