"""Workers, volunteers and organisations as files: in, again, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from importing import V1, Desk, table

if TYPE_CHECKING:
    from testing.api import Api

STREET = "210213009"
WHEN = "周六 09:00-12:00；周一 18:00-20:00"
WORKERS = [
    ["社工编号", "区划代码", "专兼职", "证书等级", "登记有效期至", "继续教育学时"],
    ["DL-SW-0001", STREET, "全职", "社会工作师", "2028-06-30", "2024：60；2025：72"],
    ["DL-SW-0002", STREET, "part_time", "", "", ""],
]
VOLUNTEERS = [
    ["志愿者编号", "区划代码", "特长", "方言", "可服务时段"],
    [
        "DL-V-0001",
        STREET,
        "急救、课业辅导",
        "普通话；胶辽官话",
        "周六 09:00-12:00；周一 18:00-20:00",
    ],
    ["DL-V-0002", STREET, "", "", ""],
]
ORGANISATIONS = [
    ["类别", "机构名称", "区划代码", "组织类型", "统一社会信用代码"],
    ["社会组织", "安心社会工作服务中心", STREET, "社会工作服务机构", "91350100M000100Y43"],
    ["community", "民警社区居民委员会", STREET, "社区居民委员会", ""],
]
FILES = {
    "social_workers": WORKERS,
    "volunteers": VOLUNTEERS,
    "organisations": ORGANISATIONS,
}


async def taken(desk: Desk, subject: str, rows: list[list[str]]) -> dict[str, Any]:
    """Send a file whose headers a person has confirmed, and have it checked."""
    found = await desk.sent(table(rows), subject=subject)
    if found["state"] == "unmapped":
        found = await desk.mapped(found["id"], mapping=found["proposal"])
    assert found["state"] == "checked", found
    return found


async def written(desk: Desk, subject: str) -> None:
    checked = await taken(desk, subject, FILES[subject])
    done = await desk.committed(checked["id"])
    assert (done["state"], done["counts"]) == ("done", {"created": 2})


async def described(desk: Desk, name: str, kind: str) -> dict[str, Any]:
    (party,) = [each for each in await desk.parties() if each["public_name"] == name]
    found: dict[str, Any] = (await desk.caller.get(f"{V1}/parties/{party['id']}/{kind}")).json()
    return found


async def test_workers_are_registered_and_described_in_one_go(desk: Desk) -> None:
    await written(desk, "social_workers")

    worker = await described(desk, "DL-SW-0001", "social_worker")
    assert (worker["engagement"], worker["level"], worker["registered_until"]) == (
        "full_time",
        "social_worker",
        "2028-06-30",
    )
    assert worker["education_hours"] == {"2024": 60, "2025": 72}


async def test_volunteers_get_numbers_of_their_own(desk: Desk) -> None:
    await written(desk, "volunteers")

    volunteer = await described(desk, "DL-V-0001", "volunteer")
    assert volunteer["number"].startswith("V")
    assert (volunteer["skills"], volunteer["languages"]) == (
        ["first_aid", "tutoring"],
        ["jiaoliao", "mandarin"],
    )
    assert [each["weekday"] for each in volunteer["available"]] == ["mon", "sat"]


async def test_organisations_keep_their_codes(desk: Desk) -> None:
    await written(desk, "organisations")

    agency = await described(desk, "安心社会工作服务中心", "organisation")
    assert (agency["kind"], agency["credit_code"]) == ("social_work_agency", "91350100M000100Y43")


@pytest.mark.parametrize("subject", FILES)
async def test_a_second_run_changes_nothing(desk: Desk, subject: str) -> None:
    await written(desk, subject)
    before = await desk.parties()

    again = await taken(desk, subject, FILES[subject])
    done = await desk.committed(again["id"])

    assert (again["counts"], done["counts"]) == ({"unchanged": 2}, {"unchanged": 2})
    assert await desk.parties() == before


@pytest.mark.parametrize("subject", FILES)
async def test_what_was_exported_changes_nothing_when_it_is_imported(
    desk: Desk, subject: str
) -> None:
    await written(desk, subject)

    for form in ("csv", "xlsx"):
        sent = await desk.caller.get(f"{V1}/exports/{subject}.{form}")
        checked = await desk.sent(sent.content, subject=subject, form=form)

        assert sent.headers["content-disposition"] == f'attachment; filename="{subject}.{form}"'
        assert (checked["state"], checked["counts"]) == ("checked", {"unchanged": 2})


async def test_a_template_has_the_headers_that_are_understood(desk: Desk) -> None:
    zh = {"accept-language": "zh-CN"}
    sheets = (await desk.caller.get(f"{V1}/sheets", headers=zh)).json()["sheets"]
    assert {sheet["subject"] for sheet in sheets} >= {*FILES, "postings", "service_entries"}

    for sheet in sheets:
        path = f"{V1}/sheets/{sheet['subject']}/template.csv"
        sent = await desk.caller.get(path, headers=zh)
        header = sent.content.decode("utf-8-sig").strip().split(",")
        assert header == [column["header"] for column in sheet["columns"]]
        assert not {"姓名", "电话", "身份证号", "证书编号"} & set(header)


async def test_a_file_says_more_and_what_it_does_not_say_stays(desk: Desk) -> None:
    await written(desk, "social_workers")
    more = [
        ["社工编号", "区划代码", "专兼职", "证书等级", "继续教育学时"],
        ["DL-SW-0001", STREET, "全职", "高级社会工作师", "2026:10"],
        ["DL-SW-0002", STREET, "part_time", "", ""],
    ]

    done = await desk.committed((await taken(desk, "social_workers", more))["id"])

    assert done["counts"] == {"changed": 1, "unchanged": 1}
    worker = await described(desk, "DL-SW-0001", "social_worker")
    assert (worker["level"], worker["registered_until"], worker["version"]) == (
        "senior",
        "2028-06-30",
        2,
    )
    assert worker["education_hours"] == {"2024": 60, "2025": 72, "2026": 10}


BAD = [
    [*ORGANISATIONS[0], "公开募捐资格证号"],
    ["社会组织", "甲", STREET, "社会工作服务机构", "91350100M000100Y44", ""],
    ["社会组织", "乙", STREET, "社区居民委员会", "", ""],
    ["社会组织", "丙", STREET, "基金会", "", "53210000"],
    ["社会组织", "丁", STREET, "某类", "", ""],
    ["社会组织", "戊", "210213999", "基金会", "", ""],
    ["社会组织", "己", STREET, "基金会", "91350100M000100Y43", ""],
    ["社会组织", "庚", STREET, "基金会", "９１350100 m000100y43", ""],
]


async def test_every_flaw_is_told_by_row_and_column_and_nothing_half_is_written(
    desk: Desk,
) -> None:
    checked = await taken(desk, "organisations", BAD)
    done = await desk.committed(checked["id"], "good_rows")

    assert await desk.flaws(checked["id"]) == [
        (2, None, "credit-code-invalid"),
        (3, None, "profile-does-not-fit-party"),
        (4, "permit_valid_from", "required"),
        (4, "permit_valid_until", "required"),
        (5, "kind", "not_a_choice"),
        (6, None, "unknown-area"),
        (8, None, "twice"),
    ]
    assert done["counts"] == {"created": 1, "refused": 6}
    assert [party["public_name"] for party in await desk.parties()] == ["己"]


async def test_a_code_that_another_has_stops_its_row_and_no_other(desk: Desk) -> None:
    await written(desk, "organisations")
    rows = [ORGANISATIONS[0]] + [
        ["社会组织", name, STREET, "基金会", "91350100M000100Y43" if name == "丙" else ""]
        for name in "甲乙丙丁戊"
    ]

    checked = await taken(desk, "organisations", rows)
    done = await desk.committed(checked["id"], "good_rows")

    assert await desk.flaws(checked["id"]) == [(4, None, "credit-code-taken")]
    assert done["counts"] == {"created": 4, "refused": 1}
    assert "丙" not in {party["public_name"] for party in await desk.parties()}


async def test_who_a_party_is_does_not_change_by_a_file(desk: Desk, client: Api) -> None:
    await written(desk, "volunteers")
    first = next(each for each in await desk.parties() if each["public_name"] == "DL-V-0001")
    other_name = [["编号", "公开名称", "区划代码"], [first["id"], "DL-V-0009", STREET]]
    elsewhere = await client.signed_in("county_supervisor", "210204")

    renamed = await desk.sent(table(other_name), subject="volunteers")
    unseen = await Desk(elsewhere).sent(
        table([other_name[0], [first["id"], "DL-V-0001", STREET]]),
        subject="volunteers",
        area="210204",
    )

    assert await desk.flaws(renamed["id"]) == [(2, "public_name", "differs")]
    (flaw,) = await Desk(elsewhere).flaws(unseen["id"])
    assert flaw == (2, None, "outside-your-scope")
