"""Importing files: nothing before it was confirmed, nothing twice, nothing half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from importing import V1, Desk, table
from prometheus_client import REGISTRY

if TYPE_CHECKING:
    from testing.api import Api

HEADER = ["层级", "名称", "区划代码", "立项日期", "启用日期"]
GOOD = [
    HEADER,
    ["乡镇(街道)社工站", "先进街道社工站", "210213009", "2024-03-01", "2024-06-18"],
    ["区县总站", "金州区社工总站", 210213, "2024年3月1日", ""],
]


async def test_a_check_writes_nothing_and_tells_what_would_become_of_each_row(desk: Desk) -> None:
    checked = await desk.sent(table(GOOD))

    assert checked["state"] == "checked"
    assert checked["counts"] == {"created": 2}
    assert checked["seen"] == 2
    assert await desk.stations() == []


async def test_what_was_confirmed_is_written_as_if_it_had_been_typed_in(desk: Desk) -> None:
    done = await desk.imported(table(GOOD))

    assert (done["state"], done["counts"]) == ("done", {"created": 2})
    found = {station["name"]: station for station in await desk.stations()}
    assert found["先进街道社工站"]["status"] == "open"
    assert found["金州区社工总站"]["area"] == "210213"
    assert found["金州区社工总站"]["planned_on"] == "2024-03-01"


async def test_rows_and_durations_are_counted(desk: Desk) -> None:
    def figure(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def figures() -> list[float]:
        return [
            figure("registry_import_rows_total", outcome="created"),
            figure("registry_import_duration_seconds_count", phase="checking"),
            figure("registry_import_duration_seconds_count", phase="writing"),
        ]

    before = figures()

    await desk.imported(table(GOOD))

    assert [now - then for now, then in zip(figures(), before, strict=True)] == [2, 1, 1]


async def test_a_second_run_changes_nothing(desk: Desk) -> None:
    await desk.imported(table(GOOD))
    before = await desk.stations()

    again = await desk.imported(table(GOOD))

    assert again["counts"] == {"unchanged": 2}
    assert await desk.stations() == before


async def test_a_row_that_says_more_takes_the_station_on(desk: Desk) -> None:
    await desk.imported(table(GOOD))
    later = [
        [*HEADER, "关闭日期", "关闭原因"],
        [
            "station",
            "先进街道社工站",
            "210213009",
            "2024-03-01",
            "2024-06-18",
            "2025-01-31",
            "并入其他站点",
        ],
        ["general_station", "金州区社工总站", "210213", "2024-03-01", "2024-07-01", "", ""],
    ]

    done = await desk.imported(table(later))

    assert done["counts"] == {"changed": 2}
    assert {station["status"] for station in await desk.stations()} == {"closed", "open"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_table_may_come_in_any_of_the_usual_encodings(desk: Desk, encoding: str) -> None:
    assert (await desk.sent(table(GOOD, encoding=encoding)))["counts"] == {"created": 2}


BAD = [
    HEADER,
    ["站", "甲", "210213009", "2024-03-01", ""],
    ["station", "", "210213009", "2024-03-01", ""],
    ["station", "丙", "21021300x", "2024-02-30", ""],
    ["station", "丁", "210213999", "2024-03-01", ""],
    ["station", "戊", "210213", "2024-03-01", ""],
    ["station", "己", "210213008", "2024-03-01", "2024-02-01"],
    ["station", "庚", "210213008", "2024-03-01", "=TODAY()"],
    ["station", "辛", "210204008", "2024-03-01", "2024-04-01"],
    ["station", "壬", "210204008", "2024-03-01", "2024-05-01"],
]


async def test_every_flaw_is_told_by_row_and_column_and_in_the_callers_language(
    desk: Desk,
) -> None:
    checked = await desk.sent(table(BAD))

    assert checked["counts"] == {"created": 1, "refused": 8}
    assert await desk.flaws(checked["id"]) == [
        (2, "tier", "not_a_choice"),
        (3, "name", "required"),
        (4, "area", "not_a_code"),
        (4, "planned_on", "not_a_day"),
        (5, None, "unknown-area"),
        (6, None, "tier-does-not-fit-area"),
        (7, None, "station-days-out-of-order"),
        (8, "opened_on", "formula"),
        (10, None, "twice"),
    ]
    path = f"{V1}/imports/{checked['id']}/flaws?limit=1"
    chinese = await desk.caller.get(path, headers={"accept-language": "zh"})
    english = await desk.caller.get(path, headers={"accept-language": "en"})
    assert chinese.json()["items"][0]["reason"] == "不在可选范围内"
    assert english.json()["items"][0]["reason"] == "None of the choices"


async def test_all_or_nothing_is_refused_where_rows_have_flaws(desk: Desk) -> None:
    checked = await desk.sent(table(BAD))

    answer = await desk.caller.post(f"{V1}/imports/{checked['id']}/commit", json={"accept": "all"})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/import-has-flaws")
    assert answer.json()["flaws"] == 8


async def test_on_request_the_good_rows_are_written(desk: Desk) -> None:
    checked = await desk.sent(table(BAD))

    done = await desk.committed(checked["id"], "good_rows")

    assert (done["state"], done["counts"]) == ("done", {"created": 1, "refused": 8})
    assert [station["name"] for station in await desk.stations()] == ["辛"]
    assert len(await desk.flaws(done["id"])) == 9


async def test_all_is_nothing_when_a_rival_was_faster_after_the_check(desk: Desk) -> None:
    checked = await desk.sent(
        table([*GOOD, ["station", "光明街道社工站", "210213008", "2024-01-01", "2024-02-01"]])
    )
    rival = {
        "tier": "station",
        "name": "另一站",
        "scheme": "nbs",
        "area": "210213008",
        "planned_on": "2024-01-01",
        "opened_on": "2024-02-01",
    }
    await desk.caller.post(f"{V1}/stations", json=rival)

    stopped = await desk.committed(checked["id"])

    assert (stopped["state"], stopped["problem"]) == ("stopped", "rows-refused-meanwhile")
    assert await desk.flaws(stopped["id"]) == [(4, None, "area-already-served")]
    assert [station["name"] for station in await desk.stations()] == ["另一站"]
    assert (await desk.committed(stopped["id"], "good_rows"))["counts"] == {
        "created": 2,
        "refused": 1,
    }


async def test_what_is_outside_the_callers_area_is_refused_row_by_row(
    client: Api,
) -> None:
    supervisor = Desk(await client.signed_in("county_supervisor", "210213"))
    checked = await supervisor.sent(
        table([*GOOD, ["station", "黑石礁街道社工站", "210204008", "2024-03-01", ""]]),
        area="210213",
    )

    assert checked["counts"] == {"created": 2, "refused": 1}
    assert await supervisor.flaws(checked["id"]) == [(4, None, "outside-your-scope")]


async def test_a_grant_that_is_gone_by_then_writes_nothing(client: Api) -> None:
    supervisor = await client.signed_in("county_supervisor", "210213", sub="supervisor")
    desk = Desk(supervisor)
    checked = await desk.sent(table(GOOD), area="210213")
    await supervisor.post(f"{V1}/imports/{checked['id']}/commit", json={})
    await client.put_account("supervisor", [], version=2)

    admin = Desk(await client.signed_in("platform_admin"))
    stopped = await admin.worked_on(checked["id"])

    assert (stopped["state"], stopped["problem"]) == ("stopped", "role-not-permitted")
    assert await admin.stations() == []


async def test_nobody_else_sees_or_finishes_an_import_of_another_area(
    desk: Desk, client: Api
) -> None:
    checked = await desk.sent(table(GOOD), area="2102")
    foreign = await client.signed_in("county_supervisor", "210302")

    assert (await foreign.get(f"{V1}/imports/{checked['id']}")).status_code == 404
    answer = await foreign.post(f"{V1}/imports/{checked['id']}/commit", json={})
    assert answer.status_code == 404
    assert (await foreign.get(f"{V1}/imports")).json()["items"] == []


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"subject": "nothing"}, 404, "unknown-subject"),
        ({"area": "999999"}, 422, "unknown-area"),
        ({"parts": 33}, 422, "input-invalid"),
        ({"mapping_id": "0192d3c4-5b6a-7890-8abc-def012345678"}, 404, "mapping-not-found"),
    ],
)
async def test_what_cannot_be_begun_is_refused(
    desk: Desk, asked: dict[str, object], status: int, code: str
) -> None:
    body = {"subject": "stations", "form": "csv", "area": "21", **asked}

    answer = await desk.caller.post(f"{V1}/imports", json=body)

    assert answer.status_code == status
    assert answer.json()["type"].endswith(f"/{code}")


async def test_an_import_of_everywhere_needs_a_role_that_reaches_everywhere(client: Api) -> None:
    officer = await client.signed_in("officer", "21")

    answer = await officer.post(f"{V1}/imports", json={"subject": "stations", "form": "csv"})

    assert answer.status_code == 403


async def test_a_station_worker_may_import_parties_and_no_stations(client: Api) -> None:
    worker = await client.signed_in("station_worker", "210213009")
    body = {"form": "csv", "area": "210213009"}

    parties = await worker.post(f"{V1}/imports", json={**body, "subject": "parties"})
    stations = await worker.post(f"{V1}/imports", json={**body, "subject": "stations"})

    assert (parties.status_code, stations.status_code) == (201, 403)


async def test_parts_may_come_in_any_order_and_twice(desk: Desk) -> None:
    content = table(GOOD)
    body = {"subject": "stations", "form": "csv", "area": "21", "parts": 2}
    begun = (await desk.caller.post(f"{V1}/imports", json=body)).json()
    path = f"{V1}/imports/{begun['id']}"
    await desk.caller.put(f"{path}/parts/2", content=b"nonsense")
    await desk.caller.put(f"{path}/parts/2", content=content[50:])
    last = await desk.caller.put(f"{path}/parts/1", content=content[:50])

    late = await desk.caller.put(f"{path}/parts/1", content=content[:50])
    checked = await desk.worked_on(begun["id"])

    assert last.json()["state"] == "checking"
    assert late.status_code == 409
    assert checked["counts"] == {"created": 2}


@pytest.mark.parametrize(
    ("number", "content", "status", "code"),
    [
        (2, b"a", 422, "no-such-part"),
        (1, b"", 422, "part-too-large"),
        (33, b"a", 422, "input-invalid"),
    ],
)
async def test_a_part_that_was_not_announced_or_is_too_large_is_refused(
    desk: Desk, number: int, content: bytes, status: int, code: str
) -> None:
    body = {"subject": "stations", "form": "csv", "area": "21"}
    begun = (await desk.caller.post(f"{V1}/imports", json=body)).json()

    answer = await desk.caller.put(f"{V1}/imports/{begun['id']}/parts/{number}", content=content)

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)


async def test_progress_is_told_until_the_import_rests(desk: Desk) -> None:
    checked = await desk.sent(table(GOOD))

    answer = await desk.caller.get(f"{V1}/imports/{checked['id']}/progress")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: checked" in answer.text
    assert f"id: {checked['revision']}" in answer.text
    headers = {"last-event-id": str(checked["revision"])}
    seen = await desk.caller.get(f"{V1}/imports/{checked['id']}/progress", headers=headers)
    assert "event:" not in seen.text


async def test_parties_are_registered_vetted_and_suspended_by_rows(desk: Desk) -> None:
    rows = [
        [
            "society",
            "public_name",
            "is_person",
            "area",
            "vetted_on",
            "vetting_valid_until",
            "suspended_on",
        ],
        ["社区志愿者", "V-00001", "是", "210213009", "2025-01-01", "2027-01-01", ""],
        ["social_organisation", "阳光社会服务中心", "否", "210213", "", "", "2025-05-05"],
        ["social_worker", "张三", "是", "210213009", "", "", ""],
        ["volunteer", "V-00002", "是", "210213009", "2025-01-01", "", ""],
        ["volunteer", "V-00003", "是", "210213009", "2025-01-02", "2025-01-01", ""],
    ]
    checked = await desk.sent(table(rows), subject="parties")

    done = await desk.committed(checked["id"], "good_rows")

    assert done["counts"] == {"created": 2, "refused": 3}
    assert await desk.flaws(done["id"]) == [
        (4, None, "person-needs-public-number"),
        (5, "vetting_valid_until", "required"),
        (6, None, "vetting-days-out-of-order"),
    ]
    found = {party["public_name"]: party for party in await desk.parties()}
    assert found.keys() == {"V-00001", "阳光社会服务中心"}
    assert found["V-00001"]["vetting_valid_until"] == "2027-01-01"
    assert found["阳光社会服务中心"]["suspension_reason"] == "other"
