"""Talent stations, their plans and the people in these: Yantai's three plans among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from registry.app.application import Application
from registry.app.import_areas import ImportAreas

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
STATIONS = f"{V1}/talent_stations"
PLANS = f"{V1}/talent_plans"
TALENTS = f"{V1}/talents"


async def made(admin: Api, path: str, body: dict[str, Any]) -> str:
    answer = await admin.post(f"{V1}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_party(admin: Api, name: str, area: str = "2102", **other: Any) -> str:  # noqa: ANN401
    party = {"society": "social_worker", "public_name": name, "is_person": True}
    return await made(admin, "parties", {**party, "scheme": "nbs", "area": area, **other})


async def a_host(admin: Api, area: str = "2102") -> str:
    body = {"society": "social_organisation", "is_person": False}
    return await a_party(admin, "社会工作协会", area, **body)


def problem(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


@pytest.fixture
async def station(admin: Api) -> dict[str, Any]:
    return {
        "name": "社会工作人才工作站",
        "host_id": await a_host(admin),
        "scheme": "nbs",
        "area": "2102",
        "begins_on": "2023-01-01",
        "ends_on": "2025-12-31",
    }


@pytest.fixture
async def plan(admin: Api, station: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "菁英计划",
        "talent_station_id": await made(admin, "talent_stations", station),
        "begins_on": "2023-03-01",
        "ends_on": "2024-02-29",
    }


@pytest.fixture
async def talent(admin: Api, plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "talent_plan_id": await made(admin, "talent_plans", plan),
        "party_id": await a_party(admin, "T-0001"),
        "begins_on": "2023-03-01",
        "ends_on": "2024-02-29",
    }


async def test_station_plan_and_talent_are_shown_as_they_were_entered(
    admin: Api, station: dict[str, Any]
) -> None:
    entered = {"version": 1, "ended_on": None, "scheme": "nbs", "area": "2102"}
    begun = await admin.post(STATIONS, json=station)
    plan = {"name": "群飞计划", "talent_station_id": begun.json()["id"]}
    days = {"begins_on": "2023-03-01", "ends_on": "2023-12-31"}
    planned = await admin.post(PLANS, json=plan | days)
    talent = {"talent_plan_id": planned.json()["id"], "party_id": await a_party(admin, "T-0002")}
    taken = await admin.post(TALENTS, json=talent | days)

    for body, answer in ((station, begun), (plan | days, planned), (talent | days, taken)):
        assert answer.status_code == 201
        assert answer.json() == body | entered | {"id": answer.json()["id"]}
        assert (await admin.get(answer.headers["location"])).json() == answer.json()


async def test_what_lies_within_ends_first(admin: Api, talent: dict[str, Any]) -> None:
    plan = f"{PLANS}/{talent['talent_plan_id']}"
    station = f"{STATIONS}/{(await admin.get(plan)).json()['talent_station_id']}"
    taken = (await admin.post(TALENTS, json=talent)).headers["location"]
    day = {"ended_on": "2023-06-30"}

    for path in (plan, station):
        assert problem(await admin.post(f"{path}/end", json=day)) == (409, "term-in-use")
    for path in (taken, plan, station):
        ended = await admin.post(f"{path}/end", json=day)
        assert (ended.status_code, ended.json()["ended_on"]) == (200, "2023-06-30"), path
    assert problem(await admin.post(f"{taken}/end", json=day)) == (409, "term-over")


async def test_somebody_is_in_a_plan_once_at_a_time(admin: Api, talent: dict[str, Any]) -> None:
    first = talent | {"ends_on": "2023-06-30"}
    await admin.post(TALENTS, json=first)
    overlapping = await admin.post(TALENTS, json=talent | {"begins_on": "2023-06-30"})
    after = await admin.post(TALENTS, json=talent | {"begins_on": "2023-07-01"})

    assert problem(overlapping) == (409, "talent-in-plan-already")
    assert after.status_code == 201


async def test_bad_input_has_a_problem_of_its_own_and_leaves_nothing(
    admin: Api, station: dict[str, Any], talent: dict[str, Any]
) -> None:
    person = talent["party_id"]
    bad: list[tuple[str, dict[str, Any], tuple[int, str]]] = [
        (STATIONS, station | {"host_id": person}, (422, "party-of-wrong-kind")),
        (STATIONS, station | {"area": "999999"}, (422, "unknown-area")),
        (TALENTS, talent | {"talent_plan_id": str(uuid4())}, (404, "talent-plan-not-found")),
        (TALENTS, talent | {"party_id": station["host_id"]}, (422, "party-of-wrong-kind")),
        (TALENTS, talent | {"ends_on": "2024-03-01"}, (422, "term-not-within")),
        (TALENTS, talent | {"ends_on": "2023-02-28"}, (422, "days-out-of-order")),
    ]
    for path, body, expected in bad:
        assert problem(await admin.post(path, json=body)) == expected, body
    assert len((await admin.get(STATIONS)).json()["items"]) == 1
    assert (await admin.get(TALENTS)).json()["items"] == []


async def test_a_neighbour_finds_none_of_it(
    client: Api, admin: Api, talent: dict[str, Any]
) -> None:
    taken = (await admin.post(TALENTS, json=talent)).headers["location"]
    neighbour = await client.signed_in("officer", area="2103")

    assert problem(await neighbour.get(taken)) == (404, "talent-not-found")
    assert problem(await neighbour.post(TALENTS, json=talent)) == (404, "talent-plan-not-found")
    for path in (STATIONS, PLANS, TALENTS):
        assert (await neighbour.get(path)).json()["items"] == []


async def test_yantai_brings_people_forward_by_three_plans(client: Api, admin: Api) -> None:
    """菁英, 群飞 and 红星, as printed; how many people are in each is not."""
    assert isinstance(client.service.application, Application)
    await client.service.application.import_areas(ImportAreas(within="3706"))
    days = {"begins_on": "2023-01-01", "ends_on": "2023-12-31"}
    body = {"name": "社会工作人才工作站", "scheme": "nbs", "area": "3706"}
    host = await a_host(admin, "3706")
    station = await made(admin, "talent_stations", body | days | {"host_id": host})
    plans = {
        name: await made(admin, "talent_plans", {"name": name, "talent_station_id": station} | days)
        for name in ("菁英计划", "群飞计划", "红星计划")
    }
    person = await a_party(admin, "T-0001", "3706")
    for plan in (plans["菁英计划"], plans["红星计划"]):
        await made(admin, "talents", {"talent_plan_id": plan, "party_id": person} | days)
    yantai = await client.signed_in("officer", area="3706")

    async def items(path: str, **wanted: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await yantai.get(path, params=wanted)).json()["items"]
        return found

    in_2023 = await items(PLANS, talent_station_id=station, on="2023-07-01")
    assert {each["name"] for each in in_2023} == set(plans)
    assert await items(PLANS, on="2024-01-01") == []
    assert {each["talent_plan_id"] for each in await items(TALENTS, party_id=person)} == {
        plans["菁英计划"],
        plans["红星计划"],
    }
