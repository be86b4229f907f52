"""Of how many townships a figure of coverage is a share: the numbers that programmes publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from common.vocabulary import AreaScheme
from registry.app.application import Application
from registry.app.import_areas import ImportAreas
from registry.bootstrap import build
from registry.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

V1: Final = "/registry/v1"
PUBLISHED: Final = {
    ("贵州省", "52"): 1510,
    ("临沂市", "3713"): 156,
    ("大连市", "2102"): 149,
    ("济阳区", "370115"): 7,
    ("福泉市", "522702"): 8,
    ("宁波市", "3302"): 156,
}


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry", has_areas=False) as client:
        yield client


async def imported(client: Api, *, scheme: AreaScheme, within: str | None = None) -> Api:
    app = client.service.application
    assert isinstance(app, Application)
    await app.import_areas(ImportAreas(scheme=scheme, within=within))
    return await client.signed_in("analyst", area="52")


async def base(reader: Api, within: str, **rule: str) -> dict[str, Any]:
    answer = await reader.get(f"{V1}/coverage_bases", params={"within": within, **rule})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_the_bases_that_programmes_publish_are_counted_from_the_list(client: Api) -> None:
    reader = await imported(client, scheme=AreaScheme.NBS)

    for (name, code), count in PUBLISHED.items():
        found = await base(reader, code)
        assert (found["name"], found["count"]) == (name, count)
        assert (found["scheme"], found["edition"]) == ("nbs", "2023-06-30")
        assert (found["counted"], found["belonging"]) == ("formal", "administered")
    assert (await base(reader, "2102", counted="all"))["count"] == 152
    assert (await base(reader, "370115", belonging="located"))["count"] == 10
    # Another township's authority is within the city, so the city has all ten.
    assert (await base(reader, "3701"))["count"] == 161
    assert (await base(reader, "3701", belonging="located"))["count"] == 161


async def test_a_base_tells_what_it_left_out_and_why(client: Api) -> None:
    reader = await imported(client, scheme=AreaScheme.NBS, within="370115")

    found = await base(reader, "370115", as_of="2024-01-01")
    listed = (await reader.get(f"{V1}/area_administrations")).json()["items"]

    assert (found["located"], found["run_by_others"], found["run_elsewhere"]) == (10, 3, 0)
    assert found["as_of"] == "2024-01-01"
    assert found["belonging_label"] == "按管理归属"
    assert {item["code"] for item in listed} == {"370115003", "370115004", "370115006"}


async def test_what_another_authority_runs_is_outside_the_subtree(client: Api) -> None:
    reader = await imported(client, scheme=AreaScheme.NBS, within="3701")

    params = {"within": "370115", "level": "township"}
    inside = (await reader.get(f"{V1}/areas", params=params)).json()["items"]
    cuizhai = (await reader.get(f"{V1}/areas/nbs/370115003")).json()

    assert len(inside) == 7
    assert "崔寨街道" not in {area["name"] for area in inside}
    assert (cuizhai["parent"], cuizhai["located_in"]) == ("3701", "370115")
    assert cuizhai["ancestors"] == ["37", "3701", "370115003"]


async def test_both_lists_stand_side_by_side(client: Api) -> None:
    await imported(client, scheme=AreaScheme.NBS, within="370115")
    reader = await imported(client, scheme=AreaScheme.MCA, within="370115")

    by_nbs = (await reader.get(f"{V1}/areas/nbs/370115003")).json()
    by_mca = (await reader.get(f"{V1}/areas/mca/370115003")).json()
    found = await base(reader, "370115", scheme="mca")

    assert (by_nbs["name"], by_mca["name"]) == ("崔寨街道", "孙耿街道")
    assert by_nbs["pool_id"] == by_mca["pool_id"]
    assert (found["count"], found["edition"]) == (7, "2025-12-31")


async def test_a_day_before_the_first_list_has_no_base(client: Api) -> None:
    reader = await imported(client, scheme=AreaScheme.NBS, within="370115")

    answer = await reader.get(f"{V1}/coverage_bases?within=370115&as_of=2020-01-01")
    absent = await reader.get(f"{V1}/coverage_bases?within=9999")

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/areas-not-known-then")
    assert answer.json()["earliest"] == "2023-06-30"
    assert absent.status_code == 404
