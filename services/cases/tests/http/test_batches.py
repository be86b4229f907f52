"""Many needs in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from case_requests import a_line_body, a_need_body, problem, told

if TYPE_CHECKING:
    from testing.api import Api

NEEDS = "/cases/v1/needs"
BATCH = f"{NEEDS}/batch"


async def test_one_bad_need_stops_none_of_the_others(community: Api) -> None:
    known = await told(community, id=str(uuid4()))
    fresh, misplaced = str(uuid4()), str(uuid4())

    answer = await community.post(
        BATCH,
        json={
            "needs": [
                a_need_body(id=fresh),
                a_need_body(persons=0),
                a_need_body(id=known["id"]),
                a_need_body(id=known["id"], persons=41),
                a_need_body(id=misplaced, area="210213008"),
                "候学室",
                a_need_body(title="八五〇农场 𠮷㐂", lines=[a_line_body(), a_line_body()]),
            ]
        },
    )

    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [item["index"] for item in items] == list(range(7))
    assert [item["status"] for item in items] == [201, 422, 200, 409, 403, 422, 201]
    ids = [item["id"] for item in items]
    assert ids[:6] == [fresh, None, known["id"], known["id"], misplaced, None]
    codes = [item["problem"] and item["problem"]["type"].rpartition("/")[2] for item in items]
    assert codes == [
        None,
        "input-invalid",
        None,
        "need-id-taken",
        "outside-your-scope",
        "input-invalid",
        None,
    ]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/body/needs/1/persons"
    listed = {item["id"] for item in (await community.get(NEEDS)).json()["items"]}
    assert listed == {known["id"], fresh, items[6]["id"]}


async def test_five_hundred_needs_fit_into_a_batch(community: Api) -> None:
    answer = await community.post(BATCH, json={"needs": [a_need_body() for _ in range(500)]})

    assert {item["status"] for item in answer.json()["items"]} == {201}
    too_many = await community.post(BATCH, json={"needs": [a_need_body()] * 501})
    assert (too_many.status_code, problem(too_many)) == (422, "input-invalid")


async def test_a_repeated_batch_is_answered_alike(community: Api) -> None:
    batch = {"needs": [a_need_body(), a_need_body(persons=0)]}
    headers = {"idempotency-key": "phone-7/batch-1"}

    first = await community.post(BATCH, json=batch, headers=headers)
    second = await community.post(BATCH, json=batch, headers=headers)

    assert first.content == second.content
    assert len((await community.get(NEEDS)).json()["items"]) == 1


async def test_a_batch_sent_again_under_another_key_makes_nothing_twice(community: Api) -> None:
    batch = {"needs": [a_need_body(id=str(uuid4())) for _ in range(3)]}

    first = await community.post(BATCH, json=batch)
    second = await community.post(BATCH, json=batch)

    assert [item["status"] for item in first.json()["items"]] == [201] * 3
    assert [item["status"] for item in second.json()["items"]] == [200] * 3


async def test_what_is_wrong_is_said_in_the_language_of_the_caller(community: Api) -> None:
    batch = {"needs": [a_need_body(area="210213999")]}

    answer = await community.post(BATCH, json=batch, headers={"accept-language": "en"})

    title = answer.json()["items"][0]["problem"]["title"]
    assert title == "No area has this code in the code list in force."
