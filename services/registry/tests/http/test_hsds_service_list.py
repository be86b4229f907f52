"""The service list in the public directory: what counts today, and never where it is secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
from service_asks import ENTRIES, MEALS
from sqlalchemy import text
from station_calls import made

from common.clearance import cleared, public
from common.vocabulary import LineKind, ServiceCode, Society
from registry.domain.taxonomies import term_of

if TYPE_CHECKING:
    from testing.api import Api

HSDS: Final = "/registry/hsds"
PLANTED: Final = "光明街道无名路7号"
SHELTER: Final = {
    **MEALS,
    "service": "counselling",
    "title_zh": "反家暴庇护与心理疏导",
    "unit": "session",
    "given": "at_address",
    "is_confidential": True,
    "address": PLANTED,
    "position": {"longitude": 121.7234, "latitude": 39.0612, "datum": "wgs84"},
}
COUNSELLING: Final = {
    **SHELTER,
    "title_zh": "心理疏导",
    "title_en": "Counselling",
    "is_confidential": False,
    "address": "友谊街2号",
    "audiences": ["older_people"],
    "cost": "fixed",
    "cost_fen": 1250,
}
HOURS: Final = {
    "weekly": [{"weekday": day, "begins": "08:30", "ends": "12:00"} for day in ("mon", "wed")],
    "exceptions": [],
}


async def a_party(admin: Api, **other: object) -> str:
    party = {"society": "social_organisation", "public_name": "助老服务中心", "is_person": False}
    body = {**party, "scheme": "nbs", "area": "210213009", **other}
    answer = await admin.post("/registry/v1/parties", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def listed(admin: Api, **body: object) -> str:
    answer = await admin.post(ENTRIES, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def change(admin: Api, statement: str, **values: object) -> None:
    async with admin.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(text(statement), values)


async def shown(client: Api, path: str = "services", **params: str) -> dict[str, Any]:
    answer = await client.get(f"{HSDS}/{path}", params={"full": "true", **params})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["total_items"] == page["size"] == len(page["contents"])
    return {item["id"]: item for item in page["contents"]}


async def test_an_entry_stands_beside_its_station_with_place_fee_and_hours(
    client: Api, admin: Api
) -> None:
    station = (await made(admin))["id"]
    entry = await listed(admin, **COUNSELLING, station_id=station, hours=HOURS)

    services = await shown(client)
    english = await client.get(f"{HSDS}/services/{entry}", headers={"accept-language": "en"})

    assert set(services) == {station, entry}
    item = services[entry]
    assert (item["name"], item["alternate_name"]) == ("心理疏导", "Counselling")
    assert (english.json()["name"], english.json()["alternate_name"]) == ("Counselling", "心理疏导")
    assert english.json()["fees_description"] == "At a fixed price: CNY 12.50"
    assert item["organization"]["id"] == station
    assert item["eligibility_description"] == "老年人"
    assert (item["wushe_opened_on"], item["status"]) == ("2025-01-01", "active")
    (schedule,) = item["schedules"]
    assert (schedule["freq"], schedule["byday"]) == ("WEEKLY", "MO,WE")
    assert (schedule["opens_at"], schedule["closes_at"]) == ("08:30:00+08:00", "12:00:00+08:00")
    (at_location,) = item["service_at_locations"]
    place = at_location["location"]
    assert (place["longitude"], place["latitude"]) == (121.7234, 39.0612)
    (address,) = place["addresses"]
    assert (address["address_1"], address["city"], address["region"], address["postal_code"]) == (
        "友谊街2号",
        "大连市",
        "金州区",
        "",
    )


async def test_a_confidential_place_never_shows_whatever_is_asked(client: Api, admin: Api) -> None:
    station, party = (await made(admin))["id"], await a_party(admin)
    hidden = [
        await listed(admin, **SHELTER, station_id=station),
        await listed(admin, **SHELTER, party_id=party),
        await listed(admin, **SHELTER, party_id=party),
    ]
    withdrawal = {"withdrawn_on": "2026-01-31"}
    gone = await admin.post(f"{ENTRIES}/{hidden[2]}/withdrawal", json=withdrawal)
    asked: dict[str, list[dict[str, str]]] = {
        "services": [{"full": "true", "modified_after": "2000-01-01"}, {"format": "ndjson"}],
        "service_at_locations": [{"full": "true"}, {"modified_after": "2000-01-01"}],
        "organizations": [{"full_service": "true"}, {"full": "true", "format": "ndjson"}],
    }

    said = [
        (await reader.get(f"{HSDS}/{path}", params=params)).text
        for reader in (client, admin)
        for path, ways in asked.items()
        for params in ways
    ]

    assert gone.status_code == 200, gone.text
    assert all(station in each for each in said)
    assert not [each for each in said if PLANTED in each or "39.0612" in each]
    assert not [each for each in said for entry in hidden if entry in each]
    for entry in hidden:
        for path in ("services", "service_at_locations"):
            assert (await admin.get(f"{HSDS}/{path}/{entry}")).status_code == 404
    with cleared(public()):
        async with client.frame.unit_of_work.transaction() as session:
            connection = await session.connection()
            sites = (await connection.execute(text("select address from service_site"))).all()
            entries = await connection.execute(text("select id::text from service_entry"))
            assert sites == []
            assert hidden[2] not in entries.scalars().all()


async def test_an_entry_that_becomes_confidential_is_gone_at_once(client: Api, admin: Api) -> None:
    party = await a_party(admin)
    entry = await listed(admin, **COUNSELLING, party_id=party)
    assert set(await shown(client)) == {entry}

    revised = await admin.put(f"{ENTRIES}/{entry}", json=SHELTER)
    assert revised.status_code == 200, revised.text

    assert await shown(client) == {}
    assert await shown(client, modified_after="2000-01-01") == {}


async def test_what_lapsed_or_was_withdrawn_is_defunct_and_what_is_to_come_is_not_shown(
    client: Api, admin: Api
) -> None:
    party = await a_party(admin)
    lapsed, ended, withdrawn, later = [
        await listed(admin, **MEALS, party_id=party) for _ in range(4)
    ]
    for days, entry in (
        ("lapses_on = '2026-01-31'", lapsed),
        ("offered_until = '2026-02-28'", ended),
        ("offered_from = '2099-01-01'", later),
    ):
        of_entry = "where id = cast(:id as uuid)"
        await change(admin, f"update service_entry set {days} {of_entry}", id=entry)  # noqa: S608
    withdrawal = {"withdrawn_on": "2026-01-15"}
    gone = await admin.post(f"{ENTRIES}/{withdrawn}/withdrawal", json=withdrawal)
    assert gone.status_code == 200, gone.text

    assert await shown(client) == {}
    changed = await shown(client, modified_after="2000-01-01")
    assert {entry: item["wushe_ended_on"] for entry, item in changed.items()} == {
        lapsed: "2026-01-31",
        ended: "2026-02-28",
        withdrawn: "2026-01-15",
    }
    assert {item["status"] for item in changed.values()} == {"defunct"}
    assert (await client.get(f"{HSDS}/services/{later}")).status_code == 404


async def test_a_day_that_passes_is_a_change_to_those_who_keep_a_copy(
    client: Api, admin: Api
) -> None:
    provider, entry = uuid4(), uuid4()
    # Inserted as it was years ago; whatever is updated is stamped with now.
    await change(admin, _OLD_PARTY, provider=provider)
    await change(admin, _OLD_ENTRY, provider=provider, entry=entry)

    item = (await client.get(f"{HSDS}/services/{entry}")).json()
    assert (item["status"], item["wushe_ended_on"]) == ("defunct", "2026-01-31")
    # The midnight in China that the day after begins with.
    assert item["last_modified"] == "2026-01-31T16:00:00Z"
    assert set(await shown(client, modified_after="2026-01-31T16:00:00Z")) == {str(entry)}
    assert await shown(client, modified_after="2026-01-31T16:00:01Z") == {}


_OLD_PARTY: Final = """
    insert into party (id, version, society, public_name, is_person, scheme, area, modified_at)
    values (:provider, 1, 'community', '先进社区', false, 'nbs', '210213009', '2020-01-01')
"""
_OLD_ENTRY: Final = """
    insert into service_entry (id, version, party_id, scheme, area, service, title_zh, capacity,
        unit, period, audiences, is_for_residents, cost, given, is_confidential, hours,
        offered_from, verified_on, verified_by, lapses_on, modified_at)
    values (:entry, 1, :provider, 'nbs', '210213009', 'meal_delivery', '送餐', 20, 'person_time',
        'day', '{}', false, 'free', 'at_home', false, '{}', '2020-01-01', '2025-08-04', 'somebody',
        '2026-01-31', '2020-01-01')
"""


@pytest.mark.parametrize(
    ("given", "kind"), [("at_home", None), ("remote", "virtual"), ("at_address", "physical")]
)
async def test_where_a_service_is_given_decides_what_kind_of_place_it_has(
    client: Api, admin: Api, given: str, kind: str | None
) -> None:
    station = (await made(admin))["id"]
    entry = await listed(admin, **{**MEALS, "given": given}, station_id=station)

    item = (await shown(client, "service_at_locations"))[entry]

    place = item.get("location", {})
    assert place.get("location_type") == kind
    assert (place.get("id") == station) is (given == "at_address")


async def test_services_are_found_by_kind_society_and_provider(client: Api, admin: Api) -> None:
    station, party = (await made(admin))["id"], await a_party(admin)
    meals = await listed(admin, **MEALS, party_id=party)
    counselling = await listed(admin, **COUNSELLING, station_id=station)

    async def found(**params: object) -> set[str]:
        return set(await shown(client, **{name: str(value) for name, value in params.items()}))

    assert await found(taxonomy_term_id=term_of(ServiceCode.COUNSELLING).id) == {counselling}
    assert await found(taxonomy_term_id=term_of(LineKind.SERVICE).id) == {counselling, meals}
    assert await found(taxonomy_term_id=term_of(Society.SOCIAL_ORGANISATION).id) == {meals}
    assert await found(organization_id=party) == {meals}
    assert await found(organization_id=station) == {station, counselling}
    assert await found(search="助餐") == {meals}
    whole = await client.get(f"{HSDS}/organizations/{party}", params={"full_service": "true"})
    assert [each["id"] for each in whole.json()["services"]] == [meals]


async def test_who_is_suspended_offers_nothing(client: Api, admin: Api) -> None:
    party = await a_party(admin)
    await listed(admin, **MEALS, party_id=party)
    body = {"suspended_on": "2026-01-31", "reason": "complaint"}
    await admin.post(f"/registry/v1/parties/{party}/suspension", json=body)

    assert await shown(client, modified_after="2000-01-01") == {}


async def test_a_station_shows_its_door_and_its_hours(client: Api, admin: Api) -> None:
    station = (await made(admin))["id"]
    holiday = {"first_on": "2026-02-15", "last_on": "2026-02-23", "reason": "holiday", "spans": []}
    friday = {"weekday": "fri", "span": {"begins": "08:30:00", "ends": "17:00:00"}}
    await change(
        admin,
        "update station set address = '幸福路1号', longitude = 121.7, latitude = 39.06,"
        " hours = cast(:hours as jsonb)",
        hours=json.dumps({"weekly": [friday], "exceptions": [holiday]}),
    )

    place = (await shown(client, "service_at_locations"))[station]["location"]

    assert (place["longitude"], place["latitude"]) == (121.7, 39.06)
    assert place["addresses"][0]["address_1"] == "幸福路1号"
    weekly, closed = place["schedules"]
    assert (weekly["byday"], weekly["opens_at"]) == ("FR", "08:30:00+08:00")
    assert (closed["valid_from"], closed["valid_to"]) == ("2026-02-15", "2026-02-23")
    assert closed["description"] == "节假日"
    assert "opens_at" not in closed
