"""Areas and their lists, as callers and the other services meet them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import text

from common.area_lists import AreaFetcher
from common.areas import AreaListRow
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.application import Application
from registry.app.import_areas import ImportAreas
from registry.bootstrap import build
from registry.settings import Settings
from testing.api import Api, api, running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from registry.app.ports.areas import AreaList

V1 = "/registry/v1"


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry", has_areas=False) as client:
        yield client


async def published(client: Api, within: str) -> AreaList:
    app = client.service.application
    assert isinstance(app, Application)
    return await app.import_areas(ImportAreas(within=within))


async def test_a_list_is_announced_and_fetched_without_a_token(client: Api) -> None:
    told = await published(client, "21")

    answer = await client.get(told.path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["etag"] == f'"{told.sha256}"'
    assert sha256(answer.content).hexdigest() == told.sha256
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert len(lines) == told.count > 1000
    assert [line["code"] for line in lines] == sorted(line["code"] for line in lines)
    assert set(lines[0]) == {
        "scheme", "code", "name", "level", "is_formal", "parent", "ancestors", "pool_id",
    }  # fmt: skip


async def test_the_fetcher_of_the_other_services_believes_it(client: Api) -> None:
    told = await published(client, "2102")
    transport = client._transport  # noqa: SLF001 - the application without a socket
    async with running(build, Settings, "registry") as (other, _issuer):
        async with other.frame.unit_of_work.transaction() as session:
            session.add(
                AreaListRow(
                    list_id=told.list_id,
                    scheme=told.scheme.value,
                    edition=told.edition,
                    count=told.count,
                    sha256=told.sha256,
                    path=told.path,
                    announced_at=told.published_at,
                )
            )
        work, clock = other.frame.unit_of_work, other.frame.clock
        fetcher = AreaFetcher(work, clock, "http://registry.test", transport=transport)

        assert await fetcher.take_over_announced()

        area = await other.frame.areas.find(AreaRef(AreaScheme.NBS, "210213009"))
    assert (area.name, area.is_formal) == ("先进街道", True)


async def test_lists_and_their_state_are_shown(client: Api) -> None:
    narrow = await published(client, "2102")
    wide = await published(client, "21")
    reader = await client.signed_in("volunteer", org=uuid4())

    listed = (await reader.get(f"{V1}/area_lists")).json()["items"]
    shown = (await reader.get(f"{V1}/area_lists/{wide.list_id}")).json()

    assert {item["list_id"]: item["is_in_force"] for item in listed} == {
        str(narrow.list_id): False,
        str(wide.list_id): True,
    }
    assert (shown["count"], shown["edition"]) == (wide.count, "2023-06-30")


async def test_a_superseded_list_names_its_successor(client: Api) -> None:
    narrow = await published(client, "2102")
    wide = await published(client, "21")

    answer = await client.get(narrow.path)

    assert answer.status_code == 409
    assert answer.json()["in_force"] == str(wide.list_id)


async def test_a_list_that_never_was_is_not_found(client: Api) -> None:
    answer = await client.get(f"{V1}/area_lists/{uuid4()}/areas.ndjson")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/area-list-not-found")


async def test_an_area_is_shown_with_all_it_lies_within(client: Api) -> None:
    await published(client, "2102")
    reader = await client.signed_in("analyst", area="2102")

    answer = await reader.get(f"{V1}/areas/nbs/210213009")
    absent = await reader.get(f"{V1}/areas/nbs/210213999")

    assert answer.json()["ancestors"] == ["21", "2102", "210213", "210213009"]
    assert answer.json()["level_label"] == "乡级"
    assert absent.status_code == 404
    assert absent.json()["type"].endswith("/area-not-found")


async def test_areas_are_listed_by_what_they_lie_within_level_and_name(client: Api) -> None:
    await published(client, "2102")
    reader = await client.signed_in("community_worker", area="210213009")

    async def codes(**wanted: str) -> list[str]:
        found = await reader.get(f"{V1}/areas", params={"limit": "200", **wanted})
        return [area["code"] for area in found.json()["items"]]

    assert len(await codes(within="2102", level="township")) == 152
    assert len(await codes(within="2102", level="county")) == 10
    assert await codes(name="先进街道") == ["210213009"]
    assert await codes(name="%") == []
    assert await codes(scheme="mca") == []


async def test_every_area_is_on_one_page(client: Api) -> None:
    told = await published(client, "2102")
    reader = await client.signed_in("partner", org=uuid4())

    codes: list[str] = []
    path: str | None = f"{V1}/areas?limit=50"
    while path is not None:
        answer = await reader.get(path)
        codes += [area["code"] for area in answer.json()["items"]]
        link = answer.headers.get("link")
        path = link.split(";")[0].strip("<>") if link else None

    assert len(codes) == len(set(codes)) == told.count


async def test_nothing_but_the_announcement_is_told(client: Api) -> None:
    await published(client, "2102")

    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        types = (await connection.execute(text("select type from outbox"))).scalars().all()
    assert types == ["registry.area_list.published.v1"]
