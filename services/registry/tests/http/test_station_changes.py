"""What happens to stations after they were planned, as callers meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from station_calls import (
    STATIONS,
    STREET,
    a_general_station,
    a_station,
    made,
    refusal,
    types_of,
)

if TYPE_CHECKING:
    import httpx

    from testing.api import Api


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    (
        {"whereabouts": {"position": {"longitude": 39.0, "latitude": 89, "datum": "wgs84"}}},
        "position-outside-china",
    ),
    (
        {"premises": {"floor_area_m2": 20, "rooms": [{"kind": "office", "floor_area_m2": 21}]}},
        "rooms-exceed-floor-area",
    ),
    (
        {"hours": {"weekly": [{"weekday": "mon", "begins": "17:00", "ends": "08:30"}]}},
        "hours-disordered",
    ),
    (
        {
            "projects": [
                {
                    "kind": "brand",
                    "title": "童生乐长",
                    "began_on": "2024-02-01",
                    "ended_on": "2024-01-01",
                }
            ]
        },
        "project-days-out-of-order",
    ),
]
MALFORMED: list[dict[str, Any]] = [
    {"premises": {"floor_area_m2": 0}},
    {"premises": {"floor_area_m2": 12.345}},
    {"premises": {"floor_area_m2": "NaN"}},
    {"hours": {"weekly": [{"weekday": "mon", "begins": "8:30", "ends": "17:00"}]}},
    {"hours": {"weekly": [{"weekday": "mon", "begins": 30600, "ends": "17:00"}]}},
    {"hours": {"weekly": [{"weekday": "mon", "begins": "08:30\n", "ends": "17:00"}]}},
    {"whereabouts": {"position": {"longitude": 121.5, "latitude": 31.1}}},
    {"whereabouts": {"position": {"longitude": 121.5, "latitude": 31.1, "datum": "bd09"}}},
]


async def test_a_station_is_planned_built_and_opened(admin: Api) -> None:
    station = await made(admin, opened_on=None)
    path = f"{STATIONS}/{station['id']}"

    built = await admin.post(f"{path}/building", json={"building_on": "2024-04-01"})
    again = await admin.post(f"{path}/building", json={"building_on": "2024-04-02"})
    early = await admin.post(f"{path}/opening", json={"opened_on": "2024-03-31"})
    opened = await admin.post(f"{path}/opening", json={"opened_on": "2024-06-18"})

    assert (built.json()["status"], built.json()["status_label"]) == ("building", "建设中")
    assert refusal(again) == (409, "station-is-being-built")
    assert refusal(early) == (422, "station-days-out-of-order")
    assert (opened.json()["status"], opened.json()["building_on"]) == ("open", "2024-04-01")
    assert await types_of(admin, station["id"]) == ["planned", "building_begun", "opened"]


async def test_a_renamed_station_is_the_same_and_its_history_knows_both_names(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}"

    body = {"since": "2025-01-01", "name": "先进街道社会工作和志愿服务站"}
    answer = await admin.patch(path, json=body)

    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    assert answer.json() == {**station, "version": 3, "name": body["name"]}
    steps = (await admin.get(f"{path}/history")).json()["items"]
    assert steps[0]["data"]["station_name"] == "先进街道社工站"
    assert steps[2]["data"] == {
        "station_id": station["id"],
        "station_name": body["name"],
        "since": "2025-01-01",
    }


async def test_what_is_so_already_is_no_change(admin: Api) -> None:
    station = await made(admin)

    body = {"since": "2025-01-01", "name": station["name"]}
    answer = await admin.patch(f"{STATIONS}/{station['id']}", json=body)

    assert answer.json() == station


async def test_a_station_moves_and_keeps_its_id_when_its_area_has_another_code(admin: Api) -> None:
    station = await made(admin)

    body = {"since": "2025-01-01", "area": {"scheme": "nbs", "area": "210213008"}}
    answer = await admin.patch(f"{STATIONS}/{station['id']}", json=body)

    assert (answer.json()["id"], answer.json()["area"]) == (station["id"], "210213008")
    assert await types_of(admin, station["id"]) == ["planned", "opened", "moved"]


async def test_nobody_moves_a_station_to_where_they_have_no_say(client: Api, admin: Api) -> None:
    station = await made(admin)
    supervisor = await client.signed_in("county_supervisor", area="210213")

    body = {"since": "2025-01-01", "area": {"scheme": "nbs", "area": "210204008"}}
    answer = await supervisor.patch(f"{STATIONS}/{station['id']}", json=body)

    assert refusal(answer) == (403, "outside-your-scope")


async def test_positions_are_kept_as_stated_and_shown_in_wgs84(admin: Api) -> None:
    station = await made(admin)
    stated = {"longitude": 121.531541859215, "latitude": 31.17530398364597, "datum": "gcj02"}

    body = {"since": "2025-01-01", "whereabouts": {"address": "向应路1号", "position": stated}}
    view = (await admin.patch(f"{STATIONS}/{station['id']}/profile", json=body)).json()

    assert (station["position"], station["is_position_known"]) == (None, False)
    assert view["is_position_known"] is True
    assert view["position"]["longitude"] == pytest.approx(121.5272106, abs=1e-8)
    assert view["position"]["latitude"] == pytest.approx(31.1774276, abs=1e-8)
    assert view["stated_position"] == {**stated, "datum_label": "GCJ-02（火星坐标）"}
    assert view == (await admin.get(f"{STATIONS}/{station['id']}")).json()


async def test_a_profile_that_cannot_be_is_refused(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}"

    for profile, code in IMPOSSIBLE:
        answer = await admin.patch(f"{path}/profile", json={"since": "2025-01-01", **profile})
        assert refusal(answer) == (422, code), profile
    assert (await admin.get(path)).json() == station


async def test_malformed_profiles_are_named(admin: Api) -> None:
    station = await made(admin)

    for profile in MALFORMED:
        body = {"since": "2025-01-01", **profile}
        answer = await admin.patch(f"{STATIONS}/{station['id']}/profile", json=body)
        assert refusal(answer) == (422, "input-invalid"), profile


class TestParents:
    async def test_stand_on_the_next_tier(self, admin: Api) -> None:
        general = await a_general_station(admin)
        station = await made(admin, parent_id=general["id"])
        room = await made(admin, tier="room", name="先进社区社工室", parent_id=station["id"])

        below = await admin.get(STATIONS, params={"parent_id": general["id"]})

        assert [item["id"] for item in below.json()["items"]] == [station["id"]]
        assert room["parent_id"] == station["id"]

    async def test_of_another_tier_are_refused(self, admin: Api) -> None:
        general = await a_general_station(admin)
        answer = await admin.post(STATIONS, json=a_station(tier="room", parent_id=general["id"]))

        assert refusal(answer) == (422, "parent-of-wrong-tier")

    async def test_that_stand_below_would_make_a_circle(self, admin: Api) -> None:
        station = await made(admin)
        room = await made(admin, tier="room", parent_id=station["id"])

        path = f"{STATIONS}/{station['id']}"
        for above in (room["id"], station["id"]):
            body = {"since": "2025-01-01", "parent_id": above}
            assert refusal(await admin.patch(path, json=body)) == (422, "parent-cycle")

    async def test_elsewhere_look_like_none(self, admin: Api) -> None:
        elsewhere = await a_general_station(admin, area="210204")

        there = await admin.post(STATIONS, json=a_station(parent_id=elsewhere["id"]))
        nowhere = await admin.post(STATIONS, json=a_station(parent_id=str(uuid4())))

        assert refusal(there) == refusal(nowhere) == (422, "unknown-parent-station")

    async def test_that_ended_take_nobody_in(self, admin: Api) -> None:
        general = await a_general_station(admin)
        closure = {"closed_on": "2025-01-01", "reason": "other"}
        await admin.post(f"{STATIONS}/{general['id']}/closure", json=closure)

        answer = await admin.post(STATIONS, json=a_station(parent_id=general["id"]))

        assert refusal(answer) == (409, "parent-station-closed")

    async def test_above_the_callers_area_can_be_named(self, client: Api, admin: Api) -> None:
        city = await made(admin, tier="city_centre", name="大连市指导中心", area="2102")
        supervisor = await client.signed_in("county_supervisor", area="210213")

        answer = await supervisor.post(
            STATIONS,
            json=a_station(tier="general_station", area="210213", parent_id=city["id"]),
        )

        assert (answer.status_code, answer.json()["parent_id"]) == (201, city["id"])
        assert (await supervisor.get(f"{STATIONS}/{city['id']}")).status_code == 404


class TestClosing:
    CLOSURE = {"closed_on": "2025-01-31", "reason": "contract_ended"}  # noqa: RUF012 - never changed

    async def test_waits_for_the_stations_below(self, admin: Api) -> None:
        station = await made(admin)
        await made(admin, tier="room", parent_id=station["id"])
        await made(admin, tier="room", opened_on=None, parent_id=station["id"])

        path = f"{STATIONS}/{station['id']}"
        answer = await admin.post(f"{path}/closure", json=self.CLOSURE)

        assert refusal(answer) == (409, "station-has-open-stations")
        assert answer.json()["still_open"] == 2
        assert (await admin.get(path)).json() == station

    async def test_waits_for_the_people(self, admin: Api) -> None:
        station = await made(admin)
        path = f"{STATIONS}/{station['id']}"
        people = {"full_time": 2, "part_time": 1, "certified": 1}
        nobody = {"full_time": 0, "part_time": 0, "certified": 0}

        await admin.put(f"{path}/headcounts/2025-01-01", json=people)
        refused = await admin.post(f"{path}/closure", json=self.CLOSURE)
        await admin.put(f"{path}/headcounts/2025-01-31", json=nobody)
        closed = await admin.post(f"{path}/closure", json=self.CLOSURE)

        assert refusal(refused) == (409, "station-still-staffed")
        assert refused.json()["staff"] == 3
        assert closed.json()["status"] == "closed"

    async def test_leaves_nothing_to_change(self, admin: Api) -> None:
        station = await made(admin)
        path = f"{STATIONS}/{station['id']}"
        await admin.post(f"{path}/closure", json=self.CLOSURE)

        answer = await admin.patch(path, json={"since": "2025-02-01", "name": "新名"})

        assert refusal(answer) == (409, "station-already-closed")


class TestMerging:
    async def test_hands_over_what_stood_below_and_leaves_a_trail(self, admin: Api) -> None:
        old = await made(admin)
        new = await made(admin, area="210213008", name="光明街道社工站")
        room = await made(admin, tier="room", parent_id=old["id"])

        body = {"into": new["id"], "merged_on": "2025-12-31"}
        answer = await admin.post(f"{STATIONS}/{old['id']}/merger", json=body)

        assert answer.status_code == 200, answer.text
        view = answer.json()
        assert (view["status"], view["closure_reason"], view["closed_on"], view["merged_into"]) == (
            "merged",
            "merged",
            "2025-12-31",
            new["id"],
        )
        assert (await admin.get(f"{STATIONS}/{room['id']}")).json()["parent_id"] == new["id"]
        assert await types_of(admin, old["id"]) == ["planned", "opened", "merged", "closed"]
        assert await types_of(admin, room["id"]) == ["planned", "opened", "parent_assigned"]
        found = await admin.get(STATIONS, params={"merged_into": new["id"], "status": "merged"})
        assert [item["id"] for item in found.json()["items"]] == [old["id"]]
        closed = await admin.get(STATIONS, params={"status": "closed"})
        assert closed.json()["items"] == []

    async def test_needs_another_open_station_of_the_same_sort(self, admin: Api) -> None:
        station = await made(admin)
        general = await a_general_station(admin)
        planned = await made(admin, area="210213008", opened_on=None)
        path = f"{STATIONS}/{station['id']}/merger"

        async def into(other: str) -> tuple[int, str]:
            return refusal(await admin.post(path, json={"into": other, "merged_on": "2025-12-31"}))

        assert await into(station["id"]) == (422, "successor-does-not-fit")
        assert await into(general["id"]) == (422, "successor-does-not-fit")
        assert await into(planned["id"]) == (409, "successor-not-open")
        assert await into(str(uuid4())) == (404, "station-not-found")

    async def test_reaches_no_station_outside_the_callers_area(
        self, client: Api, admin: Api
    ) -> None:
        station = await made(admin)
        foreign = await made(admin, area="210204008")
        supervisor = await client.signed_in("county_supervisor", area="210213")

        body = {"into": foreign["id"], "merged_on": "2025-12-31"}
        answer = await supervisor.post(f"{STATIONS}/{station['id']}/merger", json=body)

        assert refusal(answer) == (404, "station-not-found")


class TestSplitting:
    def part(self, **other: object) -> dict[str, Any]:
        return {"name": "先进北站", "scheme": "nbs", "area": "210213008", **other}

    async def test_makes_parts_that_know_where_they_come_from(self, admin: Api) -> None:
        general = await a_general_station(admin)
        whole = await made(admin, parent_id=general["id"])
        room = await made(admin, tier="room", parent_id=whole["id"])
        part = self.part(takes=[room["id"]])

        body = {"split_on": "2025-12-31", "goes_on": True, "parts": [part]}
        answer = await admin.post(f"{STATIONS}/{whole['id']}/split", json=body)

        assert answer.status_code == 200, answer.text
        [made_of_it] = answer.json()["parts"]
        assert answer.json()["station"]["status"] == "open"
        assert (made_of_it["split_from"], made_of_it["parent_id"], made_of_it["opened_on"]) == (
            whole["id"],
            general["id"],
            "2025-12-31",
        )
        moved = (await admin.get(f"{STATIONS}/{room['id']}")).json()
        assert moved["parent_id"] == made_of_it["id"]
        found = await admin.get(STATIONS, params={"split_from": whole["id"]})
        assert [item["id"] for item in found.json()["items"]] == [made_of_it["id"]]

    async def test_may_end_the_whole_when_nothing_is_left_below(self, admin: Api) -> None:
        whole = await made(admin)
        room = await made(admin, tier="room", parent_id=whole["id"])
        body = {"split_on": "2025-12-31", "goes_on": False, "parts": [self.part(area=STREET)]}
        path = f"{STATIONS}/{whole['id']}/split"

        left_behind = await admin.post(path, json=body)
        body["parts"] = [self.part(area=STREET, takes=[room["id"]])]
        split = await admin.post(path, json=body)

        assert refusal(left_behind) == (409, "station-has-open-stations")
        assert (split.json()["station"]["status"], split.json()["parts"][0]["status"]) == (
            "closed",
            "open",
        )
        assert split.json()["station"]["closure_reason"] == "split"
        assert await types_of(admin, whole["id"]) == ["planned", "opened", "split", "closed"]

    async def test_is_all_or_nothing(self, admin: Api) -> None:
        whole = await made(admin)
        # The second part wants the area of the whole, which goes on and has it.
        body = {
            "split_on": "2025-12-31",
            "goes_on": True,
            "parts": [self.part(), self.part(area=STREET)],
        }

        answer = await admin.post(f"{STATIONS}/{whole['id']}/split", json=body)

        assert refusal(answer) == (409, "area-already-served")
        assert [item["id"] for item in (await admin.get(STATIONS)).json()["items"]] == [whole["id"]]
        assert await types_of(admin, whole["id"]) == ["planned", "opened"]

    async def test_hands_over_only_what_is_below(self, admin: Api) -> None:
        whole = await made(admin)
        body = {
            "split_on": "2025-12-31",
            "goes_on": True,
            "parts": [self.part(takes=[str(uuid4())])],
        }

        answer = await admin.post(f"{STATIONS}/{whole['id']}/split", json=body)

        assert refusal(answer) == (422, "not-one-of-its-stations")


class TestOperating:
    async def test_names_a_registered_agency(self, admin: Api) -> None:
        station = await made(admin)
        agency = {
            "society": "social_organisation",
            "public_name": "海曙区社会工作服务中心",
            "is_person": False,
            "scheme": "nbs",
            "area": "210302001",
        }
        operator = (await admin.post("/registry/v1/parties", json=agency)).json()["id"]
        person = {**agency, "society": "volunteer", "public_name": "V-0001", "is_person": True}
        somebody = (await admin.post("/registry/v1/parties", json=person)).json()["id"]
        path = f"{STATIONS}/{station['id']}"

        async def run(mode: str, operator_id: str | None) -> httpx.Response:
            operating = {"mode": mode, "operator_id": operator_id}
            return await admin.patch(path, json={"since": "2025-01-01", "operating": operating})

        entrusted = await run("entrusted", operator)
        assert entrusted.json()["operating"]["mode_label"] == "委托机构运营"
        assert refusal(await run("entrusted", None)) == (422, "operator-missing")
        assert refusal(await run("added_posts", operator)) == (422, "operator-missing")
        assert refusal(await run("entrusted", somebody)) == (422, "unknown-operator")
        assert refusal(await run("entrusted", str(uuid4()))) == (422, "unknown-operator")
        found = await admin.get(STATIONS, params={"operator_id": operator})
        assert [item["id"] for item in found.json()["items"]] == [station["id"]]


async def test_a_change_to_what_has_changed_since_is_refused(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}"
    stale = {"if-match": '"1"'}
    since = "2025-01-01"

    answers = [
        await admin.patch(path, json={"since": since, "name": "新名"}, headers=stale),
        await admin.patch(f"{path}/profile", json={"since": since}, headers=stale),
        await admin.post(
            f"{path}/merger", json={"into": station["id"], "merged_on": since}, headers=stale
        ),
        await admin.put(
            f"{path}/headcounts/{since}",
            json={"full_time": 1, "part_time": 0, "certified": 0},
            headers=stale,
        ),
    ]

    assert [answer.status_code for answer in answers] == [412] * 4


async def test_a_school_has_a_station_beside_the_townships(admin: Api) -> None:
    await made(admin)
    second = await admin.post(STATIONS, json=a_station(name="另一个社区站"))
    school = await made(admin, kind="school", name="先进小学社工站")

    found = await admin.get(STATIONS, params={"kind": "school"})

    assert refusal(second) == (409, "area-already-served")
    assert [item["id"] for item in found.json()["items"]] == [school["id"]]
    assert found.json()["items"][0]["kind_label"] == "学校"
