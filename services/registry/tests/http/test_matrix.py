"""Every route, every role, and where the caller stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from access_asks import ABOUT_ACCESS
from area_requests import ABOUT_AREAS
from hour_asks import ABOUT_HOURS
from import_asks import IMPORTS
from people_asks import PEOPLE
from profession_asks import ABOUT_THE_PROFESSION
from service_asks import ABOUT_SERVICES
from sheet_asks import EXPORTS
from sqlalchemy import text
from station_asks import ABOUT_STATIONS
from tenure_asks import ABOUT_TENURES
from training_asks import ABOUT_TRAININGS

from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society, StationTier
from registry.app.application import Application
from registry.app.plan_stations import PlanStation
from registry.app.register_parties import RegisterParty
from testing.api import STREET
from testing.matrix import BY_WHOM, THING_ORG, Arrange, Ask, Sort, try_matrix
from testing.unchecked import try_unchecked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api

V1: Final = "/registry/v1"
ANYBODY: Final = Scope(sub="arranger", is_everywhere=True)
STATION: Final = {
    "tier": "station",
    "name": "先进街道社工站",
    "scheme": "nbs",
    "area": STREET,
    "planned_on": "2024-03-01",
}
PARTY: Final = {
    "society": "volunteer",
    "public_name": "先进街道周末陪伴志愿服务队",
    "is_person": False,
    "scheme": "nbs",
    "area": STREET,
}


def abilities(api: Api) -> Application:
    assert isinstance(api.service.application, Application)
    return api.service.application


async def cleared(api: Api, table: str) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608


async def a_station(api: Api, *, opened_on: date | None = None) -> str:
    await cleared(api, "station")
    command = PlanStation(
        id=None,
        tier=StationTier.STATION,
        name="先进街道社工站",
        area=AreaRef(AreaScheme.NBS, STREET),
        planned_on=date(2024, 3, 1),
        opened_on=opened_on,
    )
    return f"{V1}/stations/{(await abilities(api).plan_station(command, ANYBODY)).thing.id}"


async def own_party(api: Api) -> str:
    await cleared(api, "party")
    command = RegisterParty(
        id=THING_ORG,
        society=Society.VOLUNTEER,
        public_name="先进街道周末陪伴志愿服务队",
        is_person=False,
        area=AreaRef(AreaScheme.NBS, STREET),
    )
    return f"{V1}/parties/{(await abilities(api).register_party(command, ANYBODY)).thing.id}"


async def plan_station(_api: Api) -> Ask:
    return Ask(path=f"{V1}/stations", sort=Sort.CREATION, json=STATION)


async def plan_stations(_api: Api) -> Ask:
    # A batch is answered item by item: the item is made just when it is within the scope.
    return Ask(
        path=f"{V1}/stations/batch",
        sort=Sort.LISTING,
        json={"stations": [STATION]},
        mentions='"status":201',
    )


async def list_stations(api: Api) -> Ask:
    path = await a_station(api)
    return Ask(path=f"{V1}/stations", sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def export_stations(api: Api) -> Ask:
    path = await a_station(api)
    return Ask(
        path=f"{V1}/exports/stations.csv", sort=Sort.LISTING, mentions=path.rpartition("/")[2]
    )


async def export_parties(api: Api) -> Ask:
    await own_party(api)
    return Ask(path=f"{V1}/exports/parties.csv", sort=Sort.LISTING, mentions=str(THING_ORG))


async def follow_changes(api: Api) -> Ask:
    # What was arranged for other routes was deleted, which nothing but these tests does.
    await cleared(api, "change")
    path = await a_station(api)
    # All that other rows of the matrix have left is told before.
    everything = f"{V1}/changes?limit=1000"
    return Ask(path=everything, sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def show_station(api: Api) -> Ask:
    return Ask(path=await a_station(api), sort=Sort.EXISTING)


async def open_station(api: Api) -> Ask:
    path = await a_station(api)
    return Ask(path=f"{path}/opening", sort=Sort.EXISTING, json={"opened_on": "2024-06-18"})


async def close_station(api: Api) -> Ask:
    path = await a_station(api, opened_on=date(2024, 6, 18))
    body = {"closed_on": "2025-01-31", "reason": "merged"}
    return Ask(path=f"{path}/closure", sort=Sort.EXISTING, json=body)


async def register_party(_api: Api) -> Ask:
    return Ask(path=f"{V1}/parties", sort=Sort.CREATION, json=PARTY)


async def register_parties(_api: Api) -> Ask:
    return Ask(
        path=f"{V1}/parties/batch",
        sort=Sort.LISTING,
        json={"parties": [PARTY]},
        mentions='"status":201',
    )


async def list_parties(api: Api) -> Ask:
    await own_party(api)
    return Ask(path=f"{V1}/parties", sort=Sort.LISTING, mentions=str(THING_ORG))


async def show_party(api: Api) -> Ask:
    return Ask(path=await own_party(api), sort=Sort.EXISTING)


async def vet_party(api: Api) -> Ask:
    body = {"vetted_on": "2025-02-20", "valid_until": "2099-02-19"}
    return Ask(path=f"{await own_party(api)}/vetting", sort=Sort.EXISTING, json=body)


async def suspend_party(api: Api) -> Ask:
    body = {"suspended_on": "2025-03-01", "reason": "complaint"}
    return Ask(path=f"{await own_party(api)}/suspension", sort=Sort.EXISTING, json=body)


async def grant_roles(_api: Api) -> Ask:
    return Ask(
        path=f"{V1}/accounts/{uuid4()}",
        sort=Sort.EXISTING,
        json={"grants": [{"role": "station_worker", "scheme": "nbs", "area": STREET}]},
    )


async def show_account(api: Api) -> Ask:
    await api.put_account("somebody", [])
    return Ask(path=f"{V1}/accounts/somebody", sort=Sort.EXISTING)


ARRANGED: Final[Mapping[str, Arrange]] = {
    f"POST {V1}/stations": plan_station,
    f"POST {V1}/stations/batch": plan_stations,
    f"GET {V1}/stations": list_stations,
    f"GET {V1}/stations/{{station_id}}": show_station,
    f"POST {V1}/stations/{{station_id}}/opening": open_station,
    f"POST {V1}/stations/{{station_id}}/closure": close_station,
    f"POST {V1}/parties": register_party,
    f"POST {V1}/parties/batch": register_parties,
    f"GET {V1}/parties": list_parties,
    f"GET {V1}/parties/{{party_id}}": show_party,
    f"POST {V1}/parties/{{party_id}}/vetting": vet_party,
    f"POST {V1}/parties/{{party_id}}/suspension": suspend_party,
    f"PUT {V1}/accounts/{{sub}}": grant_roles,
    f"GET {V1}/accounts/{{sub}}": show_account,
    **ABOUT_ACCESS,
    **ABOUT_HOURS,
    **PEOPLE,
    **EXPORTS,
    **ABOUT_AREAS,
    **ABOUT_THE_PROFESSION,
    f"GET {V1}/changes": follow_changes,
    **ABOUT_TRAININGS,
    **ABOUT_TENURES,
    f"GET {V1}/exports/stations.{{form}}": export_stations,
    f"GET {V1}/exports/parties.{{form}}": export_parties,
    **IMPORTS,
    **ABOUT_STATIONS,
    **ABOUT_SERVICES,
}


@BY_WHOM
async def test_every_route_answers_every_role_from_everywhere_as_declared(
    client: Api, *, is_whole: bool
) -> None:
    tried = await try_matrix(client, ARRANGED, is_whole=is_whole)

    assert tried.failures == []
    print(f"{tried.cells} cells of registry")  # noqa: T201  # The figure that SECURITY.md tells.


async def test_s4_the_database_alone_keeps_what_is_foreign(client: Api) -> None:

    tried = await try_unchecked(client, ARRANGED)

    assert tried.failures == []
    assert tried.cells > 100
