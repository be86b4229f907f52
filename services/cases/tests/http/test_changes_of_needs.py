"""Changing the time or place of a need, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from case_requests import a_line_body, a_need_body, problem, told

from common.grants import Role

if TYPE_CHECKING:
    from testing.api import Api

NEEDS = "/cases/v1/needs"
VILLAGE, NEXT_STREET, OTHER_POOL = "210213009001", "210213008", "210302001"


def at(need: dict[str, Any]) -> str:
    return f"{NEEDS}/{need['id']}"


async def test_what_is_sent_changes_and_what_is_not_sent_stays(community: Api) -> None:
    need = await told(community, lines=[a_line_body(within_metres=800), a_line_body()])
    first, second = need["lines"]
    change = {
        "area": VILLAGE,
        "place": {"longitude": 121.7, "latitude": 39.1},
        "lines": [{"id": first["id"], "weekdays": ["sun"]}],
    }

    changed = await community.patch(at(need), json=change)

    assert changed.status_code == 200, changed.text
    now = changed.json()
    assert (now["area"], now["place"]) == (VILLAGE, change["place"])
    assert now["lines"] == [{**first, "weekdays": ["sun"]}, second]
    assert (now["version"], changed.headers["etag"]) == (2, '"2"')
    assert now["changed_at"] is not None
    moved = {"area", "place", "lines", "version", "changed_at"}
    assert {k: v for k, v in now.items() if k not in moved} == {
        k: v for k, v in need.items() if k not in moved
    }
    assert (await community.get(at(need))).json() == now


async def test_null_takes_a_limit_and_a_place_away(community: Api) -> None:
    need = await told(community, lines=[a_line_body(within_metres=800)])
    line = {"id": need["lines"][0]["id"], "within_metres": None, "weekdays": []}

    changed = await community.patch(at(need), json={"place": None, "lines": [line]})

    now = changed.json()
    assert (now["place"], now["lines"][0]["within_metres"]) == (None, None)
    assert now["lines"][0]["weekdays"] == []


async def test_the_instants_between_which_a_line_is_wanted_change_together(
    community: Api,
) -> None:
    need = await told(community)
    line = {"id": need["lines"][0]["id"]}
    window = {"not_before": "2026-12-05T01:00:00Z", "not_after": "2026-12-05T09:00:00Z"}

    between = await community.patch(at(need), json={"lines": [{**line, **window}]})
    half = {"not_after": "2026-12-06T09:00:00Z"}
    after = await community.patch(at(need), json={"lines": [{**line, **half}]})
    wrong = {"not_before": window["not_after"], "not_after": window["not_before"]}
    refused = await community.patch(at(need), json={"lines": [{**line, **wrong}]})

    assert between.json()["lines"][0] | window == between.json()["lines"][0]
    assert after.json()["lines"][0]["not_before"] is None
    assert after.json()["lines"][0]["not_after"] == half["not_after"]
    assert refused.json()["errors"][0]["pointer"] == "/body/lines/0/not_after"


async def test_what_is_as_it_was_changes_nothing_and_is_told_to_nobody(community: Api) -> None:
    need = await told(community)
    same = {"area": need["area"], "lines": [{"id": need["lines"][0]["id"], "weekdays": ["sat"]}]}

    answer = await community.patch(at(need), json=same)

    assert (answer.status_code, answer.json()) == (200, need)


async def test_a_place_in_another_pool_is_refused_with_what_to_do_instead(client: Api) -> None:
    admin = await client.signed_in(Role.PLATFORM_ADMIN)
    need = await told(admin)

    refused = await admin.patch(at(need), json={"area": OTHER_POOL, "place": None})

    assert (refused.status_code, problem(refused)) == (422, "need-stays-in-its-pool")
    assert "请撤回该需求，在新地点重新提交" in refused.json()["title"]
    assert refused.json()["area"] == OTHER_POOL


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"area": "210213999", "place": None}, 422, "unknown-area"),
        ({"area": NEXT_STREET, "place": None}, 403, "outside-your-scope"),
        ({"area": VILLAGE}, 422, "place-left-behind"),
        ({"lines": [{"id": str(uuid4()), "weekdays": ["sun"]}]}, 404, "line-not-found"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    community: Api, change: dict[str, Any], status: int, code: str
) -> None:
    need = await told(community)

    refused = await community.patch(at(need), json=change)

    assert (refused.status_code, problem(refused)) == (status, code)
    assert (await community.get(at(need))).json() == need


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"urgency": 1}, "/body/urgency"),
        ({"place": {"longitude": 181, "latitude": 39}}, "/body/place/longitude"),
        ({"lines": [{"weekdays": ["sun"]}]}, "/body/lines/0/id"),
        ({"lines": [{"id": str(uuid4()), "quantity": 3}]}, "/body/lines/0/quantity"),
        ({"lines": [{"id": str(uuid4()), "within_metres": 0}]}, "/body/lines/0/within_metres"),
    ],
)
async def test_what_cannot_be_changed_is_named(
    community: Api, change: dict[str, Any], pointer: str
) -> None:
    need = await told(community)

    refused = await community.patch(at(need), json=change)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_the_home_of_a_household_has_no_exact_place(community: Api) -> None:
    need = await told(community, beneficiary="household", place=None)

    refused = await community.patch(
        at(need), json={"place": {"longitude": 121.7, "latitude": 39.1}}
    )

    assert (refused.status_code, problem(refused)) == (422, "place-of-home-given")


async def test_a_change_is_made_once_and_only_by_who_has_seen_the_need(community: Api) -> None:
    need = await told(community)
    change = {"area": VILLAGE, "place": None}
    headers = {"idempotency-key": "phone-7/2", "if-match": '"1"'}

    first = await community.patch(at(need), json=change, headers=headers)
    again = await community.patch(at(need), json=change, headers=headers)
    late = await community.patch(at(need), json={"area": need["area"]}, headers={"if-match": '"1"'})

    assert (first.status_code, first.content) == (200, again.content)
    assert (late.status_code, problem(late)) == (412, "precondition-failed")


async def test_a_need_that_has_ended_is_changed_no_more(community: Api) -> None:
    need = await told(community)
    await community.post(f"{at(need)}/withdrawal")

    refused = await community.patch(at(need), json={"area": VILLAGE, "place": None})

    assert (refused.status_code, problem(refused)) == (409, "need-already-ended")


async def test_a_phone_that_tells_a_changed_need_again_is_shown_it_as_it_is(
    community: Api,
) -> None:
    body = a_need_body(id=str(uuid4()))
    need = (await community.post(NEEDS, json=body)).json()
    changed = await community.patch(at(need), json={"area": VILLAGE, "place": None})

    again = await community.post(NEEDS, json=body)
    other = await community.post(NEEDS, json={**body, "persons": 41})

    assert (again.status_code, again.json()) == (200, changed.json())
    assert (other.status_code, problem(other)) == (409, "need-id-taken")
