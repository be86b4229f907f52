"""Parties, as callers meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import text

if TYPE_CHECKING:
    from testing.api import Api

PARTIES = "/registry/v1/parties"


def a_party(**other: object) -> dict[str, Any]:
    return {
        "society": "volunteer",
        "public_name": "先进街道周末陪伴志愿服务队",
        "is_person": False,
        "scheme": "nbs",
        "area": "210213009",
        **other,
    }


async def test_a_party_is_registered_vetted_and_suspended(admin: Api) -> None:
    made = await admin.post(PARTIES, json=a_party())
    assert made.status_code == 201
    path = made.headers["location"]

    vetting = {"vetted_on": "2025-02-20", "valid_until": "2099-02-19"}
    vetted = await admin.post(f"{path}/vetting", json=vetting)
    assert vetted.json()["vetting_valid_until"] == "2099-02-19"
    suspension = {"suspended_on": "2025-03-01", "reason": "licence_lapsed"}
    suspended = await admin.post(f"{path}/suspension", json=suspension)

    assert suspended.json()["suspension_reason_label"] == "登记证书失效"
    assert suspended.json() == (await admin.get(path)).json()
    again = await admin.post(f"{path}/vetting", json=vetting)
    assert (again.status_code, again.json()["suspended_on"]) == (409, "2025-03-01")


async def test_a_person_is_registered_under_a_public_number_only(admin: Api) -> None:
    named = await admin.post(PARTIES, json=a_party(public_name="张三", is_person=True))
    numbered = await admin.post(PARTIES, json=a_party(public_name="V2102-0042", is_person=True))

    assert named.status_code == 422
    assert named.json()["type"].endswith("/person-needs-public-number")
    assert "张三" not in named.text
    assert numbered.status_code == 201


async def test_no_event_holds_more_of_a_party_than_everybody_may_know(admin: Api) -> None:
    await admin.post(PARTIES, json=a_party(public_name="V2102-0042", is_person=True))

    async with admin.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        payload = (await connection.execute(text("select payload from outbox"))).scalar_one()
    assert set(payload) == {"party_id", "society", "public_name", "place", "standing"}


async def test_a_partner_sees_its_own_party_and_no_other(client: Api, admin: Api) -> None:
    own, other = str(uuid4()), str(uuid4())
    for party_id in (own, other):
        await admin.post(PARTIES, json=a_party(id=party_id))
    partner = await client.signed_in("partner", org=UUID(own))

    listed = await partner.get(PARTIES)

    assert [party["id"] for party in listed.json()["items"]] == [own]
    assert (await partner.get(f"{PARTIES}/{own}")).status_code == 200
    assert (await partner.get(f"{PARTIES}/{other}")).status_code == 404


async def test_a_station_worker_registers_in_her_own_area_only(client: Api) -> None:
    worker = await client.signed_in("station_worker", area="210213009")

    here = await worker.post(PARTIES, json=a_party())
    next_door = await worker.post(PARTIES, json=a_party(area="210213008"))

    assert (here.status_code, next_door.status_code) == (201, 403)
    assert next_door.json()["type"].endswith("/outside-your-scope")


async def test_each_item_of_a_batch_has_its_own_answer(client: Api) -> None:
    worker = await client.signed_in("station_worker", area="210213009")
    items = [a_party(), a_party(area="210213008"), a_party(public_name="李四", is_person=True), {}]

    answer = await worker.post(f"{PARTIES}/batch", json={"parties": items})

    statuses = [item["status"] for item in answer.json()["items"]]
    assert statuses == [201, 403, 422, 422]
    assert "李四" not in answer.text


async def test_rival_decisions_have_one_winner(admin: Api) -> None:
    made = await admin.post(PARTIES, json=a_party())
    path, seen = made.headers["location"], {"if-match": made.headers["etag"]}
    suspension = {"suspended_on": "2025-03-01", "reason": "complaint"}
    vetting = {"vetted_on": "2025-02-20", "valid_until": "2099-02-19"}

    first = await admin.post(f"{path}/suspension", json=suspension, headers=seen)
    second = await admin.post(f"{path}/vetting", json=vetting, headers=seen)

    assert (first.status_code, second.status_code) == (200, 412)
