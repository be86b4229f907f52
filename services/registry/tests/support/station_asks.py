"""Requests about stations and their staffing, for the matrix of every route and everybody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from common.clearance import cleared, system
from common.grants import Scope
from common.places import AreaRef
from common.stations import FundingKind, FundingSource, StationKind
from common.vocabulary import AreaScheme, StationTier
from registry.app.application import Application
from registry.app.fund_station import FundStation
from registry.app.plan_stations import PlanStation
from registry.app.staff_stations import SetStaffingRule
from registry.domain.station import StationId
from testing.api import STREET
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from testing.api import Api

V1: Final = "/registry/v1"
STATIONS: Final = f"{V1}/stations"
RULES: Final = f"{V1}/staffing_rules"
ANYBODY: Final = Scope(sub="arranger", is_everywhere=True)
HERE: Final = AreaRef(AreaScheme.NBS, STREET)
FUNDING: Final = {
    "kind": "one_off_subsidy",
    "source": "county",
    "amount_fen": 5_000_000,
    "received_on": "2021-06-30",
}


def abilities(api: Api) -> Application:
    assert isinstance(api.service.application, Application)
    return api.service.application


async def emptied(api: Api, *tables: str) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        for table in tables:
            await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608


async def a_station(api: Api, opened_on: date | None = date(2024, 6, 18)) -> UUID:
    # Of a school, so that the street has room for several.
    command = PlanStation(
        id=None,
        tier=StationTier.STATION,
        kind=StationKind.SCHOOL,
        name="先进小学社工站",
        area=HERE,
        planned_on=date(2024, 3, 1),
        opened_on=opened_on,
    )
    with cleared(system("test")):
        return (await abilities(api).plan_station(command, ANYBODY)).thing.id


async def begin_building(api: Api) -> Ask:
    station = await a_station(api, opened_on=None)
    body = {"building_on": "2024-04-01"}
    return Ask(path=f"{STATIONS}/{station}/building", sort=Sort.EXISTING, json=body)


async def change_station(api: Api) -> Ask:
    body = {"since": "2025-03-01", "name": "先进中心小学社工站", "parent_id": None}
    return Ask(path=f"{STATIONS}/{await a_station(api)}", sort=Sort.EXISTING, json=body)


async def keep_profile(api: Api) -> Ask:
    body = {"since": "2025-03-01", "premises": {"floor_area_m2": 90}}
    return Ask(path=f"{STATIONS}/{await a_station(api)}/profile", sort=Sort.EXISTING, json=body)


async def merge_station(api: Api) -> Ask:
    body = {"into": str(await a_station(api)), "merged_on": "2025-12-31"}
    return Ask(path=f"{STATIONS}/{await a_station(api)}/merger", sort=Sort.EXISTING, json=body)


async def split_station(api: Api) -> Ask:
    part = {"name": "先进小学北校区社工站", "scheme": "nbs", "area": STREET}
    body = {"split_on": "2025-12-31", "goes_on": True, "parts": [part]}
    return Ask(path=f"{STATIONS}/{await a_station(api)}/split", sort=Sort.EXISTING, json=body)


async def show_history(api: Api) -> Ask:
    return Ask(path=f"{STATIONS}/{await a_station(api)}/history", sort=Sort.EXISTING)


async def enter_funding(api: Api) -> Ask:
    path = f"{STATIONS}/{await a_station(api)}/fundings"
    return Ask(path=path, sort=Sort.EXISTING, json=FUNDING)


async def list_fundings(api: Api) -> Ask:
    return Ask(path=f"{STATIONS}/{await a_station(api)}/fundings", sort=Sort.EXISTING)


async def cancel_funding(api: Api) -> Ask:
    station = StationId(await a_station(api))
    command = FundStation(
        station_id=station,
        id=None,
        kind=FundingKind.INVESTMENT,
        source=FundingSource.COUNTY,
        amount_fen=1,
        received_on=date(2024, 3, 1),
    )
    with cleared(system("test")):
        entry = await abilities(api).stations.fund(command, ANYBODY)
    path = f"{STATIONS}/{station}/fundings/{entry.funding.id}/cancellation"
    body = {"cancelled_on": "2024-03-02", "reason": "mistaken"}
    return Ask(path=path, sort=Sort.EXISTING, json=body)


async def state_headcount(api: Api) -> Ask:
    path = f"{STATIONS}/{await a_station(api)}/headcounts/2025-01-01"
    body = {"full_time": 3, "part_time": 1, "certified": 2}
    return Ask(path=path, sort=Sort.EXISTING, json=body)


async def judge_staffing(api: Api) -> Ask:
    return Ask(path=f"{STATIONS}/{await a_station(api)}/staffing", sort=Sort.EXISTING)


async def set_rule(api: Api) -> Ask:
    await emptied(api, "staffing_rule")
    body = {
        "tier": "station",
        "scheme": "nbs",
        "area": STREET,
        "min_full_time": 3,
        "valid_from": "2021-01-01",
    }
    return Ask(path=RULES, sort=Sort.CREATION, json=body)


async def a_rule(api: Api) -> UUID:
    await emptied(api, "staffing_rule")
    command = SetStaffingRule(
        id=None,
        tier=StationTier.STATION,
        area=HERE,
        min_full_time=3,
        min_certified=0,
        valid_from=date(2021, 1, 1),
    )
    with cleared(system("test")):
        return (await abilities(api).stations.set_staffing_rule(command, ANYBODY)).thing.id


async def list_rules(api: Api) -> Ask:
    return Ask(path=RULES, sort=Sort.LISTING, mentions=str(await a_rule(api)))


async def end_rule(api: Api) -> Ask:
    path = f"{RULES}/{await a_rule(api)}/end"
    return Ask(path=path, sort=Sort.EXISTING, json={"valid_until": "2025-12-31"})


ABOUT_STATIONS: Final[Mapping[str, Arrange]] = {
    f"POST {STATIONS}/{{station_id}}/building": begin_building,
    f"PATCH {STATIONS}/{{station_id}}": change_station,
    f"PATCH {STATIONS}/{{station_id}}/profile": keep_profile,
    f"POST {STATIONS}/{{station_id}}/merger": merge_station,
    f"POST {STATIONS}/{{station_id}}/split": split_station,
    f"GET {STATIONS}/{{station_id}}/history": show_history,
    f"POST {STATIONS}/{{station_id}}/fundings": enter_funding,
    f"GET {STATIONS}/{{station_id}}/fundings": list_fundings,
    f"POST {STATIONS}/{{station_id}}/fundings/{{funding_id}}/cancellation": cancel_funding,
    f"PUT {STATIONS}/{{station_id}}/headcounts/{{counted_on}}": state_headcount,
    f"GET {STATIONS}/{{station_id}}/staffing": judge_staffing,
    f"POST {RULES}": set_rule,
    f"GET {RULES}": list_rules,
    f"POST {RULES}/{{rule_id}}/end": end_rule,
}
