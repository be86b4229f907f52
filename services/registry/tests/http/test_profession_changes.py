"""The change feed over the profession: what began is told, and what ended leaves a tombstone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from testing.api import Api

V1: Final = "/registry/v1"
DAYS: Final = {"begins_on": "2024-01-01", "ends_on": "2025-12-31"}
HERE: Final = {"scheme": "nbs", "area": "2102"}


async def made(admin: Api, path: str, body: dict[str, Any]) -> str:
    answer = await admin.post(f"{V1}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def told(admin: Api, since: str | None = None) -> tuple[str, list[dict[str, Any]]]:
    asked = {} if since is None else {"since": since}
    found = (await admin.get(f"{V1}/changes", params=asked)).json()
    return found["since"], found["items"]


async def test_each_kind_is_followed_to_what_it_is_and_to_its_end(admin: Api) -> None:
    party = {"society": "social_worker", "public_name": "T-0001", "is_person": True, **HERE}
    person = await made(admin, "parties", party)
    host = {"society": "social_organisation", "public_name": "学院", "is_person": False, **HERE}
    body = await made(admin, "parties", host)
    begun, _ = await told(admin)
    exam = {"session": "2025", "level": "senior", "held_on": "2025-06-14", **HERE}
    training = {"title": "督导培训", "kind": "advanced", "organiser_id": body, "hours": 8}
    expert = await made(admin, "experts", {"party_id": person, "fields": ["law"], **HERE, **DAYS})
    station = await made(
        admin, "talent_stations", {"name": "人才工作站", "host_id": body, **HERE, **DAYS}
    )
    plan = await made(
        admin, "talent_plans", {"name": "红星计划", "talent_station_id": station, **DAYS}
    )
    advice = {"expert_id": expert, "kind": "policy_advice", **DAYS}
    kept = {
        "examination": await made(admin, "examinations", exam),
        "training": await made(admin, "trainings", {**training, **HERE, **DAYS}),
        "expert": expert,
        "engagement": await made(admin, "engagements", advice),
        "talent_station": station,
        "talent_plan": plan,
        "talent": await made(
            admin, "talents", {"talent_plan_id": plan, "party_id": person, **DAYS}
        ),
    }

    middle, began = await told(admin, begun)
    assert {each["kind"]: each["id"] for each in began} == kept
    assert not any(each["is_gone"] for each in began)
    paths = {each["kind"]: each["path"] for each in began}
    for kind, path in paths.items():
        assert (await admin.get(path)).json()["id"] == kept[kind]

    for kind in ("training", "examination"):
        assert (await admin.post(f"{paths[kind]}/cancellation")).status_code == 200
    for kind in ("talent", "talent_plan", "talent_station", "engagement", "expert"):
        ended = await admin.post(f"{paths[kind]}/end", json={"ended_on": "2024-06-30"})
        assert ended.status_code == 200, ended.text
    _, over = await told(admin, middle)
    assert {each["kind"]: each["id"] for each in over if each["is_gone"]} == kept
