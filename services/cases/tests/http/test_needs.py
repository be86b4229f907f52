"""Needs over HTTP, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from case_requests import (
    a_line_body,
    a_meeting_body,
    a_need_body,
    matched,
    problem,
    told,
)

from common.grants import Role
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from testing.api import Api

NEEDS = "/cases/v1/needs"


EVENING = "2026-12-04T11:00:00Z"
NIGHT = "2026-12-04T13:30:00Z"


async def test_a_line_says_between_which_instants_it_is_to_be_filled(community: Api) -> None:
    need = await told(community, lines=[a_line_body(not_before=EVENING, not_after=NIGHT)])

    found = await community.get(f"{NEEDS}/{need['id']}")

    (line,) = found.json()["lines"]
    assert (line["not_before"], line["not_after"]) == (EVENING, NIGHT)


async def test_a_need_is_told_and_found_again(community: Api) -> None:
    answer = await community.post(NEEDS, json=a_need_body())

    assert answer.status_code == 201
    need = answer.json()
    assert (need["state"], need["version"]) == ("open", 1)
    assert [line["state"] for line in need["lines"]] == ["open"]
    found = await community.get(answer.headers["location"])
    assert found.json() == need
    assert found.headers["etag"] == '"1"'


async def test_the_same_need_under_the_same_id_is_one_need(community: Api) -> None:
    body = a_need_body(id=str(uuid4()), lines=[a_line_body(), a_line_body()])

    first = await community.post(NEEDS, json=body)
    second = await community.post(NEEDS, json=body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_a_need_told_again_shows_what_became_of_it(community: Api) -> None:
    body = a_need_body(id=str(uuid4()))
    need = (await community.post(NEEDS, json=body)).json()
    await matched(community, need, MatchState.FULFILLED)
    await community.post(f"{NEEDS}/{need['id']}/withdrawal")

    again = await community.post(NEEDS, json=body)

    assert again.status_code == 200
    assert again.json()["state"] == "withdrawn"
    assert again.json()["lines"][0]["state"] == "fulfilled"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的"},
        {"persons": 41},
        {"place": None},
        {"lines": [a_line_body(quantity=5)]},
        {"lines": [a_line_body(), a_line_body()]},
        {"area": "210213009001"},
    ],
)
async def test_another_need_under_the_same_id_is_refused(
    community: Api, change: dict[str, Any]
) -> None:
    need_id = str(uuid4())
    await told(community, id=need_id)

    refused = await community.post(NEEDS, json=a_need_body(id=need_id, **change))

    assert refused.status_code == 409
    assert problem(refused) == "need-id-taken"
    assert refused.json()["need_id"] == need_id


async def test_a_repeated_request_is_answered_alike(community: Api) -> None:
    headers = {"idempotency-key": "phone-7/1"}

    first = await community.post(NEEDS, json=a_need_body(), headers=headers)
    second = await community.post(NEEDS, json=a_need_body(), headers=headers)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert len((await community.get(NEEDS)).json()["items"]) == 1


@pytest.mark.parametrize(
    "title", ["八五〇农场养老院缺送餐", "𠮷野家门口", "㐂庆里社区", "𰻝𰻝面馆旁的候学室 ©️"]
)
async def test_every_chinese_character_comes_back(community: Api, title: str) -> None:
    need = await told(community, title=title)

    listed = await community.get(NEEDS)

    assert need["title"] == title
    assert [item["title"] for item in listed.json()["items"]] == [title]


@pytest.mark.parametrize("title", ["坏\0的", "\0"])
async def test_nul_is_refused(community: Api, title: str) -> None:
    refused = await community.post(NEEDS, json=a_need_body(title=title))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/body/title"


async def test_half_of_a_surrogate_pair_is_refused(community: Api) -> None:
    body = '{"title": "\\ud842"}'

    refused = await community.post(
        NEEDS, content=body, headers={"content-type": "application/json"}
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/body/title"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pool_id": str(uuid4())}, "/body/pool_id"),
        ({"version": 7}, "/body/version"),
        ({"persons": 0}, "/body/persons"),
        ({"persons": "40"}, "/body/persons"),
        ({"persons": True}, "/body/persons"),
        ({"persons": 10**9}, "/body/persons"),
        ({"urgency": 5}, "/body/urgency"),
        ({"beneficiary": "cat"}, "/body/beneficiary"),
        ({"lines": []}, "/body/lines"),
        ({"lines": [a_line_body()] * 21}, "/body/lines"),
        ({"lines": [a_line_body(unit="kg")]}, "/body/lines/0/unit"),
        ({"lines": [a_line_body(not_before=1)]}, "/body/lines/0/not_before"),
        (
            {"lines": [a_line_body(not_before=EVENING, not_after=EVENING)]},
            "/body/lines/0/not_after",
        ),
        ({"lines": [a_line_body(weekdays=["sat"] * 8)]}, "/body/lines/0/weekdays"),
        ({"lines": [a_line_body(state="fulfilled")]}, "/body/lines/0/state"),
        ({"place": {"longitude": 181, "latitude": 0}}, "/body/place/longitude"),
        ({"place": {"longitude": "121", "latitude": 0}}, "/body/place/longitude"),
        ({"id": "7"}, "/body/id"),
    ],
)
async def test_what_is_wrong_is_named(community: Api, change: dict[str, Any], pointer: str) -> None:
    refused = await community.post(NEEDS, json=a_need_body(**change))

    assert refused.status_code == 422
    assert problem(refused) == "input-invalid"
    assert [flaw["pointer"] for flaw in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"beneficiary": "household"}, 422, "place-of-home-given"),
        ({"client_ref": str(uuid4())}, 422, "client-of-group-given"),
        ({"lines": [a_line_body(id=str(uuid4()))] * 2}, 422, "line-ids-repeated"),
        ({"area": "210213999"}, 422, "unknown-area"),
        ({"area": "210213008"}, 403, "outside-your-scope"),
        ({"meeting_id": str(uuid4())}, 404, "meeting-not-found"),
    ],
)
async def test_what_no_rule_allows_is_refused(
    community: Api, change: dict[str, Any], status: int, code: str
) -> None:
    refused = await community.post(NEEDS, json=a_need_body(**change))

    assert (refused.status_code, problem(refused)) == (status, code)
    assert (await community.get(NEEDS)).json()["items"] == []


async def test_a_line_of_another_need_is_refused(community: Api) -> None:
    line = a_line_body(id=str(uuid4()))
    await told(community, lines=[line])

    refused = await community.post(NEEDS, json=a_need_body(lines=[line]))

    assert (refused.status_code, problem(refused)) == (409, "line-id-taken")


async def test_a_need_comes_from_a_meeting(community: Api) -> None:
    meeting = (await community.post("/cases/v1/meetings", json=a_meeting_body())).json()

    need = await told(community, meeting_id=meeting["id"])

    assert need["meeting_id"] == meeting["id"]


async def test_a_household_is_known_by_a_pseudonym(community: Api) -> None:
    client_ref = str(uuid4())

    need = await told(community, beneficiary="household", place=None, client_ref=client_ref)

    assert need["client_ref"] == client_ref


async def test_a_withdrawal_is_final(community: Api) -> None:
    need = await told(community)

    withdrawn = await community.post(f"{NEEDS}/{need['id']}/withdrawal")
    again = await community.post(f"{NEEDS}/{need['id']}/withdrawal")

    assert withdrawn.json()["state"] == "withdrawn"
    assert withdrawn.headers["etag"] == '"2"'
    assert (again.status_code, problem(again)) == (409, "need-already-ended")


async def test_a_need_is_not_withdrawn_by_who_has_seen_another_version(community: Api) -> None:
    need = await told(community)
    path = f"{NEEDS}/{need['id']}/withdrawal"

    refused = await community.post(path, headers={"if-match": '"2"'})
    withdrawn = await community.post(path, headers={"if-match": '"1"'})

    assert (refused.status_code, problem(refused)) == (412, "precondition-failed")
    assert withdrawn.status_code == 200


async def test_a_need_with_open_lines_cannot_be_called_met(community: Api, station: Api) -> None:
    need = await told(community)

    refused = await station.post(f"{NEEDS}/{need['id']}/closure", json={"is_met": True})

    assert (refused.status_code, problem(refused)) == (409, "need-lines-open")
    assert refused.json()["line_ids"] == [need["lines"][0]["id"]]


async def test_a_need_is_met_when_its_lines_are_fulfilled(community: Api, station: Api) -> None:
    need = await told(community)
    await matched(community, need, MatchState.FULFILLED)

    closed = await station.post(
        f"{NEEDS}/{need['id']}/closure", json={"is_met": True, "note": "四名志愿者到岗"}
    )

    assert closed.status_code == 200
    assert (closed.json()["state"], closed.json()["is_met"]) == ("closed", True)
    assert closed.json()["note"] == "四名志愿者到岗"


async def test_a_need_can_be_given_up(community: Api, station: Api) -> None:
    need = await told(community)

    closed = await station.post(f"{NEEDS}/{need['id']}/closure", json={"is_met": False})

    assert (closed.json()["state"], closed.json()["is_met"]) == ("closed", False)


async def test_the_list_can_be_narrowed(client: Api, community: Api) -> None:
    neighbour = await client.signed_in(Role.COMMUNITY_WORKER, "210213008")
    supervisor = await client.signed_in(Role.COUNTY_SUPERVISOR, "210213")
    here, gone = await told(community), await told(community)
    there = await told(neighbour, area="210213008")
    await community.post(f"{NEEDS}/{gone['id']}/withdrawal")

    async def ids(**filters: str) -> list[str]:
        answer = await supervisor.get(NEEDS, params=filters)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await ids() == [there["id"], gone["id"], here["id"]]
    assert await ids(state="open") == [there["id"], here["id"]]
    assert await ids(within="210213009") == [gone["id"], here["id"]]
    assert await ids(within="210213009", state="withdrawn") == [gone["id"]]
    assert await ids(scheme="nbs") == await ids(within="210213") == await ids()
    assert await ids(scheme="mca") == await ids(within="210204") == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"urgency": "4"}, "unknown-filter"),
        ({"state": "lost"}, "input-invalid"),
        ({"cursor": "AAAA"}, "cursor-invalid"),
        ({"limit": "0"}, "input-invalid"),
        ({"within": "x"}, "input-invalid"),
    ],
)
async def test_a_question_that_is_not_understood_is_refused(
    community: Api, params: dict[str, str], code: str
) -> None:
    refused = await community.get(NEEDS, params=params)

    assert (refused.status_code, problem(refused)) == (422, code)


async def test_pages_follow_each_other_without_gap_or_overlap(community: Api) -> None:
    needs = [await told(community) for _ in range(5)]
    seen: list[str] = []
    path: str | None = f"{NEEDS}?limit=2"

    while path is not None:
        page = await community.get(path)
        seen += [item["id"] for item in page.json()["items"]]
        link = page.headers.get("link")
        path = None if link is None else link.partition(">")[0].removeprefix("<")

    assert seen == [need["id"] for need in reversed(needs)]
