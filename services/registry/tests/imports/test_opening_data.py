"""What counties keep today: three invented workbooks in the shapes of real ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from importing import V1, Desk, table
from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet


def saved(fill: Callable[[Worksheet], None], *, title: str = "Sheet1") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    fill(sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def add(sheet: Worksheet, *rows: Sequence[object]) -> None:
    for row in rows:
        sheet.append(list(row))


def like_guizhou(sheet: Worksheet) -> None:
    """A title above, the county merged over its townships, subtotals, a note below."""
    add(
        sheet,
        ["乡镇（街道）社工站建设情况统计表"],
        ["填报单位：某市民政局"],
        ["序号", "区县", "乡镇（街道）", "社工站名称", "挂牌时间", "人数"],
        ["１", "金州区", "先进街道", "先进街道社会工作服务站", "２０２２年６月１８日", 3],
        ["２", None, "光明街道", "光明街道社会工作服务站", "2022.7.1", 2],
        ["小计", None, None, None, None, 5],
        ["３", "沙河口区", "黑石礁街道", "黑石礁街道社会工作服务站", "2022/9/1", 4],
        ["合计", None, None, None, None, 9],
        ["注：人数含兼职。"],
    )
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("B4:B5")
    sheet.merge_cells("A9:F9")


def like_ningbo(sheet: Worksheet) -> None:
    """A header of two rows, codes as numbers, station and room in one list."""
    add(
        sheet,
        ["站点信息", None, None, "建设情况", None, "备注"],
        ["名称", "站点类型", "行政区划代码", "立项时间", "投入使用时间", None],
        ["先进街道社工站", "镇街站", 210213009, "2021-05-06", "2021-08-01", ""],
        ["先进社区社工室", "村社室", 210213009001, "2021-06-01", "2021-09-10", "与党群中心同址"],
        ["大连市社工指导中心", "市中心", 2102, "2020-01-01", "", ""],
    )
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("D1:E1")
    sheet.merge_cells("F1:F2")


def like_linyi(sheet: Worksheet) -> None:
    """Blank cells for "as above" that were never merged, and a heading between the rows."""
    add(
        sheet,
        ["全市社工站台账"],
        ["县区", "镇街", "站名", "级别", "建站时间"],
        ["一、城区", None, None, None, None],
        ["铁东区", "长甸街道", "长甸街道社工站", "乡镇级", "2023年1月5日"],
        ["", "", "铁东区社会工作总站", "县级", "2023年1月6日"],
        ["总计", None, 2, None, None],
        ["联系人：（略）"],
    )


GUIZHOU = {"constants": {"tier": "station", "planned_on": "2022-01-01"}}
NINGBO = {
    "values": {"tier": {"镇街站": "station", "村社室": "room", "市中心": "city_centre"}},
}
LINYI = {
    "values": {
        "tier": {"乡镇级": "station", "县级": "general_station"},
        # A county's own station is named where the others name their street.
    },
    "filled_down": ["county_name"],
}
SHAPES = [
    (like_guizhou, GUIZHOU, {"county_name", "area_name", "name", "opened_on"}, 3),
    (like_ningbo, NINGBO, {"name", "tier", "area", "planned_on", "opened_on"}, 3),
    (like_linyi, LINYI, {"county_name", "area_name", "name", "tier", "planned_on"}, 2),
]


@pytest.mark.parametrize(("fill", "told", "fields", "rows"), SHAPES)
async def test_a_countys_table_is_proposed_confirmed_kept_and_used_again(
    desk: Desk,
    fill: Callable[[Worksheet], None],
    told: dict[str, Any],
    fields: set[str],
    rows: int,
) -> None:
    unmapped = await desk.sent(saved(fill, title="２０２２年"), form="xlsx")

    assert unmapped["state"] == "unmapped"
    proposal = unmapped["proposal"]
    assert set(proposal["columns"]) == fields
    checked = await desk.mapped(unmapped["id"], mapping={**proposal, **told}, save_as="区县台账")
    assert await desk.flaws(checked["id"]) == []
    assert checked["counts"] == {"created": rows}
    assert (await desk.committed(checked["id"]))["state"] == "done"
    (kept,) = (await desk.caller.get(f"{V1}/mappings?subject=stations")).json()["items"]
    next_year = await desk.sent(saved(fill, title="２０２３年"), form="xlsx", mapping_id=kept["id"])
    assert (next_year["state"], next_year["counts"]) == ("checked", {"unchanged": rows})


async def test_full_width_digits_merged_cells_and_names_of_areas_are_understood(
    desk: Desk,
) -> None:
    unmapped = await desk.sent(saved(like_guizhou), form="xlsx")
    mapping = {**unmapped["proposal"], **GUIZHOU}
    checked = await desk.mapped(unmapped["id"], mapping=mapping)
    await desk.committed(checked["id"])

    found = {(each["area"], each["opened_on"]) for each in await desk.stations()}
    assert found == {
        ("210213009", "2022-06-18"),
        ("210213008", "2022-07-01"),
        ("210204008", "2022-09-01"),
    }


async def test_a_name_that_no_area_or_more_than_one_has_is_told_by_row(desk: Desk) -> None:
    rows = [
        ["层级", "名称", "区划名称", "区县名称", "立项日期"],
        ["station", "甲", "无此街道", "", "2024-01-01"],
        ["station", "乙", "先进街道", "沙河口区", "2024-01-01"],
        ["station", "丙", "先进街道", "", "2024-01-01"],
        ["general_station", "丁", "", "金州区", "2024-01-01"],
    ]

    checked = await desk.sent(table(rows))

    assert checked["counts"] == {"created": 2, "refused": 2}
    assert await desk.flaws(checked["id"]) == [
        (2, "area_name", "no_such_area_name"),
        (3, "area_name", "no_such_area_name"),
    ]


async def test_a_mapping_of_fields_that_there_are_not_is_refused(desk: Desk) -> None:
    unmapped = await desk.sent(saved(like_linyi), form="xlsx")

    answer = await desk.caller.post(
        f"{V1}/imports/{unmapped['id']}/mapping", json={"mapping": {"columns": {"height": "高"}}}
    )

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/mapping-names-no-field")


async def test_a_table_without_a_known_header_is_refused(desk: Desk) -> None:
    refused = await desk.sent(table([["甲", "乙"], ["1", "2"]]))

    assert (refused["state"], refused["problem"]) == ("refused", "no-table-found")


async def test_a_formula_is_refused_where_it_stands(desk: Desk) -> None:
    def fill(sheet: Worksheet) -> None:
        add(
            sheet,
            ["层级", "名称", "区划代码", "立项日期"],
            ["station", "甲", "210213009", "2024-01-01"],
            ["station", '=A2&"乙"', "210213008", "2024-01-01"],
        )

    checked = await desk.sent(saved(fill), form="xlsx")

    assert await desk.flaws(checked["id"]) == [(3, "name", "formula")]
