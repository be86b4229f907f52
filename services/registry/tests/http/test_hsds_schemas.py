"""Everything that the public directory says, held against the schemas of HSDS 3.0 themselves.

The schemas are not ours to ship. They are read from where ``WUSHE_HSDS`` says, or from
``shared/data/hsds`` beside any folder above. To them is added what our profile declares, and
nothing else is allowed: also what JSON Schema would let pass, such as a day that is none.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import jsonschema_rs
import pytest
from sqlalchemy import text

from common.service_list import Audience, ServicePlace
from common.vocabulary import ServiceCode
from registry.entrypoints.http.hsds_profile import profile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from jsonschema_rs import Draft202012Validator

    from testing.api import Api

HSDS = "/registry/hsds"
MANY = 1200
OFFERED = 600
"""Entries of the service list beside them."""
BASE = "https://hsds.test/"
# What people call stations, and what they might.
NAMES: Final = (
    "先进街道社工站",
    "“幸福”站 & <友>",
    "Ñandú 😀",
    "八五〇农场站",
    "a\\b\"c'd",
    "１２３",
)


def schemas_at() -> Path | None:
    told = os.environ.get("WUSHE_HSDS")
    above = [folder / "shared" / "data" / "hsds" for folder in Path(__file__).resolve().parents]
    folders = [Path(told)] if told else above
    return next((each / "schema" for each in folders if (each / "schema").is_dir()), None)


SCHEMAS = schemas_at()
pytestmark = pytest.mark.skipif(
    SCHEMAS is None, reason="The schemas of HSDS are not here; WUSHE_HSDS says where they are."
)


class Admitted:
    """The schemas as one set, strict, with our profile patched in."""

    def __init__(self, folder: Path) -> None:
        self._texts: Final = {
            f"{BASE}{file.name}": self._strict(json.loads(file.read_text("utf-8")), file.name)
            for file in folder.glob("*.json")
            if file.name != "openapi.json"
        }

    def item(self, name: str) -> Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": f"{BASE}{name}.json"},
            validate_formats=True,
            retriever=self._texts.__getitem__,
        )

    def _strict(self, schema: dict[str, Any], name: str) -> dict[str, Any]:
        patch = profile().schemas.get(name, {"properties": {}})
        schema["$id"] = f"{BASE}{name}"
        schema["additionalProperties"] = False
        schema["properties"] |= patch["properties"]
        for described in schema["properties"].values():
            if (day := described.get("datapackage_type")) in {"date", "time"}:
                described["format"] = day
        return schema


@pytest.fixture(scope="module")
def admitted() -> Admitted:
    assert SCHEMAS is not None
    return Admitted(SCHEMAS)


def flaws(validator: Draft202012Validator, item: object) -> list[str]:
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(item)]


@pytest.fixture
async def country(client: Api) -> Api:
    """Fill the directory: stations of every kind at 1,200 villages, and 60 organisations."""
    chance = random.Random(20260301)  # noqa: S311
    villages = [
        {
            "code": f"210213009{number:03}" if number < 1000 else f"210213008{number - 1000:03}",
            "above": "210213009" if number < 1000 else "210213008",
            "name": f"{chance.choice(NAMES)}{number}",
            "id": UUID(int=chance.getrandbits(128), version=4),
            "closed": chance.random() < 0.1,
        }
        for number in range(2, MANY + 2)
    ]
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(_VILLAGE, villages)
        await connection.execute(_STATION, villages)
        await connection.execute(
            _PARTY,
            [
                {
                    "id": UUID(int=chance.getrandbits(128), version=4),
                    "name": f"{chance.choice(NAMES)}{number}",
                    "society": chance.choice(
                        ["social_organisation", "community", "charitable_resource", "volunteer"]
                    ),
                    "is_person": False,
                }
                for number in range(60)
            ]
            + [{"id": uuid4(), "name": "V-4711", "society": "volunteer", "is_person": True}],
        )
        await connection.execute(_PLACES, {"hours": json.dumps(HOURS)})
        await connection.execute(_ENTRY, [an_entry(chance, number) for number in range(OFFERED)])
        await connection.execute(_SITE)
    return client


def an_entry(chance: random.Random, number: int) -> dict[str, Any]:
    """Return an entry of a station or a party; of some nobody has made sure for years."""
    has_lapsed = number % 10 == 0
    return {
        "id": UUID(int=chance.getrandbits(128), version=4),
        "provider": chance.randrange(60),
        "of_station": number % 3 > 0,
        "code": chance.choice(list(ServiceCode)).value,
        "title": f"{chance.choice(NAMES)}{number}",
        "title_en": chance.choice([None, f"Service {number}"]),
        "given": chance.choice(list(ServicePlace)).value,
        "audiences": chance.sample([each.value for each in Audience], chance.randrange(3)),
        "is_for_residents": chance.random() < 0.5,
        "cost": "fixed" if number % 7 == 0 else "free",
        "cost_fen": 1250 if number % 7 == 0 else None,
        "hours": json.dumps(HOURS if number % 2 else {}),
        "lapses_on": date(2024, 12, 31) if has_lapsed else date(2099, 12, 31),
        "withdrawn_on": date(2025, 6, 30) if number % 10 == 1 else None,
    }


HOURS: Final = {
    "weekly": [
        {"weekday": day, "span": {"begins": begins, "ends": ends}}
        for day in ("tue", "mon", "sat")
        for begins, ends in (("08:30:00", "12:00:00"), ("13:30:00", "17:00:00"))
    ],
    "exceptions": [
        {"first_on": "2026-02-15", "last_on": "2026-02-23", "reason": "holiday", "spans": []},
        {
            "first_on": "2026-07-01",
            "last_on": "2026-07-31",
            "reason": "extended",
            "spans": [{"begins": "18:00:00", "ends": "20:30:00"}],
        },
    ],
}
_PLACES: Final = text("""
    update station set address = '幸福路1号 "后门" & <左>', longitude = 121.7, latitude = 39.06,
        hours = cast(:hours as jsonb)
    where opened_on is not null and hashtext(id::text) % 2 = 0
""")
_ENTRY: Final = text("""
    insert into service_entry (id, version, station_id, party_id, scheme, area, service, title_zh,
        title_en, capacity, unit, period, audiences, is_for_residents, cost, cost_fen, given,
        is_confidential, hours, offered_from, verified_on, verified_by, lapses_on, withdrawn_on)
    select :id, 1, case when :of_station then (
            select id from station where closed_on is null order by id offset :provider limit 1
        ) end, case when not :of_station then (
            select id from party where not is_person order by id offset :provider limit 1
        ) end, 'nbs', '210213', cast(:code as text), cast(:title as text),
        cast(:title_en as text), 20, 'person_time', 'day', cast(:audiences as text[]),
        :is_for_residents, cast(:cost as text), cast(:cost_fen as bigint), cast(:given as text),
        false, cast(:hours as jsonb), date '2024-01-01', date '2024-06-30', 'test',
        cast(:lapses_on as date), cast(:withdrawn_on as date)
""")
_SITE: Final = text("""
    insert into service_site (id, service_entry_id, address, longitude, latitude)
    select id, id, '友谊街2号', 121.71, 39.05 from service_entry
    where given = 'at_address' and hashtext(id::text) % 2 = 0
""")


_VILLAGE: Final = text("""
    insert into area (scheme, code, name, level, is_formal, parent, ancestors, pool_id, list_id)
    select 'nbs', cast(:code as text), '村', 'village', false, code,
        ancestors || cast(:code as text), pool_id,
        list_id
    from area where scheme = 'nbs' and code = :above
""")
_STATION: Final = text("""
    insert into station (id, version, tier, name, scheme, area, planned_on, opened_on, closed_on,
        closure_reason)
    values (:id, 2, 'room', :name, 'nbs', :code, '2024-01-01', '2024-02-29',
        case when :closed then date '2025-12-31' end, case when :closed then 'other' end)
""")
_PARTY: Final = text("""
    insert into party (id, version, society, public_name, is_person, scheme, area)
    values (:id, 1, :society, :name, :is_person, 'nbs', '210213')
""")


async def every_page(client: Api, path: str, **params: str) -> AsyncIterator[dict[str, Any]]:
    number, is_last = 0, False
    while not is_last:
        number += 1
        asked = {**params, "page": str(number), "per_page": "500"}
        page = (await client.get(f"{HSDS}/{path}", params=asked)).json()
        is_last = page["last_page"]
        for item in page["contents"]:
            yield item


async def every_line(client: Api, path: str, **params: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{HSDS}/{path}", params={**params, "format": "ndjson"})
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_more_than_a_thousand_services_are_as_hsds_wants_them(
    country: Api, admitted: Admitted
) -> None:
    service, organization = admitted.item("service"), admitted.item("organization")
    at_location = admitted.item("service_at_location")
    everything = {"modified_after": "2000-01-01"}

    whole = [item async for item in every_page(country, "services", full="true", **everything)]
    assert len(whole) == len({item["id"] for item in whole}) == MANY + OFFERED
    assert {item["status"] for item in whole} == {"active", "defunct"}
    assert [flaw for item in whole for flaw in flaws(service, item)] == []

    plain = await every_line(country, "services", **everything)
    assert {item["id"] for item in plain} == {item["id"] for item in whole}
    assert [flaw for item in plain for flaw in flaws(service, item)] == []

    places = await every_line(country, "service_at_locations", full="true", **everything)
    assert len(places) == MANY + OFFERED
    kinds = {place.get("location", {}).get("location_type") for place in places}
    assert kinds == {"physical", "virtual", None}
    assert [flaw for item in places for flaw in flaws(at_location, item)] == []

    active = sum(item["status"] == "active" for item in whole)
    organizations = await every_line(country, "organizations", full_service="true")
    stations = sum("wushe_tier" in item for item in organizations)
    assert len(organizations) == stations + 60
    assert active == stations + OFFERED * 8 // 10
    assert sum(len(item["services"]) for item in organizations) == active
    assert [flaw for item in organizations for flaw in flaws(organization, item)] == []


async def test_every_endpoint_answers_as_hsds_wants_it(country: Api, admitted: Admitted) -> None:
    names = {
        "services": "service",
        "organizations": "organization",
        "service_at_locations": "service_at_location",
        "taxonomies": "taxonomy",
        "taxonomy_terms": "taxonomy_term",
    }
    for path, name in names.items():
        validator = admitted.item(name)
        for language in ("zh-CN", "en"):
            headers = {"accept-language": language}
            page = (await country.get(f"{HSDS}/{path}", headers=headers)).json()
            assert page["size"] > 2
            for item in page["contents"][:10]:
                one = await country.get(f"{HSDS}/{path}/{item['id']}", headers=headers)
                assert flaws(validator, item) + flaws(validator, one.json()) == []
        lines = await every_line(country, path)
        assert len(lines) == page["total_items"]
        assert [flaw for item in lines for flaw in flaws(validator, item)] == []


async def test_the_schemas_do_find_fault(country: Api, admitted: Admitted) -> None:
    page = (await country.get(f"{HSDS}/services", params={"full": "true", "per_page": "1"})).json()
    (good,) = page["contents"]
    area, term = good["service_areas"][0], good["attributes"][0]["taxonomy_term"]

    for bad in spoiled(good, area, term):
        assert flaws(admitted.item("service"), bad) != []
    assert flaws(admitted.item("service"), good) == []


def spoiled(
    good: dict[str, Any], area: dict[str, Any], term: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    yield {**good, "id": "7"}
    yield {**good, "status": "open"}
    yield {**good, "last_modified": "2026-02-30T00:00:00Z"}
    yield {**good, "wushe_tier": "palace"}
    yield {**good, "wushe_opened_on": "2026-02-30"}
    yield {**good, "alternate_name": None}
    yield {**good, "unheard_of": "x"}
    yield {key: value for key, value in good.items() if key != "name"}
    yield {**good, "assured_date": "2026-02-30"}
    yield {**good, "schedules": [{"id": area["id"], "freq": "DAILY"}]}
    yield {**good, "schedules": [{"id": area["id"], "opens_at": "25:00:00+08:00"}]}
    yield {**good, "service_areas": [{**area, "id": "7"}]}
    yield {**good, "service_areas": [{**area, "unheard_of": 1}]}
    attribute = {**good["attributes"][0], "taxonomy_term": {**term, "term_uri": "no uri"}}
    yield {**good, "attributes": [attribute]}
