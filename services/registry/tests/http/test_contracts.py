"""Service contracts, as callers meet them; Linyi's ten agencies among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from registry.app.application import Application
from registry.app.import_areas import ImportAreas

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
CONTRACTS = f"{V1}/service_contracts"


async def made(admin: Api, path: str, body: dict[str, Any]) -> str:
    answer = await admin.post(f"{V1}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def an_agency(admin: Api, name: str = "大连暖阳社会工作服务中心", **other: Any) -> str:  # noqa: ANN401
    party = {"society": "social_organisation", "public_name": name, "is_person": False}
    return await made(admin, "parties", {**party, "scheme": "nbs", "area": "210213", **other})


async def a_station(admin: Api, area: str = "210213009") -> str:
    station = {"tier": "station", "name": "社工站", "scheme": "nbs", "area": area}
    days = {"planned_on": "2020-03-01", "opened_on": "2020-06-18"}
    return await made(admin, "stations", {**station, **days})


@pytest.fixture
async def body(admin: Api) -> dict[str, Any]:
    return {
        "buyer": "金州区民政局",
        "agency_id": await an_agency(admin),
        "scheme": "nbs",
        "area": "210213",
        "station_ids": [await a_station(admin)],
        "amount_fen": 30_000_000,
        "begins_on": "2024-01-01",
        "ends_on": "2024-12-31",
    }


async def test_a_contract_is_signed_shown_and_ended_early(admin: Api, body: dict[str, Any]) -> None:
    signed = await admin.post(CONTRACTS, json=body)
    path = signed.headers["location"]
    ending = {"ended_on": "2024-09-30", "reason": "funds"}
    ended = await admin.post(f"{path}/termination", json=ending, headers={"if-match": '"1"'})

    assert (signed.status_code, ended.status_code) == (201, 200)
    assert signed.json() == body | {
        "id": signed.json()["id"],
        "version": 1,
        "renews": None,
        "terminated_on": None,
        "termination_reason": None,
        "termination_reason_label": None,
    }
    assert ended.json() == (await admin.get(path)).json()
    assert ended.json() == signed.json() | {
        "version": 2,
        "terminated_on": "2024-09-30",
        "termination_reason": "funds",
        "termination_reason_label": "资金中止",
    }


async def test_a_station_is_under_one_contract_at_a_time(admin: Api, body: dict[str, Any]) -> None:
    first = (await admin.post(CONTRACTS, json=body)).headers["location"]
    other = body | {"begins_on": "2024-12-31", "ends_on": "2025-12-31"}

    refused = await admin.post(CONTRACTS, json=other)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (
        409,
        "contract-overlaps",
    )
    assert len((await admin.get(CONTRACTS)).json()["items"]) == 1

    await admin.post(f"{first}/termination", json={"ended_on": "2024-12-30", "reason": "agreed"})
    assert (await admin.post(CONTRACTS, json=other)).status_code == 201


async def test_a_contract_is_renewed_once(admin: Api, body: dict[str, Any]) -> None:
    first = (await admin.post(CONTRACTS, json=body)).json()
    renewal = {"id": str(uuid4()), "amount_fen": 32_000_000, "ends_on": "2025-12-31"}

    renewed = await admin.post(f"{CONTRACTS}/{first['id']}/renewal", json=renewal)
    again = await admin.post(f"{CONTRACTS}/{first['id']}/renewal", json=renewal)
    other = await admin.post(
        f"{CONTRACTS}/{first['id']}/renewal", json=renewal | {"id": str(uuid4())}
    )

    assert (renewed.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert renewed.json() == again.json()
    assert renewed.json()["begins_on"] == "2025-01-01"
    assert renewed.json()["renews"] == first["id"]
    assert other.json()["type"].rpartition("/")[2] in {
        "contract-already-renewed",
        "contract-overlaps",
    }


async def test_bad_input_has_a_problem_of_its_own_and_leaves_nothing(
    admin: Api, body: dict[str, Any]
) -> None:
    person = await an_agency(admin, "W-2024-001", society="social_worker", is_person=True)
    elsewhere = await a_station(admin, "210204008")
    bad: list[tuple[dict[str, Any], str]] = [
        ({"agency_id": str(uuid4())}, "unknown-party"),
        ({"agency_id": person}, "party-of-wrong-kind"),
        ({"station_ids": [str(uuid4())]}, "unknown-station"),
        ({"station_ids": [elsewhere]}, "unknown-station"),
        ({"ends_on": "2023-12-31"}, "days-out-of-order"),
        ({"area": "999999"}, "unknown-area"),
        ({"amount_fen": -1}, "input-invalid"),
        ({"amount_fen": 1.5}, "input-invalid"),
        ({"station_ids": []}, "input-invalid"),
        ({"buyer": " "}, "input-invalid"),
    ]
    for change, code in bad:
        answer = await admin.post(CONTRACTS, json=body | change)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, code), change

    assert (await admin.get(CONTRACTS)).json()["items"] == []


async def test_an_agency_sees_its_own_contracts_and_no_others(
    client: Api, admin: Api, body: dict[str, Any]
) -> None:
    contract = (await admin.post(CONTRACTS, json=body)).json()["id"]
    ours = await client.signed_in("partner", org=body["agency_id"])
    theirs = await client.signed_in("partner", org=uuid4())

    assert [item["id"] for item in (await ours.get(CONTRACTS)).json()["items"]] == [contract]
    assert (await theirs.get(CONTRACTS)).json()["items"] == []
    assert (await theirs.get(f"{CONTRACTS}/{contract}")).status_code == 404


async def test_linyi_buys_156_stations_of_ten_agencies_and_goes_on(client: Api, admin: Api) -> None:
    assert isinstance(client.service.application, Application)
    await client.service.application.import_areas(ImportAreas(within="3713"))
    params = {"within": "3713", "level": "township", "limit": 200}
    townships = (await admin.get(f"{V1}/areas", params=params)).json()["items"]
    assert len(townships) == 156
    answers = await admin.post(
        f"{V1}/stations/batch",
        json={
            "stations": [
                {
                    "tier": "station",
                    "name": f"{each['name']}社工站",
                    "scheme": "nbs",
                    "area": each["code"],
                    "planned_on": "2021-01-01",
                    "opened_on": "2022-12-31",
                }
                for each in townships
            ]
        },
    )
    stations = [item["id"] for item in answers.json()["items"]]
    agencies = [
        await an_agency(admin, f"临沂第{number}社会工作服务中心", area="3713")
        for number in range(10)
    ]

    signed = [
        await made(
            admin,
            "service_contracts",
            {
                "buyer": "临沂市民政局",
                "agency_id": agency,
                "scheme": "nbs",
                "area": "3713",
                "station_ids": stations[number::10],
                "amount_fen": 60_750_000,
                "begins_on": "2023-01-01",
                "ends_on": "2023-12-31",
            },
        )
        for number, agency in enumerate(agencies)
    ]
    renewal = {"amount_fen": 62_000_000, "ends_on": "2024-12-31"}
    for contract in signed:
        await made(admin, f"service_contracts/{contract}/renewal", renewal)

    async def held(**wanted: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await admin.get(CONTRACTS, params=wanted)).json()["items"]
        return items

    in_2023 = await held(on="2023-03-21", within="3713")
    assert sum(each["amount_fen"] for each in in_2023) == 607_500_000
    assert len({station for each in in_2023 for station in each["station_ids"]}) == 156
    assert len(await held(agency_id=agencies[0])) == 2
    assert [each["id"] for each in await held(station_id=stations[3], on="2023-12-31")] == [
        signed[3]
    ]
    assert await held(on="2025-01-01") == []
