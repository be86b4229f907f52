"""Requests about the service list, for the matrix of every route and everybody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from station_asks import ANYBODY, HERE, abilities, emptied

from common.clearance import cleared, system
from common.service_list import CapacityPeriod, ServicePlace
from common.vocabulary import ServiceCode, Society, Unit
from registry.app.list_services import ListService
from registry.app.register_parties import RegisterParty
from registry.domain.service_entry import Offering, Provider
from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from testing.api import Api

SERVICES: Final = "/registry/v1/services"
ENTRIES: Final = "/registry/v1/service_entries"
MEALS: Final[dict[str, Any]] = {
    "service": "meal_delivery",
    "title_zh": "助餐送餐上门",
    "capacity": 20,
    "unit": "person_time",
    "period": "day",
    "cost": "free",
    "given": "at_home",
    "offered_from": "2025-01-01",
}


async def a_provider(api: Api) -> None:
    await emptied(api, "service_site", "service_entry", "party")
    command = RegisterParty(
        id=THING_ORG,
        society=Society.SOCIAL_ORGANISATION,
        public_name="先进街道助老服务中心",
        is_person=False,
        area=HERE,
    )
    with cleared(system("test")):
        await abilities(api).register_party(command, ANYBODY)


async def an_entry(api: Api) -> UUID:
    await a_provider(api)
    offering = Offering(
        service=ServiceCode.MEAL_DELIVERY,
        title_zh="助餐送餐上门",
        capacity=20,
        unit=Unit.PERSON_TIME,
        period=CapacityPeriod.DAY,
        given=ServicePlace.AT_HOME,
        offered_from=date(2025, 1, 1),
    )
    command = ListService(id=None, provider=Provider(party=THING_ORG), offering=offering)
    with cleared(system("test")):
        return (await abilities(api).services.add(command, ANYBODY)).thing.id


async def list_service(api: Api) -> Ask:
    await a_provider(api)
    body = {"party_id": str(THING_ORG), **MEALS}
    return Ask(path=ENTRIES, sort=Sort.CREATION, json=body)


async def list_entries(api: Api) -> Ask:
    return Ask(path=ENTRIES, sort=Sort.LISTING, mentions=str(await an_entry(api)))


async def show_entry(api: Api) -> Ask:
    return Ask(path=f"{ENTRIES}/{await an_entry(api)}", sort=Sort.EXISTING)


async def revise_entry(api: Api) -> Ask:
    body = {**MEALS, "capacity": 30}
    return Ask(path=f"{ENTRIES}/{await an_entry(api)}", sort=Sort.EXISTING, json=body)


async def verify_entry(api: Api) -> Ask:
    path = f"{ENTRIES}/{await an_entry(api)}/verification"
    return Ask(path=path, sort=Sort.EXISTING, json={"verified_on": "2025-06-30"})


async def withdraw_entry(api: Api) -> Ask:
    path = f"{ENTRIES}/{await an_entry(api)}/withdrawal"
    return Ask(path=path, sort=Sort.EXISTING, json={"withdrawn_on": "2025-06-30"})


async def show_services(api: Api) -> Ask:
    return Ask(path=SERVICES, sort=Sort.LISTING, mentions=str(await an_entry(api)))


async def show_service(api: Api) -> Ask:
    return Ask(path=f"{SERVICES}/{await an_entry(api)}", sort=Sort.EXISTING)


ABOUT_SERVICES: Final[Mapping[str, Arrange]] = {
    f"POST {ENTRIES}": list_service,
    f"GET {ENTRIES}": list_entries,
    f"GET {ENTRIES}/{{entry_id}}": show_entry,
    f"PUT {ENTRIES}/{{entry_id}}": revise_entry,
    f"POST {ENTRIES}/{{entry_id}}/verification": verify_entry,
    f"POST {ENTRIES}/{{entry_id}}/withdrawal": withdraw_entry,
    f"GET {SERVICES}": show_services,
    f"GET {SERVICES}/{{entry_id}}": show_service,
}
