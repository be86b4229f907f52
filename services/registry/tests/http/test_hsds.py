"""The public directory, as programs that speak HSDS 3.0 meet it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from common.vocabulary import LineKind, Society, StationTier
from registry.domain.taxonomies import TaxonomyKey, taxonomy_id, term_of

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
HSDS = "/registry/hsds"


async def a_station(admin: Api, *, opened_on: str | None = "2024-06-18", **other: object) -> str:
    body = {
        "tier": "station",
        "name": "先进街道社工站",
        "scheme": "nbs",
        "area": "210213009",
        "planned_on": "2024-03-01",
        "opened_on": opened_on,
        **other,
    }
    answer = await admin.post(f"{V1}/stations", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_party(admin: Api, **other: object) -> str:
    body = {
        "society": "social_organisation",
        "public_name": "大连暖阳社会工作服务中心",
        "is_person": False,
        "scheme": "nbs",
        "area": "210213",
        **other,
    }
    answer = await admin.post(f"{V1}/parties", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def listed(client: Api, path: str, **params: object) -> list[str]:
    answer = await client.get(f"{HSDS}/{path}", params={k: str(v) for k, v in params.items()})
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["contents"]]


async def test_the_root_says_which_hsds_this_is_and_where_its_profile_is(client: Api) -> None:
    answer = await client.get(f"{HSDS}/", headers={"x-forwarded-proto": "https"})

    assert answer.json() == {
        "version": "3.0",
        "profile": "https://service.test/registry/hsds/profile",
        "openapi_url": "https://service.test/openapi.json",
    }
    assert (await client.get(HSDS, headers={"x-forwarded-proto": "https"})).json() == answer.json()


async def test_an_open_station_is_a_service_that_anybody_may_read(client: Api, admin: Api) -> None:
    station = await a_station(admin)

    answer = await client.get(f"{HSDS}/services/{station}", headers={"accept-language": "en"})

    service = answer.json()
    assert service.pop("last_modified")
    assert [each["taxonomy_term"]["code"] for each in service.pop("attributes")] == ["station"]
    area = {
        "wushe_area_scheme": "nbs",
        "wushe_area_code": "210213009",
        "wushe_area_names": ["辽宁省", "大连市", "金州区", "先进街道"],
    }
    place = "先进街道, 金州区, 大连市, 辽宁省"
    (served,) = service.pop("service_areas")
    assert served | {"id": ""} == {
        "id": "",
        "name": "先进街道",
        "description": place,
        **area,
    }
    assert service == {
        "id": station,
        "name": "先进街道社工站",
        "description": f"Township station in {place}",
        "status": "active",
        "organization": {
            "id": station,
            "name": "先进街道社工站",
            "description": f"Township station in {place}",
            "wushe_tier": "station",
        },
        "service_at_locations": [
            {
                "id": station,
                "description": f"Township station in {place}",
                "location": {
                    "id": station,
                    "location_type": "physical",
                    "name": "先进街道社工站",
                    "description": place,
                    **area,
                },
            }
        ],
        "wushe_tier": "station",
        "wushe_opened_on": "2024-06-18",
    }


async def test_plans_persons_and_suspended_parties_are_nobodys_business(
    client: Api, admin: Api
) -> None:
    planned = await a_station(admin, opened_on=None)
    person = await a_party(admin, society="volunteer", public_name="V-10293", is_person=True)
    suspended = await a_party(admin)
    body = {"suspended_on": "2025-03-01", "reason": "complaint"}
    await admin.post(f"{V1}/parties/{suspended}/suspension", json=body)

    assert await listed(client, "services", modified_after="2000-01-01") == []
    assert await listed(client, "organizations") == []
    for hidden in (planned, person, suspended):
        answer = await client.get(f"{HSDS}/organizations/{hidden}")
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/listed-organization-not-found")
    answer = await client.get(f"{HSDS}/services/{planned}")
    assert answer.json()["type"].endswith("/listed-service-not-found")


async def test_what_has_ended_is_told_to_those_who_ask_what_changed(
    client: Api, admin: Api
) -> None:
    before = datetime.now(UTC)
    station = await a_station(admin)
    body = {"closed_on": "2025-01-31", "reason": "merged"}
    await admin.post(f"{V1}/stations/{station}/closure", json=body)

    assert await listed(client, "services") == await listed(client, "organizations") == []
    changed = await client.get(f"{HSDS}/services", params={"modified_after": before.isoformat()})
    (service,) = changed.json()["contents"]
    assert (service["status"], service["wushe_ended_on"]) == ("defunct", "2025-01-31")
    assert await listed(client, "services", modified_after=service["last_modified"]) == [station]
    later = datetime.now(UTC).isoformat()
    assert await listed(client, "services", modified_after=later) == []


async def test_services_are_found_by_words_term_taxonomy_provider_and_area(
    client: Api, admin: Api
) -> None:
    xianjin = await a_station(admin)
    centre = await a_station(admin, tier="city_centre", name="市指导中心", area="2102")
    tier = term_of(StationTier.STATION).id

    assert await listed(client, "services", search="大连市 先进") == [xianjin]
    assert await listed(client, "services", search="100%") == []
    assert await listed(client, "services", taxonomy_term_id=tier) == [xianjin]
    tiers = taxonomy_id(TaxonomyKey.STATION_TIER)
    assert set(await listed(client, "services", taxonomy_id=tiers)) == {xianjin, centre}
    assert await listed(client, "services", taxonomy_term_id=tier, search="指导") == []
    assert await listed(client, "services", taxonomy_term_id=uuid4()) == []
    assert await listed(client, "services", organization_id=centre) == [centre]
    assert await listed(client, "services", within="210213") == [xianjin]
    assert await listed(client, "services", within="210213", scheme="mca") == []


async def test_services_at_locations_have_the_same_filters(client: Api, admin: Api) -> None:
    xianjin = await a_station(admin)
    await a_station(admin, tier="city_centre", name="市指导中心", area="2102")

    assert await listed(client, "service_at_locations", search="先进") == [xianjin]
    assert await listed(client, "service_at_locations", organization_id=xianjin) == [xianjin]
    whole = (await client.get(f"{HSDS}/service_at_locations/{xianjin}")).json()
    assert whole["service"]["id"] == whole["location"]["id"] == xianjin


@pytest.mark.parametrize("params", [{"postcode": "116000"}, {"proximity": "500"}])
async def test_postcodes_are_refused_rather_than_answered_with_nothing(
    client: Api, params: dict[str, str]
) -> None:
    answer = await client.get(f"{HSDS}/service_at_locations", params=params)

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/postcodes-not-known")


async def test_minimal_names_every_service_on_one_page(client: Api, admin: Api) -> None:
    stations = {
        await a_station(admin, area=area) for area in ("210213009", "210213008", "210204008")
    }

    page = (await client.get(f"{HSDS}/services", params={"minimal": "true"})).json()

    assert {item["id"] for item in page["contents"]} == stations
    assert {frozenset(item) for item in page["contents"]} == {frozenset({"id", "modified_date"})}
    assert (page["size"], page["total_pages"], page["last_page"]) == (3, 1, True)


async def test_an_organisation_shows_its_services_when_asked(client: Api, admin: Api) -> None:
    station, agency = await a_station(admin), await a_party(admin)

    plain = await client.get(f"{HSDS}/organizations")
    full = await client.get(f"{HSDS}/organizations", params={"full_service": "true"})
    one = await client.get(f"{HSDS}/organizations/{agency}", params={"full_service": "true"})

    by_id = {item["id"]: item for item in plain.json()["contents"]}
    assert set(by_id) == {station, agency}
    assert by_id[agency] == {
        "id": agency,
        "name": "大连暖阳社会工作服务中心",
        "description": "社会组织，所在区划：辽宁省大连市金州区",
        "wushe_society": "social_organisation",
    }
    assert {
        item["id"]: [service["id"] for service in item["services"]]
        for item in full.json()["contents"]
    } == {station: [station], agency: []}
    assert one.json()["services"] == []
    assert await listed(client, "organizations", search="暖阳 金州区") == [agency]


async def test_everything_comes_as_lines_without_pages(client: Api, admin: Api) -> None:
    stations = {
        await a_station(admin, area=area) for area in ("210213009", "210213008", "210204008")
    }

    answer = await client.get(f"{HSDS}/services", params={"format": "ndjson", "per_page": 1})

    assert answer.headers["content-type"] == "application/x-ndjson"
    assert {json.loads(line)["id"] for line in answer.text.splitlines()} == stations


async def test_terms_are_found_by_taxonomy_parent_and_top(client: Api) -> None:
    async def codes(**params: object) -> set[str]:
        page = await client.get(
            f"{HSDS}/taxonomy_terms",
            params={key: str(value) for key, value in params.items()} | {"per_page": "500"},
        )
        return {item["code"] for item in page.json()["contents"]}

    kinds, venue = taxonomy_id(TaxonomyKey.SERVICE), term_of(LineKind.VENUE).id

    assert await codes(taxonomy_id=taxonomy_id(TaxonomyKey.SOCIETY)) == set(Society)
    assert await codes(taxonomy_id=kinds, top_only="true") == set(LineKind)
    assert await codes(parent_id=venue) == {"waiting_room", "activity_room"}
    assert await codes(search="志愿") == {"volunteer"}


async def test_an_unknown_taxonomy_or_term_is_not_found(client: Api) -> None:
    taxonomy = await client.get(f"{HSDS}/taxonomies/{uuid4()}")
    term = await client.get(f"{HSDS}/taxonomy_terms/{uuid4()}")

    assert taxonomy.json()["type"].endswith("/taxonomy-not-found")
    assert term.json()["type"].endswith("/taxonomy-term-not-found")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("services", {"page": "0"}),
        ("services", {"per_page": "501"}),
        ("services", {"format": "xml"}),
        ("services", {"modified_after": "yesterday"}),
        ("services", {"taxonomy_id": "7"}),
        ("services", {"postcode": "116000"}),
        ("organizations", {"modified_after": "2024-01-01"}),
        ("taxonomies", {"top_only": "true"}),
    ],
)
async def test_a_parameter_that_means_nothing_is_an_error(
    client: Api, path: str, params: dict[str, str]
) -> None:
    answer = await client.get(f"{HSDS}/{path}", params=params)

    assert answer.status_code == 422


async def test_a_stranger_with_a_token_sees_the_same_as_everybody(client: Api, admin: Api) -> None:
    station = await a_station(admin)
    stranger = await client.signed_in("county_supervisor", area="210302")

    assert await listed(stranger, "services") == [station] == await listed(client, "services")


async def test_the_profile_tells_of_every_field_of_ours(client: Api) -> None:
    profile: dict[str, Any] = (await client.get(f"{HSDS}/profile")).json()

    fields = {name: set(patch["properties"]) for name, patch in profile["schemas"].items()}
    area = {"wushe_area_scheme", "wushe_area_code", "wushe_area_names"}
    assert fields == {
        "service.json": {"wushe_tier", "wushe_opened_on", "wushe_ended_on"},
        "organization.json": {"wushe_tier", "wushe_society", "services"},
        "location.json": area,
        "service_area.json": area,
        "service_at_location.json": {"service"},
    }
