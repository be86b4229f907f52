"""The service list as a file: in, again, verified, withdrawn, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from importing import V1, Desk, table
from station_calls import STREET, made

if TYPE_CHECKING:
    from testing.api import Api

HEADER = [
    *("区划代码", "站点名称", "机构名称", "服务类别", "服务名称", "服务量", "计量单位", "周期"),
    *("服务对象", "收费方式", "单价（分）", "服务方式", "服务时间", "开始日期"),
]
MEALS = [
    *(STREET, "先进街道社工站", "", "meal_delivery", "送餐上门", "20", "人次", "每天"),
    *("老年人；残疾人", "定价收费", "800", "上门", "周一 10:00-12:00", "2025-01-01"),
]
COMPANY = [
    *(STREET, "", "安心社会工作服务中心", "陪伴照看", "周末陪伴", "10", "小时", "每周"),
    *("", "", "", "上门", "", "2025-01-01"),
]
ROWS = [HEADER, MEALS, COMPANY]


@pytest.fixture(autouse=True)
async def providers(client: Api) -> None:
    admin = await client.signed_in("platform_admin")
    await made(admin)
    body = {
        "society": "social_organisation",
        "public_name": "安心社会工作服务中心",
        "is_person": False,
        "scheme": "nbs",
        "area": STREET,
    }
    assert (await admin.post(f"{V1}/parties", json=body)).status_code == 201


async def taken(desk: Desk, rows: list[list[str]]) -> dict[str, Any]:
    return await desk.imported(table(rows), subject="service_entries")


async def entries(desk: Desk) -> dict[str, dict[str, Any]]:
    items = (await desk.caller.get(f"{V1}/service_entries")).json()["items"]
    return {each["title_zh"]: each for each in items}


async def test_rows_list_services_of_stations_and_of_organisations(desk: Desk) -> None:
    done = await taken(desk, ROWS)

    found = await entries(desk)
    assert done["counts"] == {"created": 2}
    meals, company = found["送餐上门"], found["周末陪伴"]
    assert (meals["station_id"] is None, company["party_id"] is None) == (False, False)
    assert (meals["cost"], meals["cost_fen"], sorted(meals["audiences"])) == (
        "fixed",
        800,
        ["disability", "older_people"],
    )
    assert (company["cost"], company["capacity"], company["unit"]) == ("free", 10, "hour")


async def test_a_second_run_changes_nothing(desk: Desk) -> None:
    await taken(desk, ROWS)
    before = await entries(desk)

    again = await taken(desk, ROWS)

    assert again["counts"] == {"unchanged": 2}
    assert await entries(desk) == before


async def test_a_file_revises_and_withdraws(desk: Desk) -> None:
    await taken(desk, ROWS)
    more = [[*MEALS[:5], "30", *MEALS[6:], ""], [*COMPANY, "2025-06-30"]]

    done = await taken(desk, [[*HEADER, "撤下日期"], *more])

    found = await entries(desk)
    assert done["counts"] == {"changed": 2}
    assert (found["送餐上门"]["capacity"], found["送餐上门"]["cost_fen"]) == (30, 800)
    assert found["周末陪伴"]["status"] == "withdrawn"


async def test_what_was_exported_changes_nothing_and_tells_no_confidential_place(
    desk: Desk,
) -> None:
    await taken(desk, ROWS)
    await taken(desk, [[*HEADER, "撤下日期"], [*COMPANY, "2025-06-30"]])
    meals = (await entries(desk))["送餐上门"]
    offering = {
        key: value
        for key, value in meals.items()
        if key in {"service", "title_zh", "capacity", "unit", "period", "given", "offered_from"}
    }
    hidden = {
        **offering,
        "given": "at_address",
        "is_confidential": True,
        "address": "保密路1号",
        "cost": "free",
    }
    revised = await desk.caller.put(f"{V1}/service_entries/{meals['id']}", json=hidden)
    assert revised.status_code == 200, revised.text

    for form in ("csv", "xlsx"):
        sent = await desk.caller.get(f"{V1}/exports/service_entries.{form}")
        checked = await desk.sent(sent.content, subject="service_entries", form=form)

        assert (checked["state"], checked["counts"]) == ("checked", {"unchanged": 2})
        if form == "csv":
            assert "保密路" not in sent.content.decode("utf-8-sig")


async def test_every_flaw_is_told_and_no_confidential_place_is_taken(desk: Desk) -> None:
    rows = [
        [*HEADER, "地址保密", "服务地址"],
        [STREET, "无此站", *MEALS[2:], "", ""],
        [STREET, "", *MEALS[2:], "", ""],
        [*MEALS[:5], "二十", *MEALS[6:], "", ""],
        [*MEALS[:4], "送钱", "20", "元", *MEALS[7:], "", ""],
        [*MEALS[:4], "送粥", *MEALS[5:9], "免费", *MEALS[10:], "", ""],
        [*COMPANY, "是", "保密路1号"],
        [*MEALS, "", "公开路2号"],
        [*MEALS, "", ""],
    ]

    checked = await desk.sent(table(rows), subject="service_entries")
    done = await desk.committed(checked["id"], "good_rows")

    assert await desk.flaws(checked["id"]) == [
        (2, "station_name", "not_there"),
        (3, "station_name", "required"),
        (4, "capacity", "not_a_number"),
        (5, None, "unit-does-not-fit-service"),
        (6, None, "cost-incomplete"),
        (7, None, "confidential-place-in-file"),
        (9, None, "twice"),
    ]
    assert done["counts"] == {"created": 1, "refused": 7}
    assert (await entries(desk))["送餐上门"]["address"] == "公开路2号"


async def test_a_station_that_is_not_open_yet_lists_nothing_and_stops_no_other(
    client: Api, desk: Desk
) -> None:
    admin = await client.signed_in("platform_admin")
    await made(admin, area="210213008", name="光明街道社工站", opened_on=None)
    rows = [HEADER, ["210213008", "光明街道社工站", *MEALS[2:]], MEALS]

    checked = await desk.sent(table(rows), subject="service_entries")
    done = await desk.committed(checked["id"], "good_rows")

    assert await desk.flaws(checked["id"]) == [(2, None, "provider-not-serving")]
    assert done["counts"] == {"created": 1, "refused": 1}


async def test_nobody_lists_services_of_another_area_by_a_file(client: Api, desk: Desk) -> None:
    await taken(desk, ROWS)
    elsewhere = Desk(await client.signed_in("station_worker", "210204008"))

    checked = await elsewhere.sent(table(ROWS), subject="service_entries", area="210204008")

    assert [flaw[2] for flaw in await elsewhere.flaws(checked["id"])] == ["not_there"] * 2
