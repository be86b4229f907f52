"""Offers that are looked at, confirmed and asked about, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching_bodies import OFFERS, an_offer_body, code_of

from testing.api import STREET, Api

if TYPE_CHECKING:
    from matching_desk import Desk

MONEY = {"service": "relief_grant", "unit": "yuan", "capacity": 5_000, "title": "助困金"}


async def test_a_worker_refuses_a_pending_offer_and_its_publisher_sees_why(
    partner: Api, worker: Api
) -> None:
    made = await partner.post(OFFERS, json=an_offer_body(**MONEY))
    path = made.headers["location"]
    waiting = await worker.get(f"{OFFERS}?moderation=pending")
    body = {"reason": "not_qualified", "note": "请先上传公开募捐资格证书"}

    stale = await worker.post(f"{path}/refusal", json=body, headers={"if-match": '"7"'})
    refused = await worker.post(f"{path}/refusal", json=body, headers={"if-match": '"1"'})
    again = await worker.post(f"{path}/approval")
    seen = (await partner.get(path)).json()

    assert made.json()["hidden_because"] == "not_approved_yet"
    assert [offer["id"] for offer in waiting.json()["items"]] == [made.json()["id"]]
    assert (stale.status_code, code_of(stale)) == (412, "precondition-failed")
    assert (refused.status_code, refused.headers["etag"]) == (200, '"2"')
    assert (again.status_code, code_of(again)) == (409, "offer-already-moderated")
    assert (seen["moderation_label"], seen["refused_because_label"], seen["refused_note"]) == (
        "未通过",
        "缺少相应资格",
        body["note"],
    )
    assert (await worker.get(OFFERS)).json()["items"] == []


async def test_nobody_approves_what_they_offer_themselves(partner: Api) -> None:
    made = await partner.post(OFFERS, json=an_offer_body(**MONEY))

    answer = await partner.post(f"{made.headers['location']}/approval")

    assert (answer.status_code, code_of(answer)) == (403, "role-not-permitted")


async def test_a_worker_of_another_county_finds_nothing_to_approve(
    partner: Api, client: Api
) -> None:
    made = await partner.post(OFFERS, json=an_offer_body(**MONEY))
    stranger = await client.signed_in("station_worker", "210204")

    answer = await stranger.post(f"{made.headers['location']}/approval")

    assert (answer.status_code, code_of(answer)) == (404, "offer-not-found")


async def test_an_owner_confirms_an_offer_as_it_was_seen(partner: Api) -> None:
    made = await partner.post(OFFERS, json=an_offer_body())
    path = f"{made.headers['location']}/confirmation"

    stale = await partner.post(path, headers={"if-match": '"7"'})
    done = await partner.post(path, headers={"if-match": '"1"'})

    assert stale.status_code == 412
    assert (done.status_code, done.json()["to_be_confirmed"]) == (200, False)
    assert done.json()["confirmed_at"] > made.json()["confirmed_at"]


async def test_why_an_offer_was_not_used_has_an_answer(partner: Api, desk: Desk) -> None:
    made = await partner.post(OFFERS, json=an_offer_body(service="counselling", unit="session"))
    need = await desk.need()

    usage = (await partner.get(f"{made.headers['location']}/usage")).json()

    assert need is not None
    assert (usage["open_lines"], usage["lines_of_service"], usage["allowed"]) == (1, 1, 0)
    assert [each["rule"] for each in usage["failing"]] == [
        "quantity_fits",
        "unit_fits",
    ]
    assert (usage["capacity"], usage["free"], usage["committed"]) == (1, 1, 0)
    assert usage["says_zh"].startswith("本片区有 1 个未满足的需求项，1 个需要心理疏导，")
    assert STREET not in str(usage)
