"""Stations, as callers meet them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from testing.api import Api

STATIONS = "/registry/v1/stations"


def a_station(**other: object) -> dict[str, Any]:
    return {
        "tier": "station",
        "name": "先进街道社工站",
        "scheme": "nbs",
        "area": "210213009",
        "planned_on": "2024-03-01",
        **other,
    }


async def planned(admin: Api, **other: object) -> dict[str, Any]:
    answer = await admin.post(STATIONS, json=a_station(**other))
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_a_station_is_planned_opened_and_closed(admin: Api) -> None:
    made = await admin.post(STATIONS, json=a_station())
    assert made.status_code == 201
    assert (made.json()["status"], made.headers["etag"]) == ("planned", '"1"')
    path = made.headers["location"]

    opened = await admin.post(f"{path}/opening", json={"opened_on": "2024-06-18"})
    assert (opened.json()["status"], opened.headers["etag"]) == ("open", '"2"')
    body = {"closed_on": "2025-01-31", "reason": "merged"}
    closed = await admin.post(f"{path}/closure", json=body)
    assert closed.status_code == 200
    assert closed.json() == (await admin.get(path)).json()
    assert closed.json() | {"id": None} == {
        "id": None,
        "version": 3,
        "tier": "station",
        "tier_label": "乡镇(街道)社工站",
        "name": "先进街道社工站",
        "scheme": "nbs",
        "area": "210213009",
        "status": "closed",
        "status_label": "关闭",
        "planned_on": "2024-03-01",
        "opened_on": "2024-06-18",
        "closed_on": "2025-01-31",
        "closure_reason": "merged",
        "closure_reason_label": "并入其他站点",
        "kind": "community",
        "kind_label": "社区",
        "building_on": None,
        "parent_id": None,
        "merged_into": None,
        "split_from": None,
        "address": None,
        "position": None,
        "stated_position": None,
        "is_position_known": False,
        "floor_area_m2": None,
        "rooms": [],
        "shared_with": [],
        "operating": None,
        "hours": {"weekly": [], "exceptions": []},
        "projects": [],
        "project_pattern": "0+0+0",
    }


async def test_labels_are_in_the_language_of_the_caller(admin: Api) -> None:
    station = await planned(admin)

    answer = await admin.get(f"{STATIONS}/{station['id']}", headers={"accept-language": "en"})

    assert answer.json()["tier_label"] == "Township station"


async def test_a_station_under_a_chosen_id_is_made_once(admin: Api) -> None:
    chosen = str(uuid4())
    first = await admin.post(STATIONS, json=a_station(id=chosen))
    again = await admin.post(STATIONS, json=a_station(id=chosen))
    other = await admin.post(STATIONS, json=a_station(id=chosen, name="另一个站"))

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert other.json()["type"].endswith("/station-id-taken")


async def test_a_tier_that_does_not_fit_the_area_is_refused(admin: Api) -> None:
    answer = await admin.post(STATIONS, json=a_station(tier="general_station"))

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/tier-does-not-fit-area")
    assert (answer.json()["tier"], answer.json()["level"]) == ("general_station", "township")


async def test_an_area_has_one_open_station_of_a_tier(admin: Api) -> None:
    await planned(admin, opened_on="2024-06-18")

    answer = await admin.post(STATIONS, json=a_station(opened_on="2024-07-01"))

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/area-already-served")


async def test_a_decision_on_what_has_changed_since_is_refused(admin: Api) -> None:
    station = await planned(admin)
    path = f"{STATIONS}/{station['id']}"
    await admin.post(f"{path}/opening", json={"opened_on": "2024-06-18"})

    answer = await admin.post(
        f"{path}/closure",
        json={"closed_on": "2025-01-31", "reason": "merged"},
        headers={"if-match": '"1"'},
    )

    assert answer.status_code == 412
    assert answer.json()["version"] == 2


async def test_a_repeated_request_is_answered_alike_and_done_once(admin: Api) -> None:
    key = {"idempotency-key": "the-same"}
    first = await admin.post(STATIONS, json=a_station(), headers=key)
    again = await admin.post(STATIONS, json=a_station(), headers=key)

    assert first.content == again.content
    assert len((await admin.get(STATIONS)).json()["items"]) == 1


async def test_each_item_of_a_batch_has_its_own_answer(admin: Api) -> None:
    chosen = str(uuid4())
    await planned(admin, id=chosen)
    items = [
        a_station(area="210213008", opened_on="2024-06-18"),
        a_station(area="210213999"),
        {"tier": "station", "name": " ", "wrong": 1},
        a_station(id=chosen),
        a_station(area="210213008", opened_on="2024-06-19"),
        "nonsense",
    ]

    answer = await admin.post(f"{STATIONS}/batch", json={"stations": items})

    assert answer.status_code == 200
    answers = answer.json()["items"]
    assert [item["index"] for item in answers] == list(range(6))
    assert [item["status"] for item in answers] == [201, 422, 422, 200, 409, 422]
    assert answers[1]["problem"]["type"].endswith("/unknown-area")
    flaws = answers[2]["problem"]["errors"]
    assert {flaw["pointer"] for flaw in flaws} == {
        f"/body/stations/2/{field}" for field in ("name", "scheme", "area", "planned_on", "wrong")
    }
    assert answers[3]["id"] == chosen
    assert answers[4]["problem"]["type"].endswith("/area-already-served")


async def test_a_batch_has_at_most_500_items(admin: Api) -> None:
    items = [a_station() for _ in range(501)]

    answer = await admin.post(f"{STATIONS}/batch", json={"stations": items})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/body/stations"


@pytest.mark.parametrize(
    "body",
    [
        a_station(unknown=1),
        a_station(tier="palace"),
        a_station(area="21; drop table"),
        a_station(name="x" * 121),
        a_station(name="nul\x00"),
        a_station(name="half \ud800"),
        a_station(planned_on="2024-02-30"),
        a_station(planned_on="yesterday"),
        a_station(planned_on=1709251200),
        a_station(planned_on="1066-10-14"),
        a_station(id="7"),
        [],
        None,
    ],
)
async def test_bad_input_is_named_and_not_repeated(admin: Api, body: object) -> None:
    answer = await admin.post(
        STATIONS, content=json.dumps(body), headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/input-invalid")
    assert answer.json()["errors"][0]["pointer"].startswith("/body")
    assert "palace" not in answer.text
    assert "drop table" not in answer.text


async def test_lists_come_in_pages_with_filters_that_add_up(admin: Api) -> None:
    for area in ("210213009", "210213008", "210204008"):
        await planned(admin, area=area)

    first = await admin.get(STATIONS, params={"within": "210213", "limit": 1})
    second = await admin.get(first.headers["link"].split(";")[0].strip("<>"))
    nowhere = await admin.get(STATIONS, params={"within": "210213", "status": "open"})

    areas = [item["area"] for page in (first, second) for item in page.json()["items"]]
    assert sorted(areas) == ["210213008", "210213009"]
    assert second.json()["next"] is None
    assert nowhere.json()["items"] == []


async def test_an_unknown_filter_is_an_error(admin: Api) -> None:
    answer = await admin.get(STATIONS, params={"tiers": "station"})

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/unknown-filter")


async def test_what_a_caller_may_not_see_looks_like_what_does_not_exist(
    client: Api, admin: Api
) -> None:
    station = await planned(admin)
    stranger = await client.signed_in("county_supervisor", area="210204")

    hidden = await stranger.get(f"{STATIONS}/{station['id']}")
    absent = await stranger.get(f"{STATIONS}/{uuid4()}")

    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json(), "station_id": 0, "instance": 0} == {
        **absent.json(),
        "station_id": 0,
        "instance": 0,
    }
