"""What a station may do, and whether it has people enough, as long as somebody is posted there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from posting_calls import POSTINGS, a_worker, posted
from station_calls import STATIONS, STREET, made, refusal, types_of

if TYPE_CHECKING:
    from testing.api import Api

DAY = "2025-01-31"
CLOSURE = {"closed_on": DAY, "reason": "other"}
RULE = {
    "tier": "station",
    "scheme": "nbs",
    "area": "210213",
    "min_full_time": 3,
    "min_certified": 2,
    "valid_from": "2024-01-01",
}


async def ending(admin: Api, way: str) -> dict[str, Any]:
    """Return what ends a station in this way."""
    if way == "merger":
        other = await made(admin, area="210213008", name="光明街道社工站")
        return {"into": other["id"], "merged_on": DAY}
    part = {"name": "新站", "scheme": "nbs", "area": STREET}
    split = {"split_on": DAY, "goes_on": False, "parts": [part]}
    return split if way == "split" else CLOSURE


@pytest.mark.parametrize("way", ["closure", "merger", "split"])
async def test_a_station_does_not_end_before_the_postings_to_it(admin: Api, way: str) -> None:
    station = await made(admin)
    path, body = f"{STATIONS}/{station['id']}", await ending(admin, way)
    posting = await posted(admin, station["id"])
    await posted(admin, station["id"], ends_on=DAY)
    stations = (await admin.get(STATIONS)).json()

    refused = await admin.post(f"{path}/{way}", json=body)

    assert refusal(refused) == (409, "station-has-open-postings")
    assert refused.json()["still_open"] == 1
    assert (await admin.get(path)).json() == station
    assert (await admin.get(STATIONS)).json() == stations
    assert await types_of(admin, station["id"]) == ["planned", "opened"]
    await admin.post(f"{POSTINGS}/{posting}/end", json={"ends_on": DAY})
    assert (await admin.post(f"{path}/{way}", json=body)).status_code == 200


async def test_a_station_that_goes_on_beside_its_parts_keeps_its_people(admin: Api) -> None:
    station = await made(admin)
    await posted(admin, station["id"])
    part = {"name": "先进北站", "scheme": "nbs", "area": "210213008"}
    body = {"split_on": DAY, "goes_on": True, "parts": [part]}

    answer = await admin.post(f"{STATIONS}/{station['id']}/split", json=body)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("way", ["closure", "merger"])
async def test_nobody_is_posted_to_a_station_that_has_ended(admin: Api, way: str) -> None:
    station = (await made(admin))["id"]
    await admin.post(f"{STATIONS}/{station}/{way}", json=await ending(admin, way))
    worker = await a_worker(admin)
    body = {"worker_id": worker, "station_id": station, "is_full_time": True}

    answer = await admin.post(POSTINGS, json={**body, "starts_on": "2024-09-01"})

    assert refusal(answer) == (409, "station-has-closed")


class TestStaffing:
    async def finding(self, admin: Api, station: str, on: str) -> dict[str, Any]:
        answer = await admin.get(f"{STATIONS}/{station}/staffing", params={"on": on})
        found: dict[str, Any] = answer.json()
        return found

    async def test_counts_who_is_posted_there_on_the_day(self, admin: Api) -> None:
        station = (await made(admin))["id"]
        await admin.post("/registry/v1/staffing_rules", json=RULE)
        for level in ("assistant", "senior", None):
            worker = await a_worker(admin, level=level)
            await posted(admin, station, worker, ends_on="2024-12-31")
        await posted(admin, station, is_full_time=False)

        full = await self.finding(admin, station, "2024-12-31")
        after = await self.finding(admin, station, "2025-01-01")

        assert (full["verdict"], full["basis"], full["basis_label"]) == (
            "met",
            "postings",
            "岗位派驻记录",
        )
        assert full["posted"] == {"full_time": 3, "part_time": 1, "certified": 2}
        assert (after["verdict"], after["short_of_full_time"], after["short_of_certified"]) == (
            "not_met",
            3,
            2,
        )
        assert after["posted"] == {"full_time": 0, "part_time": 1, "certified": 0}

    async def test_believes_postings_before_the_stations_own_word(self, admin: Api) -> None:
        station = (await made(admin))["id"]
        await admin.post("/registry/v1/staffing_rules", json=RULE)
        stated = {"full_time": 5, "part_time": 0, "certified": 5}
        await admin.put(f"{STATIONS}/{station}/headcounts/2024-07-01", json=stated)
        await posted(admin, station, starts_on="2024-09-01")

        before = await self.finding(admin, station, "2024-08-31")
        since = await self.finding(admin, station, "2024-09-01")

        assert (before["verdict"], before["basis"], before["posted"]) == ("met", "headcount", None)
        assert (since["verdict"], since["basis"], since["short_of_full_time"]) == (
            "not_met",
            "postings",
            2,
        )
        assert since["headcount"] == {**stated, "counted_on": "2024-07-01"}

    async def test_counts_a_person_once(self, admin: Api) -> None:
        station, worker = (await made(admin))["id"], await a_worker(admin, level="senior")
        await posted(admin, station, worker)
        for _ in range(2):
            await posted(admin, station, worker, is_full_time=False)

        found = await self.finding(admin, station, "2025-01-01")

        assert found["posted"] == {"full_time": 1, "part_time": 0, "certified": 1}
        assert (found["verdict"], found["basis"]) == ("no_rule", "postings")
