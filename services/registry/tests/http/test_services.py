"""The service list, as those who keep it and everybody else meet it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from service_asks import ENTRIES, MEALS, SERVICES
from sqlalchemy import text
from station_calls import STATIONS, made, refusal

from testing.people import THING_ORG

if TYPE_CHECKING:
    from testing.api import Api

SHELTER = {
    **MEALS,
    "service": "counselling",
    "title_zh": "反家暴庇护与心理疏导",
    "unit": "session",
    "audiences": ["violence"],
    "given": "at_address",
    "is_confidential": True,
    "address": "光明街道无名路7号",
    "position": {"longitude": 121.72, "latitude": 39.06, "datum": "gcj02"},
}


async def an_organisation(admin: Api) -> str:
    body = {
        "id": str(THING_ORG),
        "society": "social_organisation",
        "public_name": "先进街道助老服务中心",
        "is_person": False,
        "scheme": "nbs",
        "area": "210213009",
    }
    assert (await admin.post("/registry/v1/parties", json=body)).status_code == 201
    return str(THING_ORG)


async def listed(admin: Api, **other: object) -> dict[str, Any]:
    answer = await admin.post(ENTRIES, json={**MEALS, **other})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def told(admin: Api) -> list[tuple[str, dict[str, Any]]]:
    events = text("select type, payload from outbox where type like :of order by seq")
    async with admin.frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(
            events, {"of": "registry.service_entry.%"}
        )
        return [(row.type.split(".")[2], dict(row.payload)) for row in found]


async def lapse(admin: Api, entry: str) -> None:
    """Let as many days go by as it takes."""
    async with admin.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(
            text("update service_entry set lapses_on = '2020-01-01' where id = :id"), {"id": entry}
        )


async def test_a_lapsed_entry_is_hidden_until_somebody_has_made_sure_of_it(admin: Api) -> None:
    station = await made(admin)
    entry = await listed(admin, station_id=station["id"])
    path = f"{ENTRIES}/{entry['id']}"

    async def shown() -> tuple[int, list[str]]:
        items = (await admin.get(SERVICES)).json()["items"]
        one = await admin.get(f"{SERVICES}/{entry['id']}")
        return one.status_code, [item["id"] for item in items]

    assert await shown() == (200, [entry["id"]])
    await lapse(admin, entry["id"])
    assert await shown() == (404, [])
    lapsed = (await admin.get(ENTRIES, params={"status": "lapsed"})).json()["items"]
    assert [(item["id"], item["status_label"]) for item in lapsed] == [(entry["id"], "待核实")]
    verified = await admin.post(f"{path}/verification", json={"verified_on": entry["verified_on"]})
    assert (verified.json()["status"], verified.headers["etag"]) == ("listed", '"2"')
    assert verified.json()["lapses_on"] == entry["lapses_on"]
    assert await shown() == (200, [entry["id"]])


async def test_a_confidential_place_is_shown_to_those_who_keep_the_entry_alone(
    client: Api, admin: Api
) -> None:
    org = await an_organisation(admin)
    entry = await listed(admin, party_id=org, **SHELTER)
    partner = await client.signed_in("partner", area="210213009", org=THING_ORG)
    analyst = await client.signed_in("analyst", area="210213009")

    kept = (await partner.get(f"{ENTRIES}/{entry['id']}")).json()
    assert kept["address"] == SHELTER["address"]
    assert kept["stated_position"]["longitude"] == 121.72
    for somebody in (partner, analyst, admin):
        view = await somebody.get(f"{SERVICES}/{entry['id']}")
        page = await somebody.get(SERVICES)
        assert (view.json()["address"], view.json()["position"]) == (None, None)
        assert view.json()["area"] == "210213009"
        assert "无名路" not in view.text + page.text
    assert refusal(await analyst.get(f"{ENTRIES}/{entry['id']}")) == (403, "role-not-permitted")
    [(_, event)] = await told(admin)
    assert (event["is_confidential"], event["position"]) == (True, None)
    assert "无名路" not in json.dumps(event, ensure_ascii=False)


async def test_what_is_no_secret_everybody_sees(client: Api, admin: Api) -> None:
    station = await made(admin)
    place = {**SHELTER, "is_confidential": False}
    entry = await listed(admin, station_id=station["id"], **place)
    volunteer = await client.signed_in("volunteer", area="210302001", org=uuid4())

    view = (await volunteer.get(f"{SERVICES}/{entry['id']}")).json()

    assert view["address"] == SHELTER["address"]
    assert view["position"] == entry["position"]
    [(_, event)] = await told(admin)
    assert event["position"] == entry["position"]


async def test_an_entry_is_revised_and_withdrawn_and_others_are_told(admin: Api) -> None:
    station = await made(admin)
    entry = await listed(admin, station_id=station["id"])
    path = f"{ENTRIES}/{entry['id']}"

    revised = await admin.put(path, json={**MEALS, "capacity": 30})
    same = await admin.put(path, json={**MEALS, "capacity": 30})
    stale = await admin.put(path, json=MEALS, headers={"if-match": '"1"'})
    gone = await admin.post(f"{path}/withdrawal", json={"withdrawn_on": "2025-06-30"})
    again = await admin.post(f"{path}/withdrawal", json={"withdrawn_on": "2025-06-30"})

    assert (revised.json()["capacity"], revised.json()["version"]) == (30, 2)
    assert same.json() == revised.json()
    assert stale.status_code == 412
    assert gone.json()["status"] == "withdrawn"
    assert refusal(again) == (409, "service-entry-is-withdrawn")
    assert [kind for kind, _ in await told(admin)] == ["listed", "revised", "withdrawn"]


async def test_what_a_station_offered_ends_with_it(admin: Api) -> None:
    station = await made(admin)
    entry = await listed(admin, station_id=station["id"])

    closure = {"closed_on": "2025-06-30", "reason": "other"}
    await admin.post(f"{STATIONS}/{station['id']}/closure", json=closure)

    view = (await admin.get(f"{ENTRIES}/{entry['id']}")).json()
    assert (view["status"], view["withdrawn_on"]) == ("withdrawn", "2025-06-30")
    assert [kind for kind, _ in await told(admin)] == ["listed", "withdrawn"]
    idle = await admin.post(ENTRIES, json={**MEALS, "station_id": station["id"]})
    assert refusal(idle) == (409, "provider-not-serving")


async def test_what_cannot_be_offered_is_refused(admin: Api) -> None:
    station = (await made(admin))["id"]
    person = {
        "society": "volunteer",
        "public_name": "V-0001",
        "is_person": True,
        "scheme": "nbs",
        "area": "210213009",
    }
    somebody = (await admin.post("/registry/v1/parties", json=person)).json()["id"]
    mine = {"station_id": station}
    attempts: list[tuple[dict[str, Any], str]] = [
        ({}, "provider-missing"),
        ({"station_id": station, "party_id": station}, "provider-missing"),
        ({"station_id": str(uuid4())}, "unknown-provider"),
        ({"party_id": somebody}, "unknown-provider"),
        ({**mine, "unit": "yuan"}, "unit-does-not-fit-service"),
        ({**mine, "service": "relief_grant", "unit": "person"}, "unit-does-not-fit-service"),
        ({**mine, "cost": "fixed"}, "cost-incomplete"),
        ({**mine, "cost_fen": 100}, "cost-incomplete"),
        ({**mine, "offered_until": "2024-12-31"}, "service-days-out-of-order"),
        ({**mine, "capacity": 0}, "input-invalid"),
        ({**mine, "cost_fen": 0.5}, "input-invalid"),
    ]

    for other, code in attempts:
        answer = await admin.post(ENTRIES, json={**MEALS, **other})
        assert refusal(answer) == (422, code), other
    assert (await admin.get(ENTRIES)).json()["items"] == []


async def test_a_repeated_entry_is_made_once_and_filters_add_up(admin: Api) -> None:
    station = await made(admin)
    chosen = str(uuid4())
    body = {**MEALS, "id": chosen, "station_id": station["id"], "audiences": ["older_people"]}

    first = await admin.post(ENTRIES, json=body)
    again = await admin.post(ENTRIES, json=body)
    other = await admin.post(ENTRIES, json={**body, "capacity": 1})
    everybody = await listed(admin, station_id=station["id"], service="company", unit="session")

    assert (first.status_code, again.status_code, refusal(other)) == (
        201,
        200,
        (409, "service-entry-id-taken"),
    )

    async def found(**wanted: str) -> list[str]:
        return [item["id"] for item in (await admin.get(SERVICES, params=wanted)).json()["items"]]

    assert await found(audience="older_people") == sorted([chosen, everybody["id"]])
    assert await found(audience="children") == [everybody["id"]]
    assert await found(service="meal_delivery", within="210213") == [chosen]
    assert await found(within="210204") == []
    assert await found(cost="fixed") == []
