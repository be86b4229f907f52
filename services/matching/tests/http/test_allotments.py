"""Parts of offers for other pools, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from matching_bodies import OFFERS, an_offer_body, code_of

if TYPE_CHECKING:
    from testing.api import Api


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def published(partner: Api, **changes: object) -> str:
    body = an_offer_body(capacity=20, **changes)
    made = await partner.post(OFFERS, json=body)
    return str(made.headers["location"])


def a_grant(**changes: object) -> dict[str, Any]:
    return {"scheme": "nbs", "area": "2103", "quantity": 7, "until": in_days(9)} | changes


async def test_an_owner_grants_looks_and_takes_back(partner: Api) -> None:
    path = await published(partner)

    granted = await partner.post(f"{path}/allotments", json=a_grant())
    offer = (await partner.get(path)).json()
    listed = (await partner.get(f"{path}/allotments")).json()["items"]
    back = f"{path}/allotments/{granted.json()['id']}/return"
    stale = await partner.post(back, headers={"if-match": '"7"'})
    recalled = await partner.post(back, headers={"if-match": '"1"'})
    again = await partner.post(back)
    usage = (await partner.get(f"{path}/usage")).json()

    assert (granted.status_code, granted.headers["etag"]) == (201, '"1"')
    assert (granted.json()["state_label"], granted.json()["away"]) == ("已调剂", 7)
    assert (offer["capacity"], offer["allotted"], offer["committed"], offer["left"]) == (
        20,
        7,
        0,
        13,
    )
    assert listed == [granted.json()]
    assert (stale.status_code, code_of(stale)) == (412, "precondition-failed")
    assert (recalled.status_code, recalled.json()["state"]) == (200, "recalled")
    assert (again.status_code, code_of(again)) == (409, "allotment-already-ended")
    assert (usage["free"], usage["allotted"]) == (13, 7)


async def test_what_cannot_be_granted_is_refused_by_name(partner: Api) -> None:
    path = await published(partner)
    refusals = {
        "allotment-within-pool": a_grant(area="2102"),
        "scope-too-wide": a_grant(area="21"),
        "allotment-outlasts-offer": a_grant(until=in_days(31)),
        "offer-exhausted": a_grant(quantity=21),
    }

    answers = {
        code: await partner.post(f"{path}/allotments", json=body) for code, body in refusals.items()
    }

    assert {code: code_of(answer) for code, answer in answers.items()} == {
        code: code for code in refusals
    }


async def test_workers_of_the_area_may_grant_and_others_find_nothing(
    partner: Api, worker: Api, client: Api
) -> None:
    path = await published(partner)
    stranger = await client.signed_in("station_worker", "2103")

    answer = await stranger.post(f"{path}/allotments", json=a_grant())
    granted = await worker.post(f"{path}/allotments", json=a_grant())

    assert (answer.status_code, code_of(answer)) == (404, "offer-not-found")
    assert granted.status_code == 201
