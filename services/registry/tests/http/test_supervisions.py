"""Supervision, as callers meet it: Ningbo's supervisors of city, province and university."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
SUPERVISIONS = f"{V1}/supervisions"


async def made(admin: Api, path: str, body: dict[str, Any]) -> str:
    answer = await admin.post(f"{V1}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_worker(admin: Api, number: str, **other: Any) -> str:  # noqa: ANN401
    party = {"society": "social_worker", "public_name": number, "is_person": True}
    return await made(admin, "parties", {**party, "scheme": "nbs", "area": "210213009", **other})


async def a_station(admin: Api, area: str) -> str:
    station = {"tier": "station", "name": "社工站", "scheme": "nbs", "area": area}
    days = {"planned_on": "2020-03-01", "opened_on": "2020-06-18"}
    return await made(admin, "stations", {**station, **days})


@pytest.fixture
async def body(admin: Api) -> dict[str, Any]:
    return {
        "supervisor_id": await a_worker(admin, "D-0001"),
        "worker_id": await a_worker(admin, "W-0001"),
        "station_id": await a_station(admin, "210213009"),
        "began_on": "2024-03-01",
    }


async def test_supervision_begins_at_a_station_and_ends(admin: Api, body: dict[str, Any]) -> None:
    begun = await admin.post(SUPERVISIONS, json=body)
    path = begun.headers["location"]
    ended = await admin.post(f"{path}/end", json={"ended_on": "2025-02-28"})

    assert (begun.status_code, ended.status_code) == (201, 200)
    assert begun.json() == body | {
        "id": begun.json()["id"],
        "version": 1,
        "scheme": "nbs",
        "area": "210213009",
        "ended_on": None,
    }
    assert ended.json() == begun.json() | {"version": 2, "ended_on": "2025-02-28"}
    assert (await admin.get(path)).json() == ended.json()
    again = await admin.post(f"{path}/end", json={"ended_on": "2025-03-01"})
    assert again.json()["type"].endswith("/supervision-ended")


async def test_two_people_are_in_one_supervision_at_a_time(
    admin: Api, body: dict[str, Any]
) -> None:
    path = (await admin.post(SUPERVISIONS, json=body)).headers["location"]
    later = body | {"began_on": "2025-03-01"}

    refused = await admin.post(SUPERVISIONS, json=later)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (
        409,
        "supervision-overlaps",
    )
    await admin.post(f"{path}/end", json={"ended_on": "2025-02-28"})
    assert (await admin.post(SUPERVISIONS, json=later)).status_code == 201


async def test_how_many_workers_a_supervisor_has_is_seen(admin: Api, body: dict[str, Any]) -> None:
    city, university = body["supervisor_id"], await a_worker(admin, "D-0002", area="2102")
    second = await a_station(admin, "210213008")
    workers = [body["worker_id"], *[await a_worker(admin, f"W-1{n:03}") for n in range(5)]]
    for number, worker in enumerate(workers):
        station = body["station_id"] if number < 4 else second
        relation = body | {"worker_id": worker, "station_id": station}
        await made(admin, "supervisions", relation)
        if number < 2:
            await made(admin, "supervisions", relation | {"supervisor_id": university})
    items = (await admin.get(SUPERVISIONS, params={"worker_id": workers[0]})).json()["items"]

    async def ratios(**wanted: str) -> dict[str, tuple[int, int, str]]:
        answer = await admin.get(f"{V1}/supervisors", params=wanted)
        return {
            item["supervisor_id"]: (item["workers"], item["stations"], item["ratio"])
            for item in answer.json()["items"]
        }

    assert {item["supervisor_id"] for item in items} == {city, university}
    everybody = {city: (6, 2, "1:6"), university: (2, 1, "1:2")}
    assert await ratios(within="2102", on="2024-03-01") == everybody
    assert await ratios(station_id=second) == {city: (2, 1, "1:2")}
    assert await ratios(on="2024-02-29") == {}


async def test_bad_input_has_a_problem_of_its_own_and_leaves_nothing(
    client: Api, admin: Api, body: dict[str, Any]
) -> None:
    team = await a_worker(admin, "周末志愿队", society="volunteer", is_person=False)
    volunteer = await a_worker(admin, "V-0001", society="volunteer")
    bad: list[tuple[dict[str, Any], int, str]] = [
        ({"supervisor_id": str(uuid4())}, 422, "unknown-party"),
        ({"worker_id": str(uuid4())}, 422, "unknown-party"),
        ({"supervisor_id": team}, 422, "party-of-wrong-kind"),
        ({"worker_id": volunteer}, 422, "party-of-wrong-kind"),
        ({"worker_id": body["supervisor_id"]}, 422, "own-supervisor"),
        ({"station_id": str(uuid4())}, 404, "station-not-found"),
        ({"began_on": "2024-02-30"}, 422, "input-invalid"),
    ]
    for change, status, code in bad:
        answer = await admin.post(SUPERVISIONS, json=body | change)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)
    stranger = await client.signed_in("county_supervisor", area="210204")
    hidden = await stranger.post(SUPERVISIONS, json=body)
    assert hidden.json()["type"].endswith("/station-not-found")

    path = (await admin.post(SUPERVISIONS, json=body)).headers["location"]
    early = await admin.post(f"{path}/end", json={"ended_on": "2024-02-29"})
    assert early.json()["type"].endswith("/days-out-of-order")
    assert len((await admin.get(SUPERVISIONS)).json()["items"]) == 1
