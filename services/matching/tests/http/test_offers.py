"""Offers over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from matching_bodies import OFFERS, PARTY, an_offer_body, code_of

if TYPE_CHECKING:
    from testing.api import Api


async def test_a_published_offer_is_shown_as_it_was_meant(partner: Api) -> None:
    made = await partner.post(OFFERS, json=an_offer_body())
    shown = await partner.get(made.headers["location"])

    assert made.status_code == 201
    assert shown.json() == made.json()
    assert shown.headers["etag"] == '"1"'
    offer = shown.json()
    assert offer["weekdays"] == ["mon", "sat"]
    assert (offer["kind"], offer["left"], offer["state_label"]) == ("venue", 1, "有效")
    # The party of this test is one of the social workers, and its offers with it.
    assert offer["society"] == "social_worker"


async def test_labels_are_in_the_language_of_the_caller(partner: Api) -> None:
    answer = await partner.post(OFFERS, json=an_offer_body(), headers={"accept-language": "en"})

    assert answer.json()["service_label"] == "Waiting room"


async def test_the_same_id_with_the_same_content_is_the_same_offer(partner: Api) -> None:
    body = an_offer_body(id=str(uuid4()))

    first, second = await partner.post(OFFERS, json=body), await partner.post(OFFERS, json=body)
    other = await partner.post(OFFERS, json={**body, "capacity": 2})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (other.status_code, code_of(other)) == (409, "offer-id-taken")


async def test_two_phones_that_publish_the_same_at_once_make_one(partner: Api) -> None:
    body = an_offer_body(id=str(uuid4()))

    answers = await asyncio.gather(*(partner.post(OFFERS, json=body) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]


@pytest.mark.usefixtures("partner")
async def test_nobody_offers_in_the_name_of_another(client: Api) -> None:
    other = await client.signed_in("partner", org=UUID(int=1))

    answer = await other.post(OFFERS, json=an_offer_body())

    assert (answer.status_code, code_of(answer)) == (403, "outside-your-scope")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"valid_until": "2020-01-01T00:00:00Z"}, 422, "offer-already-expired"),
        ({"area": "999999999"}, 422, "unknown-area"),
        ({"capacity": 0}, 422, "input-invalid"),
        ({"capacity": "1"}, 422, "input-invalid"),
        ({"title": " "}, 422, "input-invalid"),
        ({"weekdays": ["noday"]}, 422, "input-invalid"),
        ({"valid_until": 1893456000}, 422, "input-invalid"),
        ({"valid_until": "2030-01-01T00:00:00"}, 422, "input-invalid"),
        ({"place": {"longitude": 200, "latitude": 0}}, 422, "input-invalid"),
        ({"society": "volunteer"}, 422, "input-invalid"),
        ({"title": "a\u0000b"}, 422, "input-invalid"),
    ],
)
async def test_what_is_wrong_with_an_offer_is_named(
    partner: Api, changes: dict[str, object], status: int, code: str
) -> None:
    answer = await partner.post(OFFERS, json=an_offer_body(**changes))

    assert (answer.status_code, code_of(answer)) == (status, code)


async def test_a_party_that_the_registry_has_not_told_of_yet_cannot_offer(client: Api) -> None:
    newcomer = await client.signed_in("partner", org=PARTY)

    answer = await newcomer.post(OFFERS, json=an_offer_body())

    assert (answer.status_code, code_of(answer)) == (404, "party-not-known")


async def test_what_is_wrong_with_one_of_a_batch_stops_none_of_the_others(partner: Api) -> None:
    twice = an_offer_body(id=str(uuid4()))
    offers = [
        twice,
        an_offer_body(capacity=0),
        an_offer_body(area="999999999"),
        twice,
        {**twice, "title": "别的"},
    ]

    answer = await partner.post(f"{OFFERS}/batch", json={"offers": offers})

    items = answer.json()["items"]
    assert [item["status"] for item in items] == [201, 422, 422, 200, 409]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/body/offers/1/capacity"
    assert items[2]["problem"]["type"].endswith("/unknown-area")
    listed = (await partner.get(OFFERS)).json()["items"]
    assert [offer["id"] for offer in listed] == [twice["id"]]


async def test_a_batch_of_five_hundred_is_published(partner: Api) -> None:
    offers = [an_offer_body(title=f"房间 {n}") for n in range(500)]

    answer = await partner.post(f"{OFFERS}/batch", json={"offers": offers})

    assert {item["status"] for item in answer.json()["items"]} == {201}


async def test_lists_are_pages_with_filters(partner: Api, worker: Api) -> None:
    for service in ("waiting_room", "activity_room", "waiting_room"):
        await partner.post(OFFERS, json=an_offer_body(service=service))

    first = await worker.get(f"{OFFERS}?limit=2")
    second = await worker.get(f"{OFFERS}?limit=2&cursor={first.json()['next']}")
    rooms = await worker.get(f"{OFFERS}?service=waiting_room&within=210213&state=open")
    nothing = await worker.get(f"{OFFERS}?party_id={uuid4()}")
    unknown = await worker.get(f"{OFFERS}?colour=red")

    assert [len(first.json()["items"]), len(second.json()["items"])] == [2, 1]
    assert first.headers["link"].endswith('rel="next"')
    assert second.json()["next"] is None
    assert len(rooms.json()["items"]) == 2
    assert nothing.json()["items"] == []
    assert (unknown.status_code, code_of(unknown)) == (422, "unknown-filter")


async def test_an_offer_is_withdrawn_once_and_only_as_it_was_seen(partner: Api) -> None:
    made = await partner.post(OFFERS, json=an_offer_body())
    withdrawal = f"{made.headers['location']}/withdrawal"

    stale = await partner.post(withdrawal, headers={"if-match": '"7"'})
    done = await partner.post(withdrawal, headers={"if-match": '"1"'})
    again = await partner.post(withdrawal)

    assert (stale.status_code, code_of(stale)) == (412, "precondition-failed")
    assert (done.status_code, done.json()["state"], done.headers["etag"]) == (
        200,
        "withdrawn",
        '"2"',
    )
    assert (again.status_code, code_of(again)) == (409, "offer-already-withdrawn")
    assert (await partner.get(f"{OFFERS}?state=withdrawn")).json()["items"][0]["version"] == 2


async def test_goods_in_lots_for_a_purpose_and_an_area_are_shown_as_they_were_meant(
    partner: Api,
) -> None:
    rice = an_offer_body(
        service="rice_and_oil",
        unit="piece",
        capacity=30,
        lots=[{"quantity": 10, "expires_on": "2020-01-01"}, {"quantity": 20}],
        earmark={"beneficiaries": ["household"]},
        scope_area="210213",
    )
    del rice["reach_metres"]

    offer = (await partner.post(OFFERS, json=rice)).json()

    assert [lot["expires_on"] for lot in offer["lots"]] == ["2020-01-01", None]
    assert (offer["left"], offer["capacity"], offer["committed"], offer["delivered"]) == (
        20,
        30,
        0,
        0,
    )
    assert offer["earmark"] == {"services": [], "beneficiaries": ["household"]}
    assert (offer["scope_area"], offer["reach_metres"]) == ("210213", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"reach_metres": None},
        {"lots": [{"quantity": 1}]},
        {"service": "rice_and_oil", "unit": "piece", "lots": [{"quantity": 2}]},
        {"earmark": {"services": ["tutoring"]}},
    ],
    ids=["reaches nowhere", "rooms in lots", "lots of another sum", "a room for a purpose"],
)
async def test_an_offer_has_to_make_sense_as_a_whole(
    partner: Api, changes: dict[str, object]
) -> None:
    answer = await partner.post(OFFERS, json=an_offer_body(**changes))

    assert (answer.status_code, code_of(answer)) == (422, "input-invalid")


async def test_a_province_is_too_wide_to_be_served(partner: Api) -> None:
    answer = await partner.post(OFFERS, json=an_offer_body(scope_area="21"))

    assert (answer.status_code, code_of(answer)) == (422, "scope-too-wide")
