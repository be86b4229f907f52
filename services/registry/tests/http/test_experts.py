"""Experts and their engagements, as callers meet them; Dalian's pool of 23 among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
EXPERTS = f"{V1}/experts"
ENGAGEMENTS = f"{V1}/engagements"


async def made(admin: Api, path: str, body: dict[str, Any]) -> str:
    answer = await admin.post(f"{V1}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def a_person(admin: Api, number: str) -> str:
    party = {"society": "social_worker", "public_name": number, "is_person": True}
    return await made(admin, "parties", {**party, "scheme": "nbs", "area": "2102"})


async def a_station(admin: Api, area: str = "210213009") -> str:
    station = {"tier": "station", "name": "社工站", "scheme": "nbs", "area": area}
    days = {"planned_on": "2020-03-01", "opened_on": "2020-06-18"}
    return await made(admin, "stations", {**station, **days})


def problem(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


@pytest.fixture
async def expert(admin: Api) -> dict[str, Any]:
    return {
        "party_id": await a_person(admin, "Z-0001"),
        "fields": ["casework", "evaluation"],
        "scheme": "nbs",
        "area": "2102",
        "begins_on": "2024-01-01",
        "ends_on": "2025-12-31",
    }


@pytest.fixture
async def engagement(admin: Api, expert: dict[str, Any]) -> dict[str, Any]:
    return {
        "expert_id": await made(admin, "experts", expert),
        "kind": "supervision",
        "station_id": await a_station(admin),
        "begins_on": "2024-03-01",
        "ends_on": "2025-02-28",
    }


async def test_an_expert_is_appointed_shown_and_leaves(admin: Api, expert: dict[str, Any]) -> None:
    appointed = await admin.post(EXPERTS, json=expert)
    path = appointed.headers["location"]
    left = await admin.post(
        f"{path}/end", json={"ended_on": "2024-12-31"}, headers={"if-match": '"1"'}
    )

    assert (appointed.status_code, left.status_code) == (201, 200)
    assert appointed.json() == expert | {
        "id": appointed.json()["id"],
        "version": 1,
        "field_labels": ["个案工作", "评估"],
        "ended_on": None,
    }
    assert left.json() == appointed.json() | {"version": 2, "ended_on": "2024-12-31"}
    assert (await admin.get(path)).json() == left.json()
    assert problem(await admin.post(f"{path}/end", json={"ended_on": "2024-06-30"})) == (
        409,
        "term-over",
    )


async def test_a_person_is_in_a_pool_once_at_a_time(admin: Api, expert: dict[str, Any]) -> None:
    path = (await admin.post(EXPERTS, json=expert)).headers["location"]
    again = expert | {"begins_on": "2025-01-01", "ends_on": "2026-12-31"}

    assert problem(await admin.post(EXPERTS, json=again)) == (409, "expert-appointed-already")
    elsewhere = await admin.post(EXPERTS, json=again | {"area": "2103"})
    await admin.post(f"{path}/end", json={"ended_on": "2024-12-31"})
    assert elsewhere.status_code == 201
    assert (await admin.post(EXPERTS, json=again)).status_code == 201


async def test_an_engagement_lies_in_the_area_of_its_station_and_ends(
    client: Api, admin: Api, engagement: dict[str, Any]
) -> None:
    begun = await admin.post(ENGAGEMENTS, json=engagement)
    path = begun.headers["location"]
    worker = await client.signed_in("station_worker", area="210213009")
    neighbour = await client.signed_in("station_worker", area="210213008")

    assert begun.json() == engagement | {
        "id": begun.json()["id"],
        "version": 1,
        "kind_label": "督导",
        "scheme": "nbs",
        "area": "210213009",
        "ended_on": None,
    }
    assert (await worker.get(path)).json() == begun.json()
    assert problem(await neighbour.get(path)) == (404, "engagement-not-found")
    ended = await admin.post(f"{path}/end", json={"ended_on": "2024-08-31"})
    assert ended.json() == begun.json() | {"version": 2, "ended_on": "2024-08-31"}


async def test_who_supervises_a_station_does_not_judge_it_at_the_same_time(
    admin: Api, engagement: dict[str, Any]
) -> None:
    path = (await admin.post(ENGAGEMENTS, json=engagement)).headers["location"]
    judging = engagement | {"kind": "evaluation", "begins_on": "2024-09-01"}

    for kind in ("evaluation", "project_review", "supervision"):
        refused = await admin.post(ENGAGEMENTS, json=judging | {"kind": kind})
        assert problem(refused) == (409, "engagement-overlaps"), kind
    advising = await admin.post(ENGAGEMENTS, json=judging | {"kind": "policy_advice"})
    other = judging | {"station_id": await a_station(admin, "210213008")}
    elsewhere = await admin.post(ENGAGEMENTS, json=other)
    await admin.post(f"{path}/end", json={"ended_on": "2024-08-31"})
    after = await admin.post(ENGAGEMENTS, json=judging)

    assert [each.status_code for each in (advising, elsewhere, after)] == [201, 201, 201]


async def test_an_expert_is_engaged_within_the_term_and_does_not_leave_before(
    admin: Api, engagement: dict[str, Any]
) -> None:
    expert = f"{EXPERTS}/{engagement['expert_id']}"
    late = engagement | {"ends_on": "2026-01-01"}
    assert problem(await admin.post(ENGAGEMENTS, json=late)) == (422, "term-not-within")
    await admin.post(ENGAGEMENTS, json=engagement)

    in_use = await admin.post(f"{expert}/end", json={"ended_on": "2025-02-27"})
    left = await admin.post(f"{expert}/end", json={"ended_on": "2025-02-28"})
    advice = {"kind": "policy_advice", "station_id": None, "ends_on": "2025-03-01"}

    assert problem(in_use) == (409, "term-in-use")
    assert in_use.json()["lasts_until"] == "2025-02-28"
    assert left.status_code == 200
    too_late = await admin.post(ENGAGEMENTS, json=engagement | advice)
    assert problem(too_late) == (422, "term-not-within")


async def test_bad_input_has_a_problem_of_its_own_and_leaves_nothing(
    admin: Api, engagement: dict[str, Any]
) -> None:
    bad: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"expert_id": str(uuid4())}, (404, "expert-not-found")),
        ({"station_id": str(uuid4())}, (404, "station-not-found")),
        ({"station_id": None}, (422, "engagement-needs-station")),
        ({"ends_on": "2024-02-28"}, (422, "days-out-of-order")),
        ({"kind": "advice"}, (422, "input-invalid")),
    ]
    for change, expected in bad:
        answer = await admin.post(ENGAGEMENTS, json=engagement | change)
        assert problem(answer) == expected, change
    assert (await admin.get(ENGAGEMENTS)).json()["items"] == []


async def test_dalian_keeps_a_pool_of_23_experts_for_four_kinds_of_work(
    client: Api, admin: Api
) -> None:
    """四级体系: the pool has 23 experts, as printed; how they share the work is not."""
    kinds = ("policy_advice", "project_review", "supervision", "evaluation")
    station = await a_station(admin)
    term = {"begins_on": "2024-01-01", "ends_on": "2024-12-31"}
    for number in range(23):
        expert = await made(
            admin,
            "experts",
            {
                "party_id": await a_person(admin, f"Z-{number:04}"),
                "fields": ["law" if number % 2 else "policy"],
                "scheme": "nbs",
                "area": "2102",
                **term,
            },
        )
        at_station = {"kind": kinds[number % 4], "station_id": station, "expert_id": expert}
        await made(admin, "engagements", at_station | term)
    dalian = await client.signed_in("officer", area="2102")

    async def count(path: str, **wanted: str) -> int:
        return len((await dalian.get(path, params={**wanted, "limit": 100})).json()["items"])

    assert await count(EXPERTS, within="2102", on="2024-07-01") == 23
    assert await count(EXPERTS, on="2025-01-01") == 0
    assert (await count(EXPERTS, field="law"), await count(EXPERTS, field="policy")) == (11, 12)
    assert [await count(ENGAGEMENTS, kind=kind) for kind in kinds] == [6, 6, 6, 5]
    assert await count(ENGAGEMENTS, station_id=station, on="2024-12-31") == 23
