"""Postings as a file: in, again, ended, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from importing import V1, Desk, table
from posting_calls import a_worker, posted
from station_calls import STREET, made

if TYPE_CHECKING:
    from testing.api import Api

OTHER_STREET = "210213008"
HEADER = ["区划代码", "站点名称", "社工编号", "是否专职", "派驻起始日期", "派驻截止日期"]
ROWS = [
    HEADER,
    [STREET, "先进街道社工站", "W-0001", "是", "2024-09-01", ""],
    [STREET, "先进街道社工站", "W-0002", "否", "2024年10月1日", "2025-06-30"],
]


@pytest.fixture
async def admin(client: Api) -> Api:
    return await client.signed_in("platform_admin")


@pytest.fixture
async def station(admin: Api) -> str:
    for name in ("W-0001", "W-0002"):
        body = {
            "society": "social_worker",
            "public_name": name,
            "is_person": True,
            "scheme": "nbs",
            "area": STREET,
        }
        assert (await admin.post(f"{V1}/parties", json=body)).status_code == 201
    return str((await made(admin))["id"])


async def postings(desk: Desk) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await desk.caller.get(f"{V1}/postings")).json()["items"]
    return sorted(items, key=lambda each: str(each["starts_on"]))


async def taken(desk: Desk, rows: list[list[str]]) -> dict[str, Any]:
    return await desk.imported(table(rows), subject="postings")


@pytest.mark.usefixtures("station")
async def test_rows_post_workers_to_stations_by_what_people_call_them(desk: Desk) -> None:
    done = await taken(desk, ROWS)

    assert done["counts"] == {"created": 2}
    assert [
        (each["is_full_time"], each["starts_on"], each["ends_on"]) for each in await postings(desk)
    ] == [(True, "2024-09-01", None), (False, "2024-10-01", "2025-06-30")]


@pytest.mark.usefixtures("station")
async def test_a_second_run_changes_nothing_and_a_last_day_ends_a_posting(desk: Desk) -> None:
    await taken(desk, ROWS)
    before = await postings(desk)

    again = await taken(desk, ROWS)
    unchanged = await postings(desk)
    ended = await taken(desk, [HEADER, [*ROWS[1][:5], "2025-01-31"]])

    assert again["counts"] == {"unchanged": 2}
    assert unchanged == before
    assert ended["counts"] == {"changed": 1}
    assert (await postings(desk))[0]["ends_on"] == "2025-01-31"


async def test_what_was_exported_changes_nothing_when_it_is_imported(
    desk: Desk, admin: Api, station: str
) -> None:
    await taken(desk, ROWS)
    # Somebody from elsewhere, and two alike that only their ids can tell.
    worker = await a_worker(admin, area=OTHER_STREET)
    for _ in range(2):
        await posted(admin, station, worker, is_full_time=False)

    for form in ("csv", "xlsx"):
        path = f"{V1}/exports/postings.{form}"
        sent = await desk.caller.get(path, params={"station_id": station})
        checked = await desk.sent(sent.content, subject="postings", form=form)

        assert (checked["state"], checked["counts"]) == ("checked", {"unchanged": 4})


@pytest.mark.usefixtures("station")
async def test_every_flaw_is_told_by_row_and_column_and_the_good_rows_are_written(
    desk: Desk,
) -> None:
    await taken(desk, ROWS[:2])
    rows = [
        HEADER,
        [STREET, "先进街道社工站", "W-0009", "是", "2024-09-01", ""],
        [STREET, "无此站", "W-0001", "是", "2024-09-01", ""],
        [STREET, "", "W-0001", "是", "2024-09-01", ""],
        [STREET, "先进街道社工站", "W-0001", "是", "2024-10-01", ""],
        [STREET, "先进街道社工站", "W-0002", "是", "2024-11-01", "2024-10-31"],
        [STREET, "先进街道社工站", "W-0002", "或许", "2024-10-01", ""],
        [STREET, "先进街道社工站", "W-0002", "是", "2024-10-01", ""],
    ]

    checked = await desk.sent(table(rows), subject="postings")
    done = await desk.committed(checked["id"], "good_rows")

    assert await desk.flaws(checked["id"]) == [
        (2, "worker_name", "not_there"),
        (3, "station_name", "not_there"),
        (4, "station_name", "required"),
        (5, None, "postings-overlap"),
        (6, None, "posting-days-out-of-order"),
        (7, "is_full_time", "not_yes_or_no"),
    ]
    assert done["counts"] == {"created": 1, "refused": 6}
    assert len(await postings(desk)) == 2


async def test_nobody_is_posted_by_a_file_to_a_station_that_has_closed(
    desk: Desk, admin: Api, station: str
) -> None:
    closing = {"closed_on": "2025-01-31", "reason": "other"}
    await admin.post(f"{V1}/stations/{station}/closure", json=closing)

    checked = await desk.sent(table(ROWS), subject="postings")

    assert [flaw[2] for flaw in await desk.flaws(checked["id"])] == ["station-has-closed"] * 2


@pytest.mark.usefixtures("station")
async def test_a_worker_of_a_station_posts_nobody_by_a_file(client: Api) -> None:
    worker = await client.signed_in("station_worker", STREET)
    asked = {"subject": "postings", "form": "csv", "area": STREET, "parts": 1}

    answer = await worker.post(f"{V1}/imports", json=asked)

    assert answer.status_code == 403
