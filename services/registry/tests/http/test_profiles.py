"""Workers, volunteers, organisations and postings, as callers meet them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
CODE = "91350100M000100Y43"


async def a_party(admin: Api, society: str, *, is_person: bool = True) -> str:
    body = {
        "society": society,
        "public_name": f"P-{uuid4().hex[:8].upper()}",
        "is_person": is_person,
        "scheme": "nbs",
        "area": "210213009",
    }
    return f"{V1}/parties/{(await admin.post(f'{V1}/parties', json=body)).json()['id']}"


async def a_station(admin: Api, area: str = "210213009") -> str:
    body = {
        "tier": "station",
        "name": "社工站",
        "scheme": "nbs",
        "area": area,
        "planned_on": "2024-03-01",
    }
    made = await admin.post(f"{V1}/stations", json=body)
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


def posting(worker: str, station: str, **other: object) -> dict[str, Any]:
    return {
        "worker_id": worker.rpartition("/")[2],
        "station_id": station,
        "is_full_time": True,
        "starts_on": "2025-01-01",
        "ends_on": "2025-06-30",
        **other,
    }


async def test_a_social_worker_is_described_with_level_and_education(admin: Api) -> None:
    worker = await a_party(admin, "social_worker")
    body = {
        "engagement": "full_time",
        "level": "senior",
        "registered_until": "2028-06-30",
        "education_hours": {"2024": 60, "2025": 72},
    }

    nothing = await admin.get(f"{worker}/social_worker")
    first = await admin.put(f"{worker}/social_worker", json=body)
    stale = await admin.put(f"{worker}/social_worker", json=body, headers={"if-match": '"7"'})

    assert nothing.json()["type"].endswith("/profile-not-found")
    assert first.json()["level_label"] == "高级社会工作师"
    assert first.json()["education_hours"] == {"2024": 60, "2025": 72}
    assert (await admin.get(f"{worker}/social_worker")).json() == first.json()
    assert stale.status_code == 412


async def test_a_volunteer_gets_a_number_once_and_keeps_it(admin: Api) -> None:
    volunteer = await a_party(admin, "volunteer")
    hours = [
        {"weekday": "sat", "starts": "14:00", "ends": "17:00"},
        {"weekday": "mon", "starts": "18:00", "ends": "20:00"},
    ]
    body = {"skills": ["tutoring", "first_aid"], "languages": ["wu"], "available": hours}

    first = (await admin.put(f"{volunteer}/volunteer", json=body)).json()
    again = (await admin.put(f"{volunteer}/volunteer", json={**body, "skills": []})).json()

    assert re.fullmatch(r"V[0-9A-HJKMNP-TV-Z]{10}", first["number"])
    assert (again["number"], again["version"]) == (first["number"], 2)
    assert first["skill_labels"] == ["急救", "课业辅导"]
    assert [each["weekday"] for each in first["available"]] == ["mon", "sat"]
    assert (first["confirmed_hours"], first["stars"]) == (0, 0)


async def test_an_organisation_has_a_code_that_is_right_and_its_own(admin: Api) -> None:
    first, second = [await a_party(admin, "social_organisation", is_person=False) for _ in range(2)]
    body = {"kind": "charity", "credit_code": "９１350100 m000100y43"}
    permit = {"number": "P1", "valid_from": "2025-01-01", "valid_until": "2024-01-01"}

    described = await admin.put(f"{first}/organisation", json=body)
    taken = await admin.put(f"{second}/organisation", json=body)
    wrong = await admin.put(f"{second}/organisation", json={**body, "credit_code": CODE[:-1] + "4"})
    disorder = await admin.put(f"{second}/organisation", json={"kind": "charity", "permit": permit})

    assert described.json()["credit_code"] == CODE
    refusals = [answer.json()["type"].rpartition("/")[2] for answer in (taken, wrong, disorder)]
    assert refusals == ["credit-code-taken", "credit-code-invalid", "permit-days-out-of-order"]


@pytest.mark.parametrize(
    ("society", "is_person", "kind", "body"),
    [
        ("volunteer", True, "social_worker", {"engagement": "full_time"}),
        ("volunteer", True, "organisation", {"kind": "charity"}),
        ("community", False, "organisation", {"kind": "charity"}),
        (
            "volunteer",
            False,
            "volunteer",
            {"skills": [], "languages": [], "available": []},
        ),
    ],
)
async def test_what_does_not_fit_a_party_is_not_said_about_it(
    admin: Api, *, society: str, is_person: bool, kind: str, body: object
) -> None:
    party = await a_party(admin, society, is_person=is_person)

    answer = await admin.put(f"{party}/{kind}", json=body)

    assert answer.json()["type"].endswith("/profile-does-not-fit-party")


async def test_full_time_postings_do_not_overlap_and_part_time_ones_may(admin: Api) -> None:
    worker, station = await a_party(admin, "social_worker"), await a_station(admin)
    first = await admin.post(f"{V1}/postings", json=posting(worker, station))

    tries = [
        posting(worker, station, starts_on="2025-06-30", ends_on=None),
        posting(worker, station, starts_on="2024-01-01", ends_on="2025-01-01"),
        posting(worker, station, starts_on="2025-03-01", is_full_time=False),
        posting(worker, station, starts_on="2025-07-01", ends_on=None),
        posting(worker, station, starts_on="2024-01-01", ends_on="2024-12-31"),
        posting(worker, station, starts_on="2025-03-01", ends_on="2025-02-01"),
    ]
    answers = [await admin.post(f"{V1}/postings", json=each) for each in tries]

    assert first.status_code == 201
    assert [answer.status_code for answer in answers] == [409, 409, 201, 201, 201, 422]
    assert answers[0].json()["type"].endswith("/postings-overlap")
    assert answers[5].json()["type"].endswith("/posting-days-out-of-order")
    listed = await admin.get(f"{V1}/postings", params={"station_id": station})
    assert len(listed.json()["items"]) == 4


async def test_of_two_who_post_the_same_worker_at_once_one_wins(admin: Api) -> None:
    worker = await a_party(admin, "social_worker")
    stations = [await a_station(admin, area) for area in ("210213009", "210213008")]

    answers = await asyncio.gather(
        *(admin.post(f"{V1}/postings", json=posting(worker, station)) for station in stations)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_posting_is_ended_and_makes_room(admin: Api) -> None:
    worker, station = await a_party(admin, "social_worker"), await a_station(admin)
    made = await admin.post(f"{V1}/postings", json=posting(worker, station, ends_on=None))
    path = f"{V1}/postings/{made.json()['id']}/end"

    early = await admin.post(path, json={"ends_on": "2024-12-31"})
    ended = await admin.post(path, json={"ends_on": "2025-03-31"})
    again = await admin.post(path, json={"ends_on": "2025-04-30"})
    following = await admin.post(
        f"{V1}/postings", json=posting(worker, station, starts_on="2025-04-01")
    )

    assert early.status_code == 422
    assert (ended.json()["ends_on"], ended.headers["etag"]) == ("2025-03-31", '"2"')
    assert again.json()["type"].endswith("/posting-already-ended")
    assert following.status_code == 201


async def test_nobody_is_merged_into_somebody_who_works_elsewhere_at_the_time(admin: Api) -> None:
    first, second = [await a_party(admin, "social_worker") for _ in range(2)]
    stations = [await a_station(admin, area) for area in ("210213009", "210213008")]
    for worker, station in zip((first, second), stations, strict=True):
        await admin.post(f"{V1}/postings", json=posting(worker, station))
    body = {"survivor_id": second.rpartition("/")[2], "merged_on": "2025-03-01"}

    answer = await admin.post(f"{first}/merger", json=body)

    assert answer.json()["type"].endswith("/postings-overlap")
    assert (await admin.get(first)).json()["standing"] == "approved"
