"""Areas by what people type: Chinese, pinyin, initials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from registry.adapters.name_keys import keys_of
from registry.app.application import Application
from registry.app.import_areas import ImportAreas
from registry.bootstrap import build
from registry.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

V1: Final = "/registry/v1"


@pytest.fixture
async def reader() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry", has_areas=False) as client:
        app = client.service.application
        assert isinstance(app, Application)
        await app.import_areas(ImportAreas(within="2102"))
        yield await client.signed_in("analyst", area="2102")


async def names(reader: Api, **params: str) -> list[str]:
    answer = await reader.get(f"{V1}/areas", params=params)
    assert answer.status_code == 200
    return [area["name"] for area in answer.json()["items"]]


async def test_a_name_is_found_by_characters_pinyin_and_initials(reader: Api) -> None:
    for q in ("先进", "进街", "xianjin", "XianJin jiedao", "xjjd", "xian'jin"):
        assert "先进街道" in await names(reader, q=q)


async def test_what_does_not_begin_so_is_not_found(reader: Api) -> None:
    assert await names(reader, q="xianjinq") == []
    assert await names(reader, q="街先") == []
    assert await names(reader, q="%街") == []


async def test_a_search_keeps_to_the_other_filters(reader: Api) -> None:
    assert await names(reader, q="jz", level="county") == ["金州区"]
    assert await names(reader, q="农场", is_formal="true") == []


async def test_a_search_for_nothing_that_can_be_read_is_refused(reader: Api) -> None:
    answer = await reader.get(f"{V1}/areas", params={"q": "' "})

    assert answer.status_code == 422


async def test_ancestors_run_from_the_province_to_the_area(reader: Api) -> None:
    answer = await reader.get(f"{V1}/areas/nbs/210213009/ancestors")
    absent = await reader.get(f"{V1}/areas/nbs/210299/ancestors")

    found = [area["name"] for area in answer.json()["items"]]
    assert found == ["辽宁省", "大连市", "金州区", "先进街道"]
    assert absent.status_code == 404


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("重庆市", "chongqingshi", "cqs"),
        ("六安市", "luanshi", "las"),
        ("八五〇农场", "bawulingnongchang", "bwlnc"),
        ("第27团A区", "di27tuanaqu", "d2taq"),
        ("张辛居民委员会", "zhangxinjuminweiyuanhui", "zxjmwyh"),
    ],
)
def test_names_are_read_as_their_people_read_them(name: str, pinyin: str, initials: str) -> None:
    keys = keys_of(name)

    assert (keys.pinyin, keys.initials) == (pinyin, initials)
