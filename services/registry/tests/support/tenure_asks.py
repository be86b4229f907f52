"""Requests about experts and talents, for the matrix of every route."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from profession_asks import ANYBODY, PLACE, V1, a_party, a_station, abilities, emptied

from common.clearance import cleared, system
from common.vocabulary import Society
from registry.app.keep_engagements import EngageExpert
from registry.app.keep_experts import AppointExpert
from registry.app.keep_talent_plans import BeginTalentPlan
from registry.app.keep_talent_stations import BeginTalentStation
from registry.app.keep_talents import TakeTalent
from registry.domain.engagement import EngagementKind
from registry.domain.expert import ExpertField
from registry.domain.term import Term
from testing.api import STREET
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from testing.api import Api

EXPERTS: Final = f"{V1}/experts"
ENGAGEMENTS: Final = f"{V1}/engagements"
STATIONS: Final = f"{V1}/talent_stations"
PLANS: Final = f"{V1}/talent_plans"
TALENTS: Final = f"{V1}/talents"
TERM: Final = Term(begins_on=date(2024, 1, 1), ends_on=date(2025, 12, 31))
DAYS: Final = {"begins_on": "2024-01-01", "ends_on": "2025-12-31"}
ENDING: Final = {"ended_on": "2024-12-31"}


async def a_person(api: Api) -> UUID:
    return await a_party(api, society=Society.SOCIAL_WORKER, is_person=True)


async def an_expert(api: Api) -> UUID:
    await emptied(api, "engagement", "expert", "party")
    command = AppointExpert(
        id=None, party=await a_person(api), fields=(ExpertField.LAW,), area=PLACE, term=TERM
    )
    with cleared(system("test")):
        return (await abilities(api).profession.experts.appoint(command, ANYBODY)).thing.id


async def appoint_expert(api: Api) -> Ask:
    await emptied(api, "engagement", "expert", "party")
    body = {"party_id": str(await a_person(api)), "fields": ["law"], "scheme": "nbs"}
    return Ask(path=EXPERTS, sort=Sort.CREATION, json=body | DAYS | {"area": STREET})


async def list_experts(api: Api) -> Ask:
    return Ask(path=EXPERTS, sort=Sort.LISTING, mentions=str(await an_expert(api)))


async def show_expert(api: Api) -> Ask:
    return Ask(path=f"{EXPERTS}/{await an_expert(api)}", sort=Sort.EXISTING)


async def end_expert(api: Api) -> Ask:
    return Ask(path=f"{EXPERTS}/{await an_expert(api)}/end", sort=Sort.EXISTING, json=ENDING)


async def to_engage(api: Api) -> EngageExpert:
    expert = await an_expert(api)
    station = await a_station(api)
    kind = EngagementKind.SUPERVISION
    return EngageExpert(id=None, expert=expert, kind=kind, station=station, term=TERM)


async def an_engagement(api: Api) -> UUID:
    command = await to_engage(api)
    with cleared(system("test")):
        return (await abilities(api).profession.engagements.engage(command, ANYBODY)).thing.id


async def engage_expert(api: Api) -> Ask:
    command = await to_engage(api)
    body = {"expert_id": str(command.expert), "kind": "supervision"}
    # Expert and station have to be seen, and what is not does not exist.
    return Ask(
        path=ENGAGEMENTS,
        sort=Sort.EXISTING,
        json=body | DAYS | {"station_id": str(command.station)},
    )


async def list_engagements(api: Api) -> Ask:
    return Ask(path=ENGAGEMENTS, sort=Sort.LISTING, mentions=str(await an_engagement(api)))


async def show_engagement(api: Api) -> Ask:
    return Ask(path=f"{ENGAGEMENTS}/{await an_engagement(api)}", sort=Sort.EXISTING)


async def end_engagement(api: Api) -> Ask:
    path = f"{ENGAGEMENTS}/{await an_engagement(api)}/end"
    return Ask(path=path, sort=Sort.EXISTING, json=ENDING)


async def a_host(api: Api) -> UUID:
    await emptied(api, "talent", "talent_plan", "talent_station", "party")
    return await a_party(api, society=Society.SOCIAL_ORGANISATION)


async def a_talent_station(api: Api) -> UUID:
    host = await a_host(api)
    command = BeginTalentStation(id=None, name="人才工作站", host=host, area=PLACE, term=TERM)
    with cleared(system("test")):
        return (await abilities(api).profession.talent_stations.begin(command, ANYBODY)).thing.id


async def begin_talent_station(api: Api) -> Ask:
    body = {"name": "人才工作站", "host_id": str(await a_host(api)), "scheme": "nbs"}
    return Ask(path=STATIONS, sort=Sort.CREATION, json=body | DAYS | {"area": STREET})


async def list_talent_stations(api: Api) -> Ask:
    return Ask(path=STATIONS, sort=Sort.LISTING, mentions=str(await a_talent_station(api)))


async def show_talent_station(api: Api) -> Ask:
    return Ask(path=f"{STATIONS}/{await a_talent_station(api)}", sort=Sort.EXISTING)


async def end_talent_station(api: Api) -> Ask:
    path = f"{STATIONS}/{await a_talent_station(api)}/end"
    return Ask(path=path, sort=Sort.EXISTING, json=ENDING)


async def a_plan(api: Api) -> UUID:
    station = await a_talent_station(api)
    command = BeginTalentPlan(id=None, name="菁英计划", station=station, term=TERM)
    with cleared(system("test")):
        return (await abilities(api).profession.talent_plans.begin(command, ANYBODY)).thing.id


async def begin_talent_plan(api: Api) -> Ask:
    body = {"name": "菁英计划", "talent_station_id": str(await a_talent_station(api))}
    return Ask(path=PLANS, sort=Sort.EXISTING, json=body | DAYS)


async def list_talent_plans(api: Api) -> Ask:
    return Ask(path=PLANS, sort=Sort.LISTING, mentions=str(await a_plan(api)))


async def show_talent_plan(api: Api) -> Ask:
    return Ask(path=f"{PLANS}/{await a_plan(api)}", sort=Sort.EXISTING)


async def end_talent_plan(api: Api) -> Ask:
    return Ask(path=f"{PLANS}/{await a_plan(api)}/end", sort=Sort.EXISTING, json=ENDING)


async def a_talent(api: Api) -> UUID:
    plan = await a_plan(api)
    command = TakeTalent(id=None, plan=plan, party=await a_person(api), term=TERM)
    with cleared(system("test")):
        return (await abilities(api).profession.talents.take(command, ANYBODY)).thing.id


async def take_talent(api: Api) -> Ask:
    body = {"talent_plan_id": str(await a_plan(api)), "party_id": str(await a_person(api))}
    return Ask(path=TALENTS, sort=Sort.EXISTING, json=body | DAYS)


async def list_talents(api: Api) -> Ask:
    return Ask(path=TALENTS, sort=Sort.LISTING, mentions=str(await a_talent(api)))


async def show_talent(api: Api) -> Ask:
    return Ask(path=f"{TALENTS}/{await a_talent(api)}", sort=Sort.EXISTING)


async def end_talent(api: Api) -> Ask:
    return Ask(path=f"{TALENTS}/{await a_talent(api)}/end", sort=Sort.EXISTING, json=ENDING)


ABOUT_TENURES: Final[Mapping[str, Arrange]] = {
    f"POST {EXPERTS}": appoint_expert,
    f"GET {EXPERTS}": list_experts,
    f"GET {EXPERTS}/{{expert_id}}": show_expert,
    f"POST {EXPERTS}/{{expert_id}}/end": end_expert,
    f"POST {ENGAGEMENTS}": engage_expert,
    f"GET {ENGAGEMENTS}": list_engagements,
    f"GET {ENGAGEMENTS}/{{engagement_id}}": show_engagement,
    f"POST {ENGAGEMENTS}/{{engagement_id}}/end": end_engagement,
    f"POST {STATIONS}": begin_talent_station,
    f"GET {STATIONS}": list_talent_stations,
    f"GET {STATIONS}/{{talent_station_id}}": show_talent_station,
    f"POST {STATIONS}/{{talent_station_id}}/end": end_talent_station,
    f"POST {PLANS}": begin_talent_plan,
    f"GET {PLANS}": list_talent_plans,
    f"GET {PLANS}/{{talent_plan_id}}": show_talent_plan,
    f"POST {PLANS}/{{talent_plan_id}}/end": end_talent_plan,
    f"POST {TALENTS}": take_talent,
    f"GET {TALENTS}": list_talents,
    f"GET {TALENTS}/{{talent_id}}": show_talent,
    f"POST {TALENTS}/{{talent_id}}/end": end_talent,
}
