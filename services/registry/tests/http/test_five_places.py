"""What five places keep about their stations, entered through the API on their real areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from station_calls import STATIONS

from common.clearance import cleared, system
from registry.app.application import Application
from registry.app.import_areas import ImportAreas

if TYPE_CHECKING:
    from testing.api import Api

BUILT = {"planned_on": "2020-01-01", "opened_on": "2021-06-30"}
SINCE = "2023-03-21"


async def areas_of(api: Api, within: str) -> None:
    """Put the real areas of a place in force."""
    assert isinstance(api.service.application, Application)
    with cleared(system("test")):
        await api.service.application.import_areas(ImportAreas(within=within))


async def formal_townships(api: Api, within: str) -> list[tuple[str, str]]:
    wanted = text("""
        select code, name from area
        where level = 'township' and is_formal and ancestors @> array[:within] order by code
    """)
    async with api.frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(wanted, {"within": within})
        return [(row.code, row.name) for row in found]


def a_station(area: str, name: str, **other: object) -> dict[str, Any]:
    return {"tier": "station", "name": name, "scheme": "nbs", "area": area, **BUILT, **other}


async def planned(admin: Api, stations: list[dict[str, Any]]) -> list[str]:
    answer = await admin.post(f"{STATIONS}/batch", json={"stations": stations})
    items = answer.json()["items"]
    assert [item for item in items if item["status"] != 201] == []
    return [item["id"] for item in items]


async def one(admin: Api, area: str, name: str, **other: object) -> dict[str, Any]:
    answer = await admin.post(STATIONS, json=a_station(area, name, **other))
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def kept(admin: Api, station: str, **profile: object) -> dict[str, Any]:
    body = {"since": SINCE, **profile}
    answer = await admin.patch(f"{STATIONS}/{station}/profile", json=body)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def counted(admin: Api, **wanted: object) -> int:
    params: dict[str, Any] = {"limit": 200, **wanted}
    total = 0
    while True:
        page = (await admin.get(STATIONS, params=params)).json()
        total += len(page["items"])
        if page["next"] is None:
            return total
        params["cursor"] = page["next"]


async def test_guizhou_four_tiers_hang_together(admin: Api) -> None:
    await areas_of(admin, "5227")
    centre = await one(admin, "5227", "黔南州社会工作指导中心", tier="city_centre")
    general = await one(
        admin, "522702", "福泉市社工总站", tier="general_station", parent_id=centre["id"]
    )
    townships = await formal_townships(admin, "522702")
    stations = await planned(
        admin,
        [
            a_station(code, f"{name}社会工作和志愿服务站", parent_id=general["id"])
            for code, name in townships
        ],
    )
    rooms = await planned(
        admin,
        [
            a_station(code, f"第{number}社工室", tier="room", parent_id=station)
            for (code, _), station in zip(townships, stations, strict=True)
            for number in (1, 2)
        ],
    )

    assert len(townships) == 8
    assert await counted(admin, parent_id=general["id"], status="open") == 8
    assert await counted(admin, within="522702", tier="room") == len(rooms) == 16
    assert general["parent_id"] == centre["id"]


async def test_linyi_schools_enterprises_and_hospitals_beside_156_townships(admin: Api) -> None:
    await areas_of(admin, "3713")
    townships = await formal_townships(admin, "3713")
    stations = await planned(admin, [a_station(code, f"{name}社工站") for code, name in townships])
    rooms = [
        a_station(code, f"{name}第{number}社区社工室", tier="room", parent_id=station)
        for (code, name), station in zip(townships, stations, strict=True)
        for number in (1, 2, 3)
    ]
    await planned(admin, rooms[:390])
    street = townships[0][0]
    await planned(
        admin,
        [
            a_station(street, "第一小学社工站", kind="school"),
            a_station(street, "实验中学社工站", kind="school"),
            a_station(street, "商城社工站", kind="enterprise"),
            a_station("371302", "人民医院社工站", kind="hospital"),
            a_station("371302", "中医医院社工站", kind="hospital"),
        ],
    )

    assert await counted(admin, tier="station", kind="community", status="open") == 156
    assert await counted(admin, tier="room") == 390
    assert [await counted(admin, kind=kind) for kind in ("school", "enterprise", "hospital")] == [
        2,
        1,
        2,
    ]


async def test_ningbo_rooms_modes_staffing_and_one_off_subsidies(admin: Api) -> None:
    await areas_of(admin, "3302")
    agency = {
        "society": "social_organisation",
        "public_name": "宁波市海曙区社会工作协会",
        "is_person": False,
        "scheme": "nbs",
        "area": "330203",
    }
    operator = (await admin.post("/registry/v1/parties", json=agency)).json()["id"]
    rule = {
        "tier": "station",
        "scheme": "nbs",
        "area": "3302",
        "min_full_time": 3,
        "valid_from": "2021-01-01",
    }
    assert (await admin.post("/registry/v1/staffing_rules", json=rule)).status_code == 201
    townships = await formal_townships(admin, "3302")
    stations = await planned(
        admin, [a_station(code, f"{name}社工站") for code, name in townships[:3]]
    )
    modes = [
        {"mode": "entrusted", "operator_id": operator},
        {"mode": "added_posts"},
        {"mode": "mixed_hiring", "county_hired": 1, "own_hired": 2},
    ]
    kinds = ["office", "case_room", "group_room", "multi_purpose", "archive"]
    subsidy = {
        "kind": "one_off_subsidy",
        "source": "prefecture",
        "amount_fen": 50_000 * 100,
        "received_on": "2021-12-31",
    }
    for station, mode, people in zip(stations, modes, (3, 2, 3), strict=True):
        path = f"{STATIONS}/{station}"
        await admin.patch(path, json={"since": SINCE, "operating": mode})
        await admin.post(f"{path}/fundings", json=subsidy)
        count = {"full_time": people, "part_time": 1, "certified": 2}
        await admin.put(f"{path}/headcounts/{SINCE}", json=count)
    view = await kept(
        admin,
        stations[0],
        premises={
            "floor_area_m2": 200,
            "rooms": [{"kind": kind, "floor_area_m2": 32.5} for kind in kinds],
            "shared_with": [
                {"kind": "party_service", "name": "丹东街道党群服务中心"},
                {"kind": "minors_protection", "name": "丹东街道未成年人保护工作站"},
            ],
        },
        projects=[
            {"kind": kind, "title": title, "began_on": "2022-01-01"}
            for kind, title in (
                ("vulnerable", "幸福来敲门"),
                ("feature", "邻舍家"),
                ("feature", "馨心志愿行"),
                ("talent", "文鼎班"),
            )
        ],
    )

    assert [room["kind_label"] for room in view["rooms"]] == [
        "办公室",
        "个案室",
        "小组活动室",
        "多功能室",
        "档案室",
    ]
    assert (view["project_pattern"], len(view["shared_with"])) == ("1+2+1", 2)
    found = [(await admin.get(f"{STATIONS}/{each}/staffing")).json() for each in stations]
    assert [(each["verdict"], each["short_of_full_time"]) for each in found] == [
        ("met", 0),
        ("not_met", 1),
        ("met", 0),
    ]
    assert [await counted(admin, operating_mode=mode["mode"]) for mode in modes] == [1, 1, 1]
    assert await counted(admin, operator_id=operator) == 1


async def test_dalian_floor_areas_and_investments_add_up_to_the_fen(admin: Api) -> None:
    await areas_of(admin, "2102")
    townships = await formal_townships(admin, "2102")
    stations = await planned(admin, [a_station(code, f"{name}社工站") for code, name in townships])
    for station in stations[:7]:
        await kept(admin, station, premises={"floor_area_m2": 89.93})
        money = {
            "kind": "investment",
            "source": "county",
            "amount_fen": 16_125_637,
            "received_on": "2022-12-31",
        }
        answer = await admin.post(f"{STATIONS}/{station}/fundings", json=money)
        assert answer.status_code == 201, answer.text

    assert len(stations) == 149
    sums = text("""
        select sum(floor_area)::text as square_metres, (
            select sum(amount_fen) from station_funding where cancelled_on is null
        )::bigint as fen from station
    """)
    async with admin.frame.unit_of_work.transaction() as session:
        row = (await (await session.connection()).execute(sums)).one()
    assert (row.square_metres, row.fen) == ("629.51", 7 * 16_125_637)


async def test_jiyang_brands_and_lists_of_services(admin: Api) -> None:
    await areas_of(admin, "370115")
    general = await one(admin, "370115", "济阳区社工总站", tier="general_station")
    townships = await formal_townships(admin, "370115")
    stations = await planned(
        admin,
        [a_station(code, f"{name}社工站", parent_id=general["id"]) for code, name in townships[:7]],
    )
    brands = ["童生乐长", "益护家园", "济乐同行", "善美济阳"]
    view = await kept(
        admin,
        general["id"],
        projects=[{"kind": "brand", "title": title, "began_on": "2023-01-01"} for title in brands],
    )
    service = {
        "title_zh": "困境儿童陪伴",
        "service": "company",
        "capacity": 12,
        "unit": "person_time",
        "period": "week",
        "audiences": ["children"],
        "is_for_residents": True,
        "cost": "free",
        "given": "at_address",
        "offered_from": "2024-08-31",
    }
    for station in stations:
        body = {**service, "station_id": station}
        answer = await admin.post("/registry/v1/service_entries", json=body)
        assert answer.status_code == 201, answer.text

    assert [project["title"] for project in view["projects"]] == brands
    assert await counted(admin, parent_id=general["id"]) == 7
    wanted = {"within": "370115", "audience": "children"}
    shown = (await admin.get("/registry/v1/services", params=wanted)).json()["items"]
    assert sorted(item["station_id"] for item in shown) == sorted(stations)
